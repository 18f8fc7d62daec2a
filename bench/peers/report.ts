import type { PeerRow } from './measure';

const COLUMNS = [
  '',
  'backend',
  'ms/frame',
  'min',
  'spread',
  'frames',
  'ratio',
  'max diff',
  'mean diff',
  'GPU MB',
  'dispatches',
];

/** The rows as a table of text, ratios and differences to its first row; a row that failed says why. */
export function table(rows: readonly PeerRow[]): string {
  const first = rows[0]?.frameMs ?? undefined;
  const cells = rows.map((row) => {
    const { name, backend, frameMs, minMs, madMs, frames, maxAbsDiff, meanAbsDiff, peakGpuBytes, dispatches } = row;
    if (row.error !== undefined) return [name, backend, `failed: ${row.error}`];
    return [
      name,
      backend,
      milliseconds(frameMs),
      milliseconds(minMs),
      milliseconds(madMs),
      `${frames}`,
      frameMs !== null && first !== undefined ? (frameMs / first).toFixed(2) : '-',
      maxAbsDiff?.toExponential(1) ?? '-',
      meanAbsDiff?.toExponential(1) ?? '-',
      peakGpuBytes === null ? '-' : (peakGpuBytes / 1e6).toFixed(1),
      `${dispatches ?? '-'}`,
    ];
  });
  const widths = COLUMNS.map((head, i) =>
    Math.max(head.length, ...cells.filter((row) => row.length > i + 1).map((row) => row[i]!.length)),
  );
  return [COLUMNS, ...cells]
    .map((row) =>
      row.map((text, i) => (i < 2 ? text.padEnd(widths[i]!) : text.padStart(row.length > 3 ? widths[i]! : 0))),
    )
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

const milliseconds = (value: number | null): string => (value === null ? '-' : value.toFixed(value < 100 ? 2 : 0));

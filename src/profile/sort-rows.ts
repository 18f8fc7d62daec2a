/** What a row is sorted by; undefined is last, whichever way. */
export type SortKey<Row> = (row: Row) => number | string | undefined;

/** The indices of the rows in order; rows that are equal keep theirs. */
export function sortedIndices<Row>(rows: readonly Row[], key: SortKey<Row>, isDescending: boolean): number[] {
  const values = rows.map(key);
  const compare = (a: number, b: number): number => {
    const [x, y] = [values[a], values[b]];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || a - b;
    const order = typeof x === 'string' ? x.localeCompare(String(y), 'en', { numeric: true }) : x - Number(y);
    return (isDescending ? -order : order) || a - b;
  };
  return rows.map((_, i) => i).sort(compare);
}

import { percent, short } from '../../src/profile/short';
import { kernelColors } from './kernel-colors';

/** Something that was timed, under the roof. */
export interface RooflinePoint {
  readonly name: string;
  readonly group: string;
  readonly macs: number;
  readonly bytes: number;
  readonly gpuMs?: number | undefined;
  readonly gflops?: number | undefined;
  readonly share?: number | undefined;
  readonly roofline?: number | undefined;
}

/** The ceilings that were measured on the spot. */
export interface Roof {
  readonly gflops: number;
  readonly gbPerS: number;
}

/**
 * Draws the roofline: floating point operations a byte against GFLOP/s, both in logarithms; the area of a dot is its share of the
 * time. Bytes count every tensor and constant once a dispatch. Loads the chart library.
 */
export async function drawRoofline(
  container: HTMLElement,
  roof: Roof,
  points: readonly RooflinePoint[],
  onChoose?: (index: number) => void,
  colors = kernelColors(points.map(({ group }) => group)),
): Promise<void> {
  const plot = await import('@observablehq/plot');
  let width = 0;
  const draw = (): void => {
    if (container.clientWidth === width) return;
    width = container.clientWidth;
    container.replaceChildren(rooflineChart(plot, Math.max(width, 240), roof, points, colors, onChoose));
  };
  draw();
  observers.get(container)?.disconnect();
  const observer = new ResizeObserver(draw);
  observer.observe(container);
  observers.set(container, observer);
}

/** Who draws again when the window's width changes, by the place drawn to. */
const observers = new WeakMap<HTMLElement, ResizeObserver>();

function rooflineChart(
  Plot: typeof import('@observablehq/plot'),
  width: number,
  roof: Roof,
  points: readonly RooflinePoint[],
  colors: ReadonlyMap<string, string>,
  onChoose?: (index: number) => void,
): Element {
  // Without operations, or without time, there is no place for a point in logarithms.
  const shown = points.flatMap((point, index) => {
    const { macs, bytes, gflops } = point;
    return macs > 0 && gflops !== undefined && gflops > 0
      ? [{ ...point, index, gflops, intensity: (2 * macs) / bytes, percentage: point.share ?? 0 }]
      : [];
  });
  const intensities = [...shown.map(({ intensity }) => intensity), roof.gflops / roof.gbPerS];
  const least = Math.min(...intensities) / 2;
  const most = Math.max(...intensities) * 2;
  const rates = [...shown.map(({ gflops }) => gflops), roof.gflops, least * roof.gbPerS];
  const [lowest, highest] = [Math.min(...rates) / 3, Math.max(...rates) * 2];
  const knee = roof.gflops / roof.gbPerS;
  const line = [least, knee, most].map((x) => ({ x, y: Math.min(roof.gflops, x * roof.gbPerS) }));
  const chart = Plot.plot({
    width,
    height: 360,
    marginLeft: 56,
    marginBottom: 40,
    style: { background: 'transparent', fontSize: '12px', color: 'var(--ink)' },
    x: { type: 'log', label: 'FLOP a byte', domain: [least, most], tickFormat: short, ticks: width < 480 ? 2 : 5 },
    y: { type: 'log', label: 'GFLOP/s', domain: [lowest, highest], grid: true, tickFormat: short, ticks: 5 },
    r: { type: 'sqrt', domain: [0, 1], range: [2, 60] },
    color: { domain: [...colors.keys()], range: [...colors.values()] },
    marks: [
      Plot.line(line, { x: 'x', y: 'y', stroke: 'var(--muted)', strokeWidth: 2 }),
      Plot.text([line[2]!], {
        x: 'x',
        y: 'y',
        text: () => `${short(roof.gflops)} GFLOP/s, ${short(roof.gbPerS)} GB/s`,
        textAnchor: 'end',
        dy: -8,
        fill: 'var(--muted)',
      }),
      Plot.dot(shown, {
        x: 'intensity',
        y: 'gflops',
        r: 'percentage',
        fill: 'group',
        fillOpacity: 0.45,
        stroke: 'group',
        channels: {
          name: { value: 'name', label: 'what' },
          ms: { value: (p: RooflinePoint) => short(p.gpuMs), label: 'ms' },
          time: { value: (p: RooflinePoint) => percent(p.share), label: 'share of time' },
          reached: { value: (p: RooflinePoint) => percent(p.roofline), label: 'of the roof' },
        },
        tip: { format: { r: false, fill: false, x: short, y: short } as never, fill: 'var(--card)' },
      }),
      ...(points.length <= 24
        ? [Plot.text(shown, { x: 'intensity', y: 'gflops', text: 'name', dy: -10, fontSize: 11, fill: 'var(--ink)' })]
        : []),
    ],
  });
  if (onChoose) {
    chart.style.cursor = 'pointer';
    chart.addEventListener('click', () => {
      const { value } = chart as unknown as { value: { index: number } | null };
      if (value) onChoose(value.index);
    });
  }
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', `roofline of ${shown.length} kernels or layers; the table says the same in numbers`);
  return chart;
}

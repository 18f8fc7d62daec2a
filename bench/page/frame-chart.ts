import type uPlot from 'uplot';

/** A chart of frame times that grows while frames come in. */
export interface FrameChart {
  readonly push: (x: number, ms: number) => void;
  readonly clear: () => void;
  /** A second line: medians at the given places. */
  readonly setMedians: (at: readonly number[], ms: readonly number[]) => void;
}

const HEIGHT = 220;

/** Steps between labels where the axis counts. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** Points are kept up to this many; of more, every second one is dropped. */
const MAX_POINTS = 4000;

/** Draws frame times in milliseconds over frame numbers or seconds. Loads the chart library. */
export async function createFrameChart(container: HTMLElement, xLabel: string): Promise<FrameChart> {
  const [{ default: UPlot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  let [xs, ys]: number[][] = [[], []];
  let medians: { at: readonly number[]; ms: readonly number[] } = { at: [], ms: [] };
  let plot: uPlot | undefined;
  let isWaiting = false;
  const make = (): void => {
    plot?.destroy();
    plot = new UPlot(options(container.clientWidth, xLabel), data(), container);
  };
  const data = (): uPlot.AlignedData => {
    if (medians.at.length === 0) return [xs!, ys!, xs!.map(() => null)];
    const all = [...new Set([...xs!, ...medians.at])].sort((a, b) => a - b);
    const values = new Map(xs!.map((x, i) => [x, ys![i]!]));
    const middle = new Map(medians.at.map((x, i) => [x, medians.ms[i]!]));
    return [all, all.map((x) => values.get(x) ?? null), all.map((x) => middle.get(x) ?? null)];
  };
  const draw = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      plot?.setData(data());
    });
  };
  make();
  // Its canvas takes colours once.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', make);
  new ResizeObserver(() => plot?.setSize({ width: container.clientWidth, height: HEIGHT })).observe(container);
  return {
    push(x, ms) {
      xs!.push(x);
      ys!.push(ms);
      if (xs!.length > MAX_POINTS) {
        xs = xs!.filter((_, i) => i % 2 === 0);
        ys = ys!.filter((_, i) => i % 2 === 0);
      }
      draw();
    },
    clear() {
      [xs, ys] = [[], []];
      medians = { at: [], ms: [] };
      draw();
    },
    setMedians(at, ms) {
      medians = { at, ms };
      draw();
    },
  };
}

function options(width: number, xLabel: string): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement('span');
  document.body.append(probe);
  // light-dark() is resolved where a colour is used, not in the custom property.
  const color = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const [ink, line, accent, warn] = ['--muted', '--line', '--accent', '--warn'].map(color) as [
    string,
    string,
    string,
    string,
  ];
  probe.remove();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: ink,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font,
    labelFont: font,
  };
  return {
    width: Math.max(width, 200),
    height: HEIGHT,
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(max * 1.1, 0.001)] } },
    axes: [
      { ...axis, label: xLabel, labelSize: 20, size: 32, ...(xLabel === 'frame' ? { incrs: WHOLE } : {}) },
      { ...axis, label: 'ms', labelSize: 18, size: 48 },
    ],
    legend: { show: false },
    cursor: { y: false },
    series: [
      {},
      { label: 'frame', stroke: accent, width: 1.5, points: { size: 4, fill: accent } },
      { label: 'median of the second', stroke: warn, width: 2, spanGaps: true, points: { size: 6, fill: warn } },
    ],
  };
}

import { isSupported, type Backend, type Stats, type Support } from '../../src/index';
import { bytesInWords, element } from './elements';
import type { EngineHost } from './engine-host';

/** Says on the page whether and on what the engine can run. */
export async function tellSupport(): Promise<Support> {
  const support = await isSupported();
  const notice = element('support', 'p');
  if (!support.supported) {
    notice.hidden = false;
    notice.textContent = `No GPU here: ${support.reason}. Frames are computed on the CPU.`;
  } else if (support.isSoftware) {
    notice.hidden = false;
    notice.textContent =
      'A CPU plays the GPU in this browser. Unless WebGPU is asked for, frames are computed without it, which is faster.';
  }
  return support;
}

const deviceInWords = (support: Support, backend: Backend | undefined): string => {
  if (backend?.name === 'wasm') return `CPU (WebAssembly): ${backend.reason}`;
  if (!support.supported) return 'none';
  const { vendor, architecture, description } = support.adapter;
  const name = [vendor, architecture, description].filter((part) => part !== '').join(', ') || 'unnamed GPU';
  return support.isSoftware ? `${name} (software)` : name;
};

const milliseconds = (ms: number | undefined): string => {
  if (ms === undefined) return '—';
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
};

const CACHE: Readonly<Record<Stats['cache'], string>> = {
  hit: 'from the cache',
  stored: 'downloaded, kept for next time',
  'not stored': 'downloaded',
  'no download': 'from memory',
};

const PRECISIONS = { f32: 'full (f32)', f16: 'half (f16)', packed: 'half storage (packed)' } as const;

/** Keeps the figures of the page up to date. */
export function showFigures(host: EngineHost, support: Support): void {
  const list = element('stats', 'dl');
  const rate = element('rate', 'span');
  const show = (): void => {
    const { rho } = host;
    rate.textContent = rho ? host.rateInWords : 'landmarks only';
    const rows: [string, string][] = [['Device', deviceInWords(support, rho?.backend)]];
    if (rho) rows.push(...figures(host, rho.stats));
    list.replaceChildren(
      ...rows.flatMap(([name, value]) => {
        const [term, description] = [document.createElement('dt'), document.createElement('dd')];
        [term.textContent, description.textContent] = [name, value];
        return [term, description];
      }),
    );
  };
  show();
  setInterval(show, 500);
}

const gpuMemory = ({ gpuBytes, weightBytes }: Stats): [string, string] => [
  'GPU memory',
  `${bytesInWords(gpuBytes)}, ${bytesInWords(weightBytes)} of it weights`,
];

function figures({ rho, rateInWords }: EngineHost, stats: Stats): [string, string][] {
  const { frameMs } = stats;
  const typical = frameMs && `${milliseconds(frameMs.median)} median, ${milliseconds(frameMs.p95)} at most in 95 %`;
  return [
    ['Shown', rateInWords],
    ['A frame takes', typical ?? '—'],
    ['Size', `${rho!.size} × ${rho!.size}, motion at ${rho!.motionSize}`],
    ['Precision', PRECISIONS[rho!.precision]],
    ['Weights', CACHE[stats.cache]],
    ...(rho!.backend.name === 'webgpu' ? [gpuMemory(stats)] : []),
    ['Load, compile', `${milliseconds(stats.loadMs)}, ${milliseconds(stats.compileMs)}`],
    ['Of that, our own CPU time', milliseconds(stats.readMs + stats.planMs)],
    ['First frame', milliseconds(stats.firstFrameMs)],
    ['New source', milliseconds(stats.registerMs)],
    ...stats.notes.map((note): [string, string] => ['Note', note]),
  ];
}

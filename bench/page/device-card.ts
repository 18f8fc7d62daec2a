import { openGpuAdapter } from '../../src/engine/support';
import { isSoftware } from '../../src/gpu/device';
import { element, pairList } from './elements';
import { adapterName, SHOWN_FEATURES } from './open-device';

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const count = (value: number): string => value.toLocaleString('en');

/** What the engine wants at 1440 x 1440 in f32: the defaults of WebGPU, beyond which it takes only larger buffers. */
const WANTED: readonly [limit: keyof GPUSupportedLimits, label: string, wanted: number, show: (n: number) => string][] =
  [
    ['maxStorageBufferBindingSize', 'Bytes of a binding', 128 * 2 ** 20, mebibytes],
    ['maxBufferSize', 'Bytes of a buffer', 256 * 2 ** 20, mebibytes],
    ['maxStorageBuffersPerShaderStage', 'Bindings of a kernel', 8, count],
    ['maxComputeInvocationsPerWorkgroup', 'Threads of a workgroup', 256, count],
    ['maxComputeWorkgroupStorageSize', 'Workgroup memory', 16 * 2 ** 10, (n) => `${n / 2 ** 10} KiB`],
    ['maxComputeWorkgroupsPerDimension', 'Workgroups a dimension', 65535, count],
    ['maxTextureDimension2D', 'Side of a picture', 8192, count],
  ];

/** Fills the card with what the browser tells of its GPU; throws NO_WEBGPU, NO_ADAPTER after saying what is known without one. */
export async function showDevice(card: HTMLElement): Promise<void> {
  const page = pageFacts();
  card.replaceChildren(pairList(page));
  const adapter = await openGpuAdapter({});
  const { info, features, limits } = adapter;
  const kind = isSoftware(info)
    ? element('span', { class: 'warn' }, 'software: a CPU plays the GPU, right but slow')
    : 'hardware';
  const facts: [string, Node | string][] = [
    ['GPU', adapterName(info)],
    ['Vendor, architecture', `${info.vendor || 'not told'}, ${info.architecture || 'not told'}`],
    ['Kind', kind],
    ['Fallback adapter', info.isFallbackAdapter ? 'yes' : 'no'],
    ...SHOWN_FEATURES.map((name): [string, Node | string] => [name, featureText(name, features)]),
  ];
  const rows = WANTED.map(([limit, label, wanted, show]): [string, Node] => {
    const value = Number(limits[limit]);
    const isEnough = value >= wanted;
    const text = `${show(value)}; ${show(wanted)} wanted at 1440`;
    return [label, element('span', { class: isEnough ? undefined : 'bad' }, isEnough ? text : `${text}: too little`)];
  });
  card.replaceChildren(
    pairList([...facts, ...page]),
    element('details', {}, element('summary', {}, 'Limits against what is wanted'), pairList(rows)),
  );
  document.addEventListener('visibilitychange', () => {
    const shown = card.querySelector('[data-visibility]');
    if (shown) shown.textContent = visibility();
  });
}

const visibility = (): string => (document.hidden ? 'hidden: browsers slow such tabs down' : 'visible');

const pageFacts = (): [string, Node | string][] => [
  ['Browser', navigator.userAgent],
  ['Device pixel ratio', `${devicePixelRatio}`],
  ['Cross-origin isolated', crossOriginIsolated ? 'yes' : 'no: one thread for WASM peers'],
  ['Tab', element('span', { 'data-visibility': true }, visibility())],
  ['Asked for', 'high performance'],
];

const MEANING: Readonly<Record<(typeof SHOWN_FEATURES)[number], readonly [there: string, missing: string]>> = {
  'shader-f16': ['yes: f16 computes in half precision', 'no: f16 stores halves and computes in f32'],
  'timestamp-query': ['yes: kernels can be timed', 'no: wall times only, no profile'],
  subgroups: ['yes, not used', 'no, not used'],
};

const featureText = (name: (typeof SHOWN_FEATURES)[number], features: GPUSupportedFeatures): string =>
  MEANING[name][features.has(name) ? 0 : 1];

import type { NamedFile } from '../../src/convert';

/** Work for the weights' worker: seeded weights of the published widths, or two checkpoints to be joined. */
export type WeightsJob =
  | { readonly id: number; readonly seed: string }
  | { readonly id: number; readonly files: readonly [NamedFile, NamedFile] };

/** What the worker says: a step that begins, the model file, or why there is none. */
export type WeightsAnswer = { readonly id: number } & (
  { readonly step: string } | { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly problem: string }
);

/** Weights for the engine. */
export interface DemoWeights {
  readonly name: string;
  /** What visitors must know of them; undefined where they are trained. */
  readonly note: string | undefined;
  /** The model file's address or bytes; `onStep` hears what is being done. */
  load(onStep: (step: string) => void): Promise<string | Uint8Array<ArrayBuffer> | Blob>;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

let worker: Worker | undefined;
let jobs = 0;

function work(job: WithoutId<WeightsJob>, onStep: (step: string) => void): Promise<Uint8Array<ArrayBuffer>> {
  const own = (worker ??= new Worker(new URL('./weights-worker.ts', import.meta.url), {
    type: 'module',
    name: 'weights',
  }));
  const id = jobs++;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      own.removeEventListener('message', listen);
      own.removeEventListener('error', fail);
    };
    const listen = ({ data }: MessageEvent<WeightsAnswer>): void => {
      if (data.id !== id) return;
      if ('step' in data) return onStep(data.step);
      end();
      if ('bytes' in data) resolve(data.bytes);
      else reject(new Error(data.problem));
    };
    const fail = ({ message }: ErrorEvent): void => {
      end();
      worker = undefined;
      reject(new Error(`the worker for weights does not run: ${message || 'its script could not be loaded'}`));
    };
    own.addEventListener('message', listen);
    own.addEventListener('error', fail);
    own.postMessage({ ...job, id });
  });
}

/** There only if the model is: it is trained apart from the code. */
const bundled = Object.values(
  import.meta.glob<string>('../../demo/model.safetensors', { query: '?url', import: 'default', eager: true }),
)[0];

const NOISE =
  'No trained weights are here, so seeded noise takes their place: landmarks and motion are computed as they would be, but the result means nothing. Drop trained weights on this page to see a face.';

const atAddress = (address: string, name: string): DemoWeights => ({
  name,
  note: undefined,
  load: () => Promise.resolve(new URL(address, location.href).href),
});

/** The weights to begin with: those that the page's address names (`?model=`), else the bundled ones, else noise. */
export function firstWeights(query: URLSearchParams): DemoWeights {
  const named = query.get('model');
  const seed = named === null ? undefined : /^synthetic:(\w+)$/.exec(named)?.[1];
  if (named !== null && seed === undefined) return atAddress(named, named.split('/').at(-1)!);
  if (bundled !== undefined && seed === undefined) return atAddress(bundled, 'the bundled model');
  return syntheticWeights(seed ?? '1');
}

function syntheticWeights(seed: string): DemoWeights {
  return { name: `synthetic:${seed}`, note: NOISE, load: (onStep) => work({ seed }, onStep) };
}

/** Weights out of files of the user's: one model, or both checkpoints in either order. Throws, in words, for anything else. */
export function weightsOf(files: readonly File[]): DemoWeights {
  const [first, second] = files;
  const names = files.map(({ name }) => name).join(' and ');
  if (first && !second) {
    if (first.name.endsWith('.safetensors'))
      return { name: names, note: undefined, load: () => Promise.resolve(first) };
    throw new Error(`${names} is one network of two; give both .pth files, rendering and motion, at once.`);
  }
  if (!first || !second || files.length > 2)
    throw new Error('Weights are one .safetensors that `rho convert` wrote, or the two .pth files of the authors.');
  const named = async (file: File): Promise<NamedFile> => ({
    name: file.name,
    bytes: new Uint8Array(await file.arrayBuffer()),
  });
  return {
    name: names,
    note: undefined,
    load: async (onStep) => work({ files: [await named(first), await named(second)] }, onStep),
  };
}

import { readBack, write } from '../gpu/buffers';
import { scoped } from '../gpu/errors';
import { inputsOf, type Graph, type Node, type Tensor } from '../graph/graph';
import { lower } from '../graph/lower';
import type { ChooseVariant } from '../graph/lower-conv2d';
import { bindProgram, compileProgram, createTensorBuffer, encodeProgram, type Program } from '../graph/program';
import { tensorBytes } from '../graph/dispatch';
import { fromHalf, toHalf } from '../half';
import { denseVariants, type DenseVariant, type DenseWork } from '../kernels/dense';
import type { Precision } from '../kernels/kernel';
import { profileProgram } from './profile';

/** Where choices are kept between visits: one text per adapter. */
export interface TuningStore {
  load(adapter: string): Promise<string | undefined>;
  save(adapter: string, text: string): Promise<void>;
}

export interface TuneOptions {
  readonly precision: Precision;
  readonly store: TuningStore;
  /** What is chosen where nothing was measured. */
  readonly fallback: ChooseVariant;
  /** Called after each shape that was measured. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Told of variants that were dropped, and why. */
  readonly onNote?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Goes up whenever variants or kernels change so that old measurements no longer hold. */
const VERSION = 1;

/** How far a variant may be from the plain one: sums in another order, rounded to the precision of the program. */
const TOLERANCE: Readonly<Record<Precision, number>> = { f32: 1e-4, f16: 2e-2, packed: 2e-2 };

type Choices = Map<string, DenseVariant>;

const keyOf = (precision: Precision, kernel: string, { tiles, outBlocks, inBlocks }: DenseWork): string =>
  `${precision} ${kernel} ${tiles} x ${inBlocks} -> ${outBlocks}`;

/** The adapter as the key of its measurements. */
export const adapterKey = ({ vendor, architecture, device, description }: GPUAdapterInfo): string =>
  [vendor, architecture, device, description].filter((part) => part !== '').join(', ');

/**
 * Times the variants of every dense kernel of the graphs on this device and gives the fastest of each, after a look at its
 * result: one that does not compile, or is not the plain variant's within rounding, is dropped with a note. Choices are
 * kept in the store; what another version, another adapter or another hand wrote there is ignored. Without timestamp-query
 * nothing is measured and the fallback chooses.
 */
export async function tuneVariants(
  device: GPUDevice,
  graphs: readonly Graph[],
  { precision, store, fallback, onProgress, onNote, signal }: TuneOptions,
): Promise<ChooseVariant> {
  if (!device.features.has('timestamp-query')) {
    onNote?.('nothing was tuned: this device has no timestamp-query');
    return fallback;
  }
  const adapter = adapterKey(device.adapterInfo);
  const choices = parseChoices(await store.load(adapter), adapter);
  const open = shapesOf(graphs, precision).filter(({ key }) => !choices.has(key));
  let done = 0;
  for (const { key, node, work } of open) {
    signal?.throwIfAborted();
    choices.set(key, await fastest(device, node, work, precision, (note) => onNote?.(`${key}: ${note}`)));
    onProgress?.(++done, open.length);
  }
  if (open.length > 0) await store.save(adapter, writeChoices(choices, adapter));
  return (kernel, work) => {
    const chosen = choices.get(keyOf(precision, kernel, work));
    return chosen && isVariant(chosen, work) ? chosen : fallback(kernel, work);
  };
}

const isVariant = (chosen: DenseVariant, work: DenseWork): boolean =>
  denseVariants(work).some(
    ({ blocks, span, split }) => blocks === chosen.blocks && span === chosen.span && split === chosen.split,
  );

function writeChoices(choices: Choices, adapter: string): string {
  return JSON.stringify({ version: VERSION, adapter, choices: Object.fromEntries(choices) }, undefined, 1);
}

/** What a store holds, if it is of this version and adapter; else nothing. */
export function parseChoices(text: string | undefined, adapter: string): Choices {
  const choices: Choices = new Map();
  try {
    const parsed = JSON.parse(text ?? 'null') as { version?: unknown; adapter?: unknown; choices?: unknown } | null;
    if (parsed?.version !== VERSION || parsed.adapter !== adapter) return choices;
    for (const [key, value] of Object.entries(parsed.choices as Record<string, Partial<DenseVariant>>)) {
      const { blocks, span, split } = value;
      if (blocks !== undefined && span !== undefined && split !== undefined) choices.set(key, { blocks, span, split });
    }
  } catch {
    choices.clear();
  }
  return choices;
}

interface Shape {
  readonly key: string;
  readonly node: Node;
  readonly work: DenseWork;
}

/** The distinct pieces of dense work in the graphs, each with a node that does it. */
function shapesOf(graphs: readonly Graph[], precision: Precision): Shape[] {
  const shapes = new Map<string, Shape>();
  for (const node of graphs.flatMap(({ nodes }) => nodes)) {
    lower(single(node), (kernel, work) => {
      const key = keyOf(precision, kernel, work);
      if (!shapes.has(key)) shapes.set(key, { key, node, work });
      return denseVariants(work)[0]!;
    });
  }
  return [...shapes.values()];
}

const single = (node: Node): Graph => ({
  inputs: [...new Set(inputsOf(node))],
  outputs: [node.output],
  nodes: [node],
});

async function fastest(
  device: GPUDevice,
  node: Node,
  work: DenseWork,
  precision: Precision,
  note: (text: string) => void,
): Promise<DenseVariant> {
  const graph = single(node);
  const variants = denseVariants(work);
  const inputs = graph.inputs.map((tensor) => [tensor.name, randomBuffer(device, tensor, precision)] as const);
  let expected: Float32Array | undefined;
  let best = variants[0]!;
  let least = Infinity;
  for (const variant of variants) {
    const name = `blocks ${variant.blocks}, span ${variant.span}, split ${variant.split}`;
    let program: Program | undefined;
    let output: GPUBuffer | undefined;
    try {
      program = await compileProgram(device, graph, { precision, choose: () => variant });
      output = createTensorBuffer(program, node.output);
      const bound = bindProgram(program, { slots: [] }, new Map([...inputs, [node.output.name, output]]));
      await scoped(device, 'tuning', () => {
        const encoder = device.createCommandEncoder({ label: 'tuning' });
        const pass = encoder.beginComputePass({ label: 'tuning' });
        encodeProgram(pass, bound);
        pass.end();
        device.queue.submit([encoder.finish()]);
      });
      const result = floatsOf(
        await readBack(device, output, tensorBytes(node.output, precision)),
        node.output,
        precision,
      );
      expected ??= result;
      const distance = relativeDistance(result, expected);
      if (!(distance <= TOLERANCE[precision])) {
        note(`${name} was dropped: its result is off by ${distance.toExponential(1)}`);
        continue;
      }
      const [row] = (await profileProgram(bound, { samples: 3, sampleMs: 1 })).dispatches;
      const ms = row?.gpuMs ?? Infinity;
      if (ms < least) [best, least] = [variant, ms];
    } catch (error) {
      note(`${name} was dropped: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      output?.destroy();
      program?.constants.destroy();
    }
  }
  for (const [, buffer] of inputs) buffer.destroy();
  return best;
}

/** The largest difference, relative to the root mean square of what is expected; NaN where a value is not a number. */
function relativeDistance(result: Float32Array, expected: Float32Array): number {
  const rms = Math.sqrt(expected.reduce((sum, v) => sum + v * v, 0) / expected.length);
  let most = 0;
  // Math.max lets NaN through.
  result.forEach((v, i) => (most = Math.max(most, Math.abs(v - expected[i]!))));
  return most / Math.max(rms, 1e-30);
}

const floatsOf = (bytes: ArrayBuffer, { format }: Tensor, precision: Precision): Float32Array =>
  precision === 'f32' || format === 'field' ? new Float32Array(bytes) : fromHalf(new Uint16Array(bytes));

/** A buffer for an input, filled with values in [-1, 1). */
function randomBuffer(device: GPUDevice, tensor: Tensor, precision: Precision): GPUBuffer {
  const byteLength = tensorBytes(tensor, precision);
  const isFloat = precision === 'f32' || tensor.format === 'field';
  const values = Float32Array.from({ length: byteLength / (isFloat ? 4 : 2) }, () => Math.random() * 2 - 1);
  const buffer = device.createBuffer({
    label: tensor.name,
    size: Math.ceil(byteLength / 16) * 16,
    usage: 0x80 | 0x8 /* STORAGE | COPY_DST */,
  });
  write(device, buffer, isFloat ? values : toHalf(values));
  return buffer;
}

import { dispatchBytes, tensorBytes } from '../src/graph/dispatch';
import { footprint } from '../src/graph/footprint';
import type { Graph, Tensor } from '../src/graph/graph';
import { lower } from '../src/graph/lower';
import { optimize, SAVINGS, type Saving, type ProgramTarget } from '../src/graph/optimize';
import { partition } from '../src/graph/partition';
import { channelCount } from '../src/kernels/layout';
import type { Configuration } from '../src/model/configuration';
import { buildNetwork, FRAME_INPUTS } from '../src/model/network';

/** What one frame costs; exact, out of the program, no device needed. */
export interface Work {
  readonly dispatches: number;
  /** Multiply-adds executed. */
  readonly macs: number;
  /** Bytes of every tensor and constant that a dispatch touches, once a dispatch. */
  readonly bytes: number;
  readonly halfBytes: number;
  /** Bytes on the GPU with one source registered: weights and tables of registration and frame, all their tensors. */
  readonly memory: number;
  readonly halfMemory: number;
}

export interface WorkRow extends Work {
  readonly target: ProgramTarget;
  /** The pass left out; undefined for the program as it is. */
  readonly without: Saving | undefined;
}

/** A frame's work for both targets, whole and without each pass that only saves. */
export function workRows(configuration: Configuration, size: number, motionSize: number): WorkRow[] {
  const graph = plainGraph(configuration, size, motionSize);
  return (['gpu', 'software'] as const).flatMap((target) =>
    [undefined, ...SAVINGS].map((without) => ({ target, without, ...workOf(graph, target, without) })),
  );
}

/** A frame's work for one target. */
export const frameWork = (
  configuration: Configuration,
  size: number,
  motionSize: number,
  target: ProgramTarget,
): Work => workOf(plainGraph(configuration, size, motionSize), target, undefined);

/** A frame before any pass: multiply-adds of its convolutions, and bytes in f32 where each reads and writes its own tensors. */
export function publishedWork(
  configuration: Configuration,
  size: number,
  motionSize: number,
): { readonly convolutions: number; readonly macs: number; readonly bytes: number } {
  const { nodes } = partition(plainGraph(configuration, size, motionSize), FRAME_INPUTS).frame;
  const convolutions = nodes.filter((node) => node.op === 'conv2d' || node.op === 'conv_transpose2d');
  let [macs, bytes] = [0, 0];
  for (const { op, inputs, attrs, output } of convolutions) {
    // A transposed convolution uses each weight once for each pixel that it reads, any other for each that it writes.
    const { height, width } = (op === 'conv2d' ? output : inputs.src).layout;
    macs += attrs.weight.length * height * width;
    bytes += 4 * (elements(inputs.src) + elements(output) + attrs.weight.length);
  }
  return { convolutions: convolutions.length, macs, bytes };
}

const elements = ({ layout }: Tensor): number => channelCount(layout) * layout.height * layout.width;

/** Bytes in f32 of the largest tensor of both programs. */
export function largestTensor(
  configuration: Configuration,
  size: number,
  motionSize: number,
  target: ProgramTarget,
): number {
  const optimized = optimize(plainGraph(configuration, size, motionSize), { frameInputs: FRAME_INPUTS, target });
  return Math.max(...optimized.nodes.map(({ output }) => tensorBytes(output, 'f32')));
}

/** The network with ones for weights. */
function plainGraph(configuration: Configuration, size: number, motionSize: number): Graph {
  const parameters = (_: string, shape: readonly number[]): Float32Array =>
    new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1);
  return buildNetwork({ configuration, rendering: parameters, motion: parameters, size, motionSize });
}

function workOf(graph: Graph, target: ProgramTarget, without: Saving | undefined): Work {
  const optimized = optimize(graph, { frameInputs: FRAME_INPUTS, target, without: without && [without] });
  const { register, frame } = partition(optimized, FRAME_INPUTS);
  const programs = [register, frame].map((part) => ({ graph: part, dispatches: lower(part) }));
  const { dispatches } = programs[1]!;
  const bytes = (precision: 'f32' | 'f16'): number =>
    dispatches.reduce((sum, dispatch) => sum + dispatchBytes(dispatch, precision), 0);
  return {
    dispatches: dispatches.length,
    macs: dispatches.reduce((sum, { macs }) => sum + macs, 0),
    bytes: bytes('f32'),
    halfBytes: bytes('f16'),
    memory: footprint(programs, 'f32'),
    halfMemory: footprint(programs, 'f16'),
  };
}

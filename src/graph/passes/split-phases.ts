import type { Graph, Node } from '../graph';
import { rewrite } from '../rewrite';

/** Which of three taps join which of two, for outputs of even and of odd number. */
const JOINED = [
  [0, 1, 1],
  [0, 0, 1],
] as const;

/**
 * A 3 x 3 convolution after nearest x 2 reads each source row once or twice: an even output row reads (r - 1, r, r), an
 * odd one (r, r, r + 1). Summing the weights that meet leaves four 2 x 2 convolutions, one for each phase of the output:
 * 4/9 of the work.
 */
export const splitPhases = (graph: Graph): Graph =>
  rewrite(graph, (node) => {
    if (node.op !== 'conv2d' || node.attrs.groups !== 1 || node.attrs.phases === 2) return undefined;
    const { kernel, taps } = node.attrs;
    if (kernel[0] !== 3 || kernel[1] !== 3) return undefined;
    const rows = joinTaps(taps.rows);
    const cols = joinTaps(taps.cols);
    if (!rows || !cols) return undefined;
    const attrs = {
      ...node.attrs,
      kernel: [2, 2] as const,
      taps: { rows, cols },
      phases: 2 as const,
      weight: phaseWeights(node),
    };
    return [{ ...node, attrs }];
  });

/** Two taps a position instead of three, if the taps that are to be joined read the same everywhere. */
function joinTaps(taps: Int32Array): Int32Array | undefined {
  const positions = taps.length / 3;
  if (positions % 2 === 1) return undefined;
  const joined = new Int32Array(positions * 2);
  for (let i = 0; i < positions; i++) {
    const [a, b, c] = [taps[i * 3]!, taps[i * 3 + 1]!, taps[i * 3 + 2]!];
    if (i % 2 === 0 ? b !== c : a !== b) return undefined;
    joined.set([a, c], i * 2);
  }
  return joined;
}

/** (O, I, 3, 3) to (4, O, I, 2, 2). */
function phaseWeights({ attrs: { weight } }: Node<'conv2d'>): Float64Array {
  const filters = weight.length / 9;
  const result = new Float64Array(4 * filters * 4);
  for (let i = 0; i < weight.length; i++) {
    const filter = Math.floor(i / 9);
    const ky = Math.floor(i / 3) % 3;
    const kx = i % 3;
    for (let phase = 0; phase < 4; phase++) {
      const tap = JOINED[phase >> 1]![ky]! * 2 + JOINED[phase & 1]![kx]!;
      const at = (phase * filters + filter) * 4 + tap;
      result[at] = result[at]! + weight[i]!;
    }
  }
  return result;
}

import type { Graph, Node, Tensor } from '../graph';
import { rewrite } from '../rewrite';

/**
 * Output rows of a convolution that read the same input rows are equal; so are columns. Only the distinct ones are
 * computed, and a nearest resizing stretches them out again. SPADE's convolutions see a 16 x 16 pose map stretched to the
 * size of the features: at most 48 distinct rows after the first and 80 after the second, whatever the resolution. A
 * 1 x 1 convolution of an upsampled map is thereby done before the upsampling, at a quarter of the work.
 */
export const distinctRows = (graph: Graph): Graph =>
  rewrite(graph, (node) => {
    if (node.op !== 'conv2d' || node.inputs.addend || node.inputs.residual) return undefined;
    const [kh, kw] = node.attrs.kernel;
    const rows = distinct(node.attrs.taps.rows, kh);
    const cols = distinct(node.attrs.taps.cols, kw);
    const height = rows.taps.length / kh;
    const width = cols.taps.length / kw;
    if (height === node.output.layout.height && width === node.output.layout.width) return undefined;
    const output: Tensor = {
      ...node.output,
      name: `${node.output.name}@distinct`,
      layout: { ...node.output.layout, height, width },
    };
    const small: Node = { ...node, attrs: { ...node.attrs, taps: { rows: rows.taps, cols: cols.taps } }, output };
    const index = { rows: rows.index, cols: cols.index };
    return [
      small,
      { op: 'interpolate', name: node.output.name, inputs: { src: output }, attrs: { index }, output: node.output },
    ];
  });

/** The distinct groups of `kernel` taps in order of appearance, and which of them each output position uses. */
function distinct(taps: Int32Array, kernel: number): { taps: Int32Array; index: Int32Array } {
  const seen = new Map<string, number>();
  const kept: number[] = [];
  const index = new Int32Array(taps.length / kernel);
  for (let o = 0; o < index.length; o++) {
    const group = taps.subarray(o * kernel, (o + 1) * kernel);
    const key = group.join();
    let at = seen.get(key);
    if (at === undefined) {
      at = seen.size;
      seen.set(key, at);
      kept.push(...group);
    }
    index[o] = at;
  }
  return { taps: Int32Array.from(kept), index };
}

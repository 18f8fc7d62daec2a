import type { PixelIndex } from '../../kernels/taps';
import type { Graph, Node, Tensor } from '../graph';
import { dependents } from './split-source-convolutions';

/**
 * Line drawings of one face at several sizes become one `rasterize_atlas` node: the largest at the left, the others below
 * one another beside it. Each drawing is then a nearest "resizing" that cuts it out, which its reader absorbs.
 */
export function mergeRasterizers(graph: Graph, frameInputs: readonly string[]): Graph {
  const changing = dependents(graph, frameInputs);
  const rasterizers = graph.nodes.filter((node) => node.op === 'rasterize_landmarks');
  let nodes = graph.nodes;
  for (const moves of [true, false]) {
    const group = rasterizers.filter(({ output }) => changing.has(output.name) === moves);
    if (group.length < 2 || group.length > 3) continue;
    nodes = merge(nodes, group);
  }
  return nodes === graph.nodes ? graph : { ...graph, nodes };
}

function merge(nodes: readonly Node[], group: readonly Node<'rasterize_landmarks'>[]): Node[] {
  const bySize = [...group].sort((a, b) => b.output.layout.width - a.output.layout.width);
  const [largest, ...others] = bySize.map(({ output }) => output.layout.width);
  let below = 0;
  const levels = [largest!, ...others].map((size, i) => {
    const level = { size, x: i === 0 ? 0 : largest!, y: i === 0 ? 0 : below };
    if (i > 0) below += size;
    return level;
  });
  const output: Tensor = {
    name: bySize.map((node) => node.output.name).join('+'),
    format: 'map',
    layout: { channels: [3], height: Math.max(largest!, below), width: largest! + others[0]! },
  };
  const inputs = Object.fromEntries(bySize.map((node, i) => [`segments${i}`, node.inputs.segments]));
  const atlas: Node = { op: 'rasterize_atlas', name: output.name, inputs, attrs: { levels }, output };
  const cuts = bySize.map((node, i): Node => {
    const { size, x, y } = levels[i]!;
    const index: PixelIndex = { rows: range(y, size), cols: range(x, size) };
    return { op: 'interpolate', name: node.name, inputs: { src: output }, attrs: { index }, output: node.output };
  });
  const merged = new Set<Node>(group);
  // All segments are inputs of the graph, so the atlas may come first.
  return [atlas, ...cuts, ...nodes.filter((node) => !merged.has(node))];
}

const range = (start: number, length: number): Int32Array => Int32Array.from({ length }, (_, i) => start + i);

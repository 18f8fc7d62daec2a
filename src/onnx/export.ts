import { channelsOf } from '../graph/builder';
import type { Graph, Node, Tensor } from '../graph/graph';
import { encodeModel, type OnnxValue } from './messages';
import { OnnxBuilder, OPERATORS } from './operators';

/** GridSample came with 16; every runtime of interest reads 17. */
const OPSET = 17;

/**
 * An unfused graph of maps as an ONNX model (float32, a batch of one). Inputs and outputs keep their names, a map of C
 * channels is (1, C, h, w). Throws where an op has no counterpart in ONNX: pictures and landmarks, and whatever passes make.
 */
export function exportOnnx(graph: Graph, name: string): Uint8Array {
  const onnx = new OnnxBuilder();
  for (const node of graph.nodes) {
    // One entry an op: the lookup gives the emitter of this very node.
    const emit = OPERATORS[node.op] as ((onnx: OnnxBuilder, node: Node) => void) | undefined;
    if (!emit) throw new Error(`${node.name}: ONNX has no ${node.op}`);
    emit(onnx, node);
  }
  const { nodes, constants } = onnx;
  const [inputs, outputs] = [graph.inputs.map(valueOf), graph.outputs.map(valueOf)];
  return encodeModel({ name, opset: OPSET, nodes, constants, inputs, outputs });
}

function valueOf(tensor: Tensor): OnnxValue {
  const { format, layout, name } = tensor;
  if (format !== 'map' && format !== 'field') throw new Error(`${name} is ${format}, not a map`);
  return { name, dims: [1, channelsOf(tensor), layout.height, layout.width] };
}

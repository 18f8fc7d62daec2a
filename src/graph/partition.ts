import { inputsOf, prune, type Graph, type Tensor } from './graph';
import { dependents } from './passes/split-source-convolutions';

/** One graph cut in two: what depends on the source alone, and what every frame does. */
export interface Partition {
  /** Runs once per source. Its outputs are what frames need of it, and the caller's outputs that belong to it. */
  readonly register: Graph;
  /** Runs once per frame. Its inputs are the frame's own and the outputs of `register` that it reads. */
  readonly frame: Graph;
}

/** Cuts a graph by what depends on the inputs named in `frameInputs`. */
export function partition(graph: Graph, frameInputs: readonly string[]): Partition {
  const changing = dependents(graph, frameInputs);
  const isFrame = (tensor: Tensor): boolean => changing.has(tensor.name);
  const frameNodes = graph.nodes.filter((node) => isFrame(node.output));
  const registerNodes = graph.nodes.filter((node) => !isFrame(node.output));
  const made = new Set(registerNodes.map((node) => node.output.name));
  const kept = new Map<string, Tensor>();
  for (const tensor of frameNodes.flatMap(inputsOf)) if (!isFrame(tensor)) kept.set(tensor.name, tensor);
  const handed = [...kept.values()];
  const own = graph.outputs.filter((tensor) => !isFrame(tensor) && !kept.has(tensor.name));
  return {
    register: prune({
      inputs: graph.inputs.filter((tensor) => !isFrame(tensor)),
      outputs: [...handed.filter((tensor) => made.has(tensor.name)), ...own],
      nodes: registerNodes,
    }),
    frame: {
      inputs: [...graph.inputs.filter(isFrame), ...handed],
      outputs: graph.outputs.filter(isFrame),
      nodes: frameNodes,
    },
  };
}

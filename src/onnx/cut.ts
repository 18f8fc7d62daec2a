import { checkGraph, inputsOf, prune, type Graph, type Tensor } from '../graph/graph';

/**
 * The part of a graph between the named tensors: `inputs` become its inputs, whatever made them is left out. Throws where
 * a name is not in the graph, or where the outputs also need something that `inputs` does not name.
 */
export function cut(graph: Graph, inputs: readonly string[], outputs: readonly string[]): Graph {
  const tensors = new Map([...graph.inputs, ...graph.nodes.map(({ output }) => output)].map((t) => [t.name, t]));
  const named = (name: string): Tensor => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`the graph has no tensor ${name}`);
    return tensor;
  };
  const given = new Set(inputs);
  const nodes = graph.nodes.filter(({ output }) => !given.has(output.name));
  const part = prune({ inputs: inputs.map(named), outputs: outputs.map(named), nodes });
  const made = new Set([...inputs, ...part.nodes.map(({ output }) => output.name)]);
  for (const node of part.nodes) {
    const missing = inputsOf(node).find(({ name }) => !made.has(name));
    if (missing) throw new Error(`${node.name} also needs ${missing.name}`);
  }
  return checkGraph(part);
}

import { consumersOf, producersOf, prune, type Graph, type Node, type Tensor } from './graph';

/** What a rule may look at around the node it is asked about. */
export interface View {
  readonly producer: (tensor: Tensor) => Node | undefined;
  readonly consumers: (tensor: Tensor) => readonly Node[];
  /** True if exactly one node reads the tensor and the caller does not ask for it: it may disappear. */
  readonly isPrivate: (tensor: Tensor) => boolean;
}

/**
 * Looks at one node; returns the nodes to put in its place, or undefined to leave it. The last of them makes the very
 * same tensor. Nodes that nothing reads any more disappear by themselves.
 */
export type Rule = (node: Node, view: View) => readonly Node[] | undefined;

/** Applies a rule to every node until it fits nowhere. A rule must make progress, or this does not end. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  for (;;) {
    const next = rewriteFirst(graph, rule);
    if (!next) return graph;
    graph = next;
  }
}

function rewriteFirst(graph: Graph, rule: Rule): Graph | undefined {
  const view = viewOf(graph);
  for (const [i, node] of graph.nodes.entries()) {
    const replacement = rule(node, view);
    if (!replacement) continue;
    if (replacement.at(-1)?.output !== node.output) throw new Error(`a rule lost ${node.output.name}`);
    return prune({ ...graph, nodes: [...graph.nodes.slice(0, i), ...replacement, ...graph.nodes.slice(i + 1)] });
  }
  return undefined;
}

function viewOf(graph: Graph): View {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map((tensor) => tensor.name));
  return {
    producer: (tensor) => producers.get(tensor.name),
    consumers: (tensor) => consumers.get(tensor.name) ?? [],
    isPrivate: (tensor) => !outputs.has(tensor.name) && consumers.get(tensor.name)?.length === 1,
  };
}

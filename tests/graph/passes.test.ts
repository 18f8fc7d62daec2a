import { describe, expect, test } from 'vitest';
import type { Graph } from '../../src/graph/graph';
import { checkGraph } from '../../src/graph/graph';
import { interpret, type Value } from '../../src/graph/interpret';
import { lower } from '../../src/graph/lower';
import { optimize } from '../../src/graph/optimize';
import { partition } from '../../src/graph/partition';
import { absorbInterpolate } from '../../src/graph/passes/absorb-interpolate';
import { distinctRows } from '../../src/graph/passes/distinct-rows';
import { foldBatchNorm } from '../../src/graph/passes/fold-batch-norm';
import { fuseEpilogue } from '../../src/graph/passes/fuse-epilogue';
import { fuseInvertedResidual, type FusionPolicy } from '../../src/graph/passes/fuse-inverted-residual';
import { fuseOutput } from '../../src/graph/passes/fuse-output';
import { fuseSpade } from '../../src/graph/passes/fuse-spade';
import { fuseSpadeConv } from '../../src/graph/passes/fuse-spade-conv';
import { fusePoseEncoder } from '../../src/graph/passes/fuse-pose-encoder';
import { mergeRasterizers } from '../../src/graph/passes/merge-rasterizers';
import { mergeSiblings } from '../../src/graph/passes/merge-siblings';
import { splitSourceConvolutions } from '../../src/graph/passes/split-source-convolutions';
import { FRAME_INPUTS } from '../../src/model/network';
import { networkInputs, smallNetwork } from '../model/small-network';

/** 48 is three times 16, and 1/4 of it 12: no whole ratio to the 16 x 16 pose map; and the sizes differ. */
const SIZE = 48;
const MOTION_SIZE = 64;

const network = smallNetwork(SIZE, MOTION_SIZE);
const inputs = networkInputs(SIZE, MOTION_SIZE);
const expected = interpret(network, inputs);

const numbers = (value: Value | undefined): ArrayLike<number> =>
  value && 'channels' in value ? value.data : (value ?? []);

function expectSame(graph: Graph, values: ReadonlyMap<string, Value>): void {
  for (const { name, format } of graph.outputs) {
    const value = expected.get(name);
    if (!value) continue; // made by a pass
    const actual = numbers(values.get(name));
    const wanted = numbers(value);
    expect(actual.length, name).toBe(wanted.length);
    expect(wanted.length, name).toBeGreaterThan(0);
    // Bytes are truncated, so that a difference in the last bit may show as one level.
    const tolerance = format === 'rgba8' ? 1 : 1e-9;
    for (let i = 0; i < wanted.length; i++) {
      if (Math.abs(actual[i]! - wanted[i]!) > tolerance)
        expect.fail(`${name}[${i}] is ${actual[i]} instead of ${wanted[i]}`);
    }
  }
}

const spades = (graph: Graph): Graph => fuseSpade(distinctRows(absorbInterpolate(fuseEpilogue(graph))));
const none = { wholeBlocks: 0, wholeBytes: 0, separableBlocks: 0, expandBytes: Infinity };
const EVERYTHING = { wholeBlocks: 8, wholeBytes: 0, separableBlocks: 8, expandBytes: 0 };
const fuse = (graph: Graph, policy: Partial<FusionPolicy>): Graph =>
  fuseInvertedResidual(fuseEpilogue(foldBatchNorm(graph)), () => ({ ...none, ...policy }));
const PASSES: [string, (graph: Graph) => Graph][] = [
  ['foldBatchNorm', foldBatchNorm],
  ['splitSourceConvolutions', (graph) => splitSourceConvolutions(graph, FRAME_INPUTS)],
  ['fuseEpilogue', fuseEpilogue],
  ['fuseEpilogue after foldBatchNorm', (graph) => fuseEpilogue(foldBatchNorm(graph))],
  ['fuseSpade', fuseSpade],
  ['fuseSpadeConv', (graph) => fuseSpadeConv(absorbInterpolate(fuseSpade(graph)))],
  ['mergeRasterizers', (graph) => mergeRasterizers(graph, FRAME_INPUTS)],
  ['fusePoseEncoder', (graph) => fusePoseEncoder(fuseEpilogue(foldBatchNorm(graph)))],
  ['mergeSiblings', (graph) => mergeSiblings(distinctRows(absorbInterpolate(fuseEpilogue(foldBatchNorm(graph)))))],
  ['mergeSiblings after fuseSpadeConv', (graph) => mergeSiblings(fuseSpadeConv(spades(graph)))],
  ['absorbInterpolate', absorbInterpolate],
  ['absorbInterpolate into spade', (graph) => absorbInterpolate(fuseSpade(graph))],
  ['distinctRows', (graph) => distinctRows(absorbInterpolate(graph))],
  ['fuseInvertedResidual, whole blocks', (graph) => fuse(graph, { wholeBlocks: 8 })],
  ['fuseInvertedResidual, last two thirds', (graph) => fuse(graph, { separableBlocks: 8 })],
  ['fuseInvertedResidual, first two thirds', (graph) => fuse(graph, { expandBytes: 0 })],
  ['fuseOutput', (graph) => fuseOutput(fuse(graph, { separableBlocks: 8 }))],
  ['all, for a GPU', (graph) => optimize(graph, { frameInputs: FRAME_INPUTS, target: 'gpu' })],
  ['all, for a CPU', (graph) => optimize(graph, { frameInputs: FRAME_INPUTS, target: 'software' })],
  ['fuseInvertedResidual, everything', (graph) => fuse(graph, EVERYTHING)],
];

describe.each(PASSES)('%s', (_, pass) => {
  const graph = pass(network);
  test('finds something to do', () => expect(graph).not.toBe(network));
  test('leaves a graph', () => void checkGraph(graph));
  test('keeps the meaning', () => expectSame(graph, interpret(graph, inputs)));
});

describe('partition', () => {
  const { register, frame } = partition(optimize(network, { frameInputs: FRAME_INPUTS }), FRAME_INPUTS);
  test('gives two graphs', () => {
    checkGraph(register);
    checkGraph(frame);
  });
  test('register followed by frame is the whole', () => {
    const registered = interpret(register, new Map([...inputs].filter(([name]) => !FRAME_INPUTS.includes(name))));
    const handed = new Map(
      [...inputs, ...registered].filter(([name]) => frame.inputs.some((tensor) => tensor.name === name)),
    );
    expectSame(frame, interpret(frame, handed));
    expectSame(register, registered);
  });
  test('a frame does nothing that depends on the source alone', () => {
    const changing = new Set(FRAME_INPUTS);
    for (const node of frame.nodes) {
      const names = Object.values(node.inputs as Record<string, { name: string } | undefined>).map(
        (tensor) => tensor?.name,
      );
      expect(
        names.some((name) => name !== undefined && changing.has(name)),
        node.name,
      ).toBe(true);
      changing.add(node.output.name);
    }
  });
  test('every node has a kernel', () => {
    expect(lower(register).length).toBe(register.nodes.length);
    expect(lower(frame).length).toBe(frame.nodes.length);
  });
});

import type { Graph } from './graph';
import { absorbInterpolate } from './passes/absorb-interpolate';
import { distinctRows } from './passes/distinct-rows';
import { foldBatchNorm } from './passes/fold-batch-norm';
import { fuseEpilogue } from './passes/fuse-epilogue';
import {
  fuseInvertedResidual,
  GPU_FUSION,
  SOFTWARE_FUSION,
  SOFTWARE_FUSION_ONCE,
  type ChoosePolicy,
} from './passes/fuse-inverted-residual';
import { fuseOutput } from './passes/fuse-output';
import { fuseSpade } from './passes/fuse-spade';
import { fusePoseEncoder } from './passes/fuse-pose-encoder';
import { fuseSpadeConv } from './passes/fuse-spade-conv';
import { mergeRasterizers } from './passes/merge-rasterizers';
import { mergeSiblings } from './passes/merge-siblings';
import { dependents, splitSourceConvolutions } from './passes/split-source-convolutions';

/** What a program is made for: a GPU, or a CPU that plays one (SwiftShader, llvmpipe). */
export type ProgramTarget = 'gpu' | 'software';

/** Passes that only save: without one of them a program still computes the same. */
export const SAVINGS = [
  'mergeRasterizers',
  'distinctRows',
  'fuseSpadeConv',
  'mergeSiblings',
  'fusePoseEncoder',
  'fuseInvertedResidual',
  'fuseOutput',
] as const;

export type Saving = (typeof SAVINGS)[number];

export interface OptimizeOptions {
  /** Graph inputs that change with every frame; everything else is worked out once per source. */
  readonly frameInputs: readonly string[];
  /** Decides what is fused with what; a GPU unless given. */
  readonly target?: ProgramTarget | undefined;
  /** Passes to leave out, to see what they are worth. */
  readonly without?: readonly Saving[] | undefined;
}

/** All passes in the order in which each finds what it looks for. */
export function optimize(graph: Graph, { frameInputs, target = 'gpu', without = [] }: OptimizeOptions): Graph {
  const unless = (name: Saving, pass: (graph: Graph) => Graph): ((graph: Graph) => Graph) =>
    without.includes(name) ? (unchanged) => unchanged : pass;
  const thinOut = unless('distinctRows', distinctRows);
  let result = foldBatchNorm(graph);
  result = splitSourceConvolutions(result, frameInputs);
  result = fuseEpilogue(result);
  result = fuseSpade(result);
  result = unless('mergeRasterizers', (drawn) => mergeRasterizers(drawn, frameInputs))(result);
  // Each distinct convolution leaves a resizing behind, which the next convolution absorbs and may thin out itself.
  for (let before; before !== result;) {
    before = result;
    result = thinOut(absorbInterpolate(result));
  }
  result = unless('fuseSpadeConv', fuseSpadeConv)(result);
  result = unless('mergeSiblings', mergeSiblings)(result);
  result = unless('fusePoseEncoder', fusePoseEncoder)(result);
  result = unless('fuseInvertedResidual', (blocks) =>
    fuseInvertedResidual(blocks, fusionPolicy(blocks, target, frameInputs)),
  )(result);
  return unless('fuseOutput', fuseOutput)(result);
}

function fusionPolicy(graph: Graph, target: ProgramTarget, frameInputs: readonly string[]): ChoosePolicy {
  if (target === 'gpu') return () => GPU_FUSION;
  const changing = dependents(graph, frameInputs);
  return ({ output }) => (changing.has(output.name) ? SOFTWARE_FUSION : SOFTWARE_FUSION_ONCE);
}

import type { Graph } from './graph';
import { absorbInterpolate } from './passes/absorb-interpolate';
import { distinctRows } from './passes/distinct-rows';
import { foldBatchNorm } from './passes/fold-batch-norm';
import { fuseEpilogue } from './passes/fuse-epilogue';
import { fuseInvertedResidual, GPU_FUSION, SOFTWARE_FUSION, type FusionPolicy } from './passes/fuse-inverted-residual';
import { fuseOutput } from './passes/fuse-output';
import { fuseSpade } from './passes/fuse-spade';
import { fusePoseEncoder } from './passes/fuse-pose-encoder';
import { fuseSpadeConv } from './passes/fuse-spade-conv';
import { mergeRasterizers } from './passes/merge-rasterizers';
import { mergeSiblings } from './passes/merge-siblings';
import { splitSourceConvolutions } from './passes/split-source-convolutions';

/** What a program is made for: a GPU, or a CPU that plays one (SwiftShader, llvmpipe). */
export type Target = 'gpu' | 'software';

const FUSION: Readonly<Record<Target, FusionPolicy>> = { gpu: GPU_FUSION, software: SOFTWARE_FUSION };

export interface OptimizeOptions {
  /** Graph inputs that change with every frame; everything else is worked out once per source. */
  readonly frameInputs: readonly string[];
  /** Decides what is fused with what; a GPU unless given. */
  readonly target?: Target | undefined;
}

/** All passes in the order in which each finds what it looks for. */
export function optimize(graph: Graph, { frameInputs, target = 'gpu' }: OptimizeOptions): Graph {
  let result = foldBatchNorm(graph);
  result = splitSourceConvolutions(result, frameInputs);
  result = fuseEpilogue(result);
  result = fuseSpade(result);
  result = mergeRasterizers(result, frameInputs);
  // Each distinct convolution leaves a resizing behind, which the next convolution absorbs and may thin out itself.
  for (let before; before !== result;) {
    before = result;
    result = distinctRows(absorbInterpolate(result));
  }
  result = mergeSiblings(fuseSpadeConv(result));
  result = fusePoseEncoder(result);
  return fuseOutput(fuseInvertedResidual(result, FUSION[target]));
}

import { readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { pixelCount, type Layout } from './layout';
import code from './normalize.wgsl?raw';

export interface NormalizeSpec {
  readonly dst: Layout;
}

/** RGBA bytes to an image in [-1, 1]. */
export const normalize: Kernel<NormalizeSpec> = {
  name: 'normalize',
  code,
  bindings: { src: readWords, dst: writeMap },
  constants: ({ dst }) => ({ PIXELS: pixelCount(dst) }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst),
  macs: () => 0,
};

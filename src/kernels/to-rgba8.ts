import rgba8 from './chunks/rgba8.wgsl?raw';
import { readMap, WORKGROUP, writeWords, type Kernel } from './kernel';
import { pixelCount, type Layout } from './layout';
import code from './to-rgba8.wgsl?raw';

export interface ToRgba8Spec {
  readonly src: Layout;
}

/** An image in [-1, 1] to RGBA bytes. */
export const toRgba8: Kernel<ToRgba8Spec> = {
  name: 'to-rgba8',
  code: rgba8 + code,
  bindings: { src: readMap, dst: writeWords },
  constants: ({ src }) => ({ PIXELS: pixelCount(src) }),
  workgroup: () => WORKGROUP,
  threads: ({ src }) => pixelCount(src),
  macs: () => 0,
};

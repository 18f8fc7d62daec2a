import { readWords, WORKGROUP, writeWords, type Kernel } from './kernel';
import code from './resize-image.wgsl?raw';

export interface ResizeImageSpec {
  readonly srcHeight: number;
  readonly srcWidth: number;
  readonly height: number;
  readonly width: number;
  readonly axis: 'horizontal' | 'vertical';
  /** Input pixels of one output pixel. */
  readonly support: number;
}

/** One axis of an antialiased bilinear resize of RGBA bytes. */
export const resizeImage: Kernel<ResizeImageSpec> = {
  name: 'resize-image',
  code,
  bindings: { src: readWords, coefficients: readWords, dst: writeWords },
  constants: ({ srcHeight, srcWidth, height, width, axis, support }) => ({
    SRC_HEIGHT: srcHeight,
    SRC_WIDTH: srcWidth,
    HEIGHT: height,
    WIDTH: width,
    VERTICAL: axis === 'vertical',
    SUPPORT: support,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ height, width }) => height * width,
  macs: ({ height, width, support }) => 4 * height * width * support,
};

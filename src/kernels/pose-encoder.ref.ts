import { convTranspose2dRef, type ConvTranspose2dArgs } from './conv-transpose2d.ref';
import type { Volume } from './volume';

export interface PoseEncoderArgs {
  readonly src: Volume;
  readonly first: Omit<ConvTranspose2dArgs, 'src'>;
  readonly second: Omit<ConvTranspose2dArgs, 'src'>;
}

/** One transposed convolution after the other. */
export const poseEncoderRef = ({ src, first, second }: PoseEncoderArgs): Volume =>
  convTranspose2dRef({ ...second, src: convTranspose2dRef({ ...first, src }) });

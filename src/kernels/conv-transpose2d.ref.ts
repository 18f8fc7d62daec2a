import type { Activation } from './epilogue';
import { epilogueRef } from './epilogue.ref';
import { volume, type Volume } from './volume';

export interface ConvTranspose2dArgs {
  readonly src: Volume;
  /** (in, out, kh, kw) */
  readonly weight: ArrayLike<number>;
  readonly bias?: ArrayLike<number> | undefined;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly outChannels: number;
  readonly activation?: Activation;
}

/**
 * torch.nn.functional.conv_transpose2d without padding. It scatters where the kernel gathers through tables, so that one
 * checks the other.
 */
export function convTranspose2dRef(args: ConvTranspose2dArgs): Volume {
  const { src, weight, bias, kernel, stride, outChannels, activation } = args;
  const [kh, kw] = kernel;
  const dst = volume(outChannels, (src.height - 1) * stride + kh, (src.width - 1) * stride + kw);
  const pixels = dst.height * dst.width;
  for (let o = 0; o < outChannels; o++) dst.data.fill(bias?.[o] ?? 0, o * pixels, (o + 1) * pixels);
  for (let i = 0; i < src.channels; i++) {
    for (let y = 0; y < src.height; y++) {
      for (let x = 0; x < src.width; x++) {
        const value = src.data[(i * src.height + y) * src.width + x]!;
        for (let o = 0; o < outChannels; o++) {
          for (let ky = 0; ky < kh; ky++) {
            for (let kx = 0; kx < kw; kx++) {
              const at = o * pixels + (y * stride + ky) * dst.width + x * stride + kx;
              dst.data[at] = dst.data[at]! + value * weight[((i * outChannels + o) * kh + ky) * kw + kx]!;
            }
          }
        }
      }
    }
  }
  return epilogueRef(dst, activation ?? 'none');
}

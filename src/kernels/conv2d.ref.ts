import type { Activation } from './epilogue';
import { epilogueRef } from './epilogue.ref';
import type { Taps } from './taps';
import { volume, type Volume } from './volume';

export interface Conv2dArgs {
  readonly src: Volume;
  /** (out, in, kh, kw) */
  readonly weight: ArrayLike<number>;
  readonly bias?: ArrayLike<number> | undefined;
  readonly kernel: readonly [height: number, width: number];
  readonly taps: Taps;
  readonly outChannels: number;
  readonly activation?: Activation;
  /** Added before the activation. */
  readonly addend?: Volume | undefined;
  /** Added after the activation. */
  readonly residual?: Volume | undefined;
}

/** Dense convolution through index tables: torch.nn.functional.conv2d with groups = 1. */
export function conv2dRef({ src, weight, bias, kernel: [kh, kw], taps, outChannels, ...rest }: Conv2dArgs): Volume {
  const dst = volume(outChannels, taps.rows.length / kh, taps.cols.length / kw);
  for (let o = 0; o < dst.channels; o++) {
    for (let y = 0; y < dst.height; y++) {
      for (let x = 0; x < dst.width; x++) {
        const at = (o * dst.height + y) * dst.width + x;
        let sum = (bias?.[o] ?? 0) + (rest.addend?.data[at] ?? 0);
        for (let ky = 0; ky < kh; ky++) {
          const row = taps.rows[y * kh + ky]!;
          if (row < 0) continue;
          for (let kx = 0; kx < kw; kx++) {
            const col = taps.cols[x * kw + kx]!;
            if (col < 0) continue;
            for (let i = 0; i < src.channels; i++) {
              sum +=
                weight[((o * src.channels + i) * kh + ky) * kw + kx]! *
                src.data[(i * src.height + row) * src.width + col]!;
            }
          }
        }
        dst.data[at] = sum;
      }
    }
  }
  return epilogueRef(dst, rest.activation ?? 'none', rest.residual);
}

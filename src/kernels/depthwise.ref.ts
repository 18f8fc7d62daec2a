import type { Activation } from './epilogue';
import { epilogueRef } from './epilogue.ref';
import type { Taps } from './taps';
import { volume, type Volume } from './volume';

export interface DepthwiseArgs {
  readonly src: Volume;
  /** (channels, 1, kh, kw) */
  readonly weight: ArrayLike<number>;
  readonly bias?: ArrayLike<number> | undefined;
  readonly kernel: readonly [height: number, width: number];
  readonly taps: Taps;
  readonly activation?: Activation;
  readonly residual?: Volume | undefined;
}

/** Depthwise convolution through index tables: torch.nn.functional.conv2d with groups = channels. */
export function depthwiseRef({ src, weight, bias, kernel: [kh, kw], taps, ...rest }: DepthwiseArgs): Volume {
  const dst = volume(src.channels, taps.rows.length / kh, taps.cols.length / kw);
  for (let c = 0; c < dst.channels; c++) {
    for (let y = 0; y < dst.height; y++) {
      for (let x = 0; x < dst.width; x++) {
        let sum = bias?.[c] ?? 0;
        for (let ky = 0; ky < kh; ky++) {
          for (let kx = 0; kx < kw; kx++) {
            const row = taps.rows[y * kh + ky]!;
            const col = taps.cols[x * kw + kx]!;
            if (row < 0 || col < 0) continue;
            sum += weight[(c * kh + ky) * kw + kx]! * src.data[(c * src.height + row) * src.width + col]!;
          }
        }
        dst.data[(c * dst.height + y) * dst.width + x] = sum;
      }
    }
  }
  return epilogueRef(dst, rest.activation ?? 'none', rest.residual);
}

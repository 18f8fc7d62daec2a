import type { Activation } from './epilogue';
import type { Volume } from './volume';

/** Applies the activation in place, then adds the residual, nearest-resized by two where it is half the size. */
export function epilogueRef(dst: Volume, activation: Activation, residual?: Volume): Volume {
  const half = residual !== undefined && residual.width !== dst.width ? 2 : 1;
  for (let c = 0; c < dst.channels; c++) {
    for (let y = 0; y < dst.height; y++) {
      for (let x = 0; x < dst.width; x++) {
        const i = (c * dst.height + y) * dst.width + x;
        let v = dst.data[i]!;
        if (activation === 'relu') v = Math.max(v, 0);
        if (activation === 'tanh') v = Math.tanh(v);
        if (residual) {
          const at = (c * residual.height + Math.floor(y / half)) * residual.width + Math.floor(x / half);
          v += residual.data[at]!;
        }
        dst.data[i] = v;
      }
    }
  }
  return dst;
}

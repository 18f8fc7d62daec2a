import type { Tensor } from '../graph/graph';
import { fromHalf } from '../half';
import type { Precision } from '../kernels/kernel';
import { channelCount, fromBlocked } from '../kernels/layout';

/** A tensor on the CPU, in C order. Motion fields are (1, h, w, 2), landmark maps (3, n, n), the rest (1, C, h, w). */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The bytes of a feature map as they lie on the GPU to C order under its public shape. */
export function toHostTensor({ name, layout, format }: Tensor, bytes: ArrayBuffer, precision: Precision): HostTensor {
  const { height, width } = layout;
  const data = fromBlocked(
    layout,
    precision === 'f32' || format === 'field' ? new Float32Array(bytes) : fromHalf(new Uint16Array(bytes)),
  );
  if (name.startsWith('motion')) return { shape: [1, height, width, 2], data: interleave(data) };
  const shape = [channelCount(layout), height, width];
  return { shape: name.includes('_map_') ? shape : [1, ...shape], data };
}

/** (2, h, w) to (h, w, 2). */
function interleave(planes: Float32Array): Float32Array {
  const pixels = planes.length / 2;
  return planes.map((_, i) => planes[(i % 2) * pixels + (i >> 1)]!);
}

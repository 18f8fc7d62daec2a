import type { Face } from '../../src/engine/face';
import type { Picture } from '../../src/engine/pictures';
import { random } from '../cases/case';

/** A face of no particular looks, well inside the picture. */
export const someFace = (seed: string): Face => ({
  landmarks: random(`${seed} landmarks`, 144, 0.9),
  headPose: [...random(`${seed} pose`, 5, 0.3), 0.0012],
});

/** An opaque picture of noise. */
export function somePicture(seed: string, width: number, height = width): Picture {
  const data = Uint8Array.from(random(seed, width * height * 4), (v, i) => (i % 4 === 3 ? 255 : (v + 1) * 127));
  return { width, height, data };
}

import type { Face } from '../../src/engine/face';
import type { MediaPipeResult, MeshPoint } from '../../src/drivers/mediapipe';
import { MESH_POINTS } from '../../src/drivers/mediapipe-points';
import { fromAxisAngle, type Vector3 } from '../../src/drivers/rotation';
import rig from '../../src/drivers/rig.json';

export interface HeadParameters {
  readonly rotation?: Vector3;
  readonly shift?: readonly [number, number];
  readonly scale?: number;
  readonly identity?: Partial<Record<keyof typeof rig.identity, number>>;
  readonly expression?: Partial<Record<keyof typeof rig.expression, number>>;
}

interface Mode {
  readonly points: readonly number[];
  readonly offsets: readonly number[];
}

/** The rig's head, projected: landmarks in [-1, 1] and the six values of its pose. */
export function drawnHead({ rotation = [0, 0, 0], shift = [0, 0.2], scale = 0.049, ...weights }: HeadParameters): Face {
  const points = rig.points.slice();
  for (const kind of ['identity', 'expression'] as const) {
    for (const [name, weight] of Object.entries(weights[kind] ?? {})) {
      const mode = (rig[kind] as Record<string, Mode>)[name]!;
      mode.points.forEach((point, i) => {
        for (const axis of [0, 1, 2]) points[point * 3 + axis]! += weight * mode.offsets[i * 3 + axis]!;
      });
    }
  }
  const m = fromAxisAngle(rotation);
  const landmarks = new Float32Array(144);
  for (let i = 0; i < 72; i++) {
    const p = [0, 1, 2].map((axis) => points[i * 3 + axis]! - rig.pivot[axis]!);
    const turned = [0, 1].map(
      (row) => [0, 1, 2].reduce((sum, k) => sum + m[row * 3 + k]! * p[k]!, 0) + rig.pivot[row]!,
    );
    landmarks[i * 2] = scale * turned[0]! + shift[0];
    landmarks[i * 2 + 1] = -scale * turned[1]! + shift[1];
  }
  const { anchor, x, y, scale: unit } = rig.headPose;
  const headPose = [
    ...rotation,
    x[0]! + x[1]! * landmarks[anchor * 2]!,
    y[0]! + y[1]! * landmarks[anchor * 2 + 1]!,
    scale * unit,
  ];
  return { landmarks, headPose };
}

/** What MediaPipe would say of these landmarks, which lie in the middle square of a frame. */
export function meshOf({ landmarks }: Face, width: number, height: number): MediaPipeResult {
  const mesh: MeshPoint[] = Array.from({ length: 478 }, () => ({ x: 0, y: 0 }));
  const short = Math.min(width, height);
  MESH_POINTS.forEach((index, i) => {
    const point = {
      x: (landmarks[i * 2]! * short) / width / 2 + 0.5,
      y: (landmarks[i * 2 + 1]! * short) / height / 2 + 0.5,
    };
    for (const each of typeof index === 'number' ? [index] : index) mesh[each] = point;
  });
  return { faceLandmarks: [mesh] };
}

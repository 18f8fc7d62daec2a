import { createPlayer, type Recording } from '../../src/drivers/recording';
import { createRetargeter, poseOf, type RetargetMode } from '../../src/drivers/retarget';
import { createRigDriver, poseHead } from '../../src/drivers/rig';
import type { Face } from '../../src/index';
import { PERFORMANCE, type DemoSource } from './source';

/** Gives a face for every moment; undefined where there is none yet. The same object twice means that nothing has moved. */
export interface Driver {
  face(nowMs: number): Face | undefined;
}

const FRAME_MS = 110;

/** The bundled performance, played by the drawn head of the source itself, or carried over to a picture of one's own. */
export function performanceDriver(source: DemoSource): Driver {
  const { identity } = source;
  const own = identity ?? {};
  const faces = PERFORMANCE.map(({ expression, pose }) => poseHead(own, expression, pose));
  const frames = identity ? faces : carriedOver(source, poseHead({}, {}), faces, 'relative');
  // After the last comes the first again.
  const round = [...frames, frames[0]!];
  return playing(
    { frames: round, times: round.map((_, i) => i * FRAME_MS), durationMs: frames.length * FRAME_MS },
    'repeat',
  );
}

/** A recording of someone else's face, whose first frame counts as at rest. */
export function recordingDriver(source: DemoSource, recording: Recording, mode: RetargetMode): Driver {
  const frames = carriedOver(source, recording.frames[0]!, recording.frames, mode);
  return playing({ ...recording, frames }, 'bounce');
}

function carriedOver({ face }: DemoSource, neutral: Face, faces: readonly Face[], mode: RetargetMode): Face[] {
  const retargeter = createRetargeter(face);
  const rest = poseOf(neutral.landmarks);
  return faces.map(({ landmarks }) => retargeter.face(rest, poseOf(landmarks), mode));
}

function playing(recording: Recording, loop: 'repeat' | 'bounce'): Driver {
  const player = createPlayer(recording, loop);
  return { face: (nowMs) => player.at(nowMs) };
}

/** The head of sliders, on the source's own face; `read` tells how the sliders stand, and gives the same object while they do. */
export function slidersDriver(
  source: DemoSource,
  read: () => Parameters<ReturnType<typeof createRigDriver>['face']>[0],
): Driver {
  const rig = createRigDriver({ source: source.face });
  let last: { readonly parameters: ReturnType<typeof read>; readonly face: Face } | undefined;
  return {
    face() {
      const parameters = read();
      if (last?.parameters !== parameters) last = { parameters, face: rig.face(parameters) };
      return last.face;
    },
  };
}

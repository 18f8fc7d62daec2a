import type { RhoEvents } from './api';
import type { Emitter } from './events';
import type { Face } from './face';
import { unusualPose } from './head-pose';

/** Says once that a head pose lies outside of what the network was trained on: as an event, or on the console where nobody listens. */
export function createPoseWarning(events: Emitter<RhoEvents>): (face: Face) => void {
  let hasWarned = false;
  return ({ headPose }) => {
    const message = hasWarned ? undefined : unusualPose(headPose);
    if (message === undefined) return;
    hasWarned = true;
    if (!events.emit('warning', { kind: 'head-pose', message })) console.warn(`rho-webgpu: ${message}`);
  };
}

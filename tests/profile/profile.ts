import type { Profile, ProfiledDispatch } from '../../src/profile/profile';

const dispatch = (layer: string, kernel: string, gpuMs: number | undefined, missing = 0): ProfiledDispatch => ({
  layer,
  kernel,
  shape: '3 x 8 x 8 -> 4 x 8 x 8',
  workgroups: 2,
  macs: 1e6,
  bytes: 2e6,
  gpuMs,
  samples: 5,
  missing,
  repeats: 3,
});

/** A profile with awkward times, one dispatch of them without any. */
export const PROFILE: Profile = {
  dispatches: [
    dispatch('first', 'conv2d', 0.1 + 0.2),
    dispatch('lost', 'conv2d', undefined, 5),
    dispatch('second', 'spade', 1 / 3, 1),
    dispatch('third', 'conv2d', 0.0007),
  ],
  sumMs: 0.1 + 0.2 + 1 / 3 + 0.0007,
  frame: { gpuMs: 0.5, wallMs: 0.9 },
};

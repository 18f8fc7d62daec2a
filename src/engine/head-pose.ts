/**
 * The six numbers of a head pose: axis-angle x y z in radians, translation x y, scale. The camera is a scaled orthographic one,
 * so translation and scale follow where a face lies in its picture: in [-1, 1] coordinates the published landmark files have
 * point 30, the tip of the nose, at x = (tx - TX.offset) / TX.slope, and y likewise.
 */
export const NOSE_TIP = 30;
export const TX = { offset: 0.2568, slope: 0.2549 } as const;
export const TY = { offset: -0.2551, slope: -0.2435 } as const;

/** The authors ask for faces that turn no more than 30 to 45 degrees; beyond the larger the results decay. */
export const LARGEST_TURN = Math.PI / 4;

/** Scales of the published pose files lie around 0.0012 for a face that fills its picture. */
export const SCALE_RANGE = { smallest: 0.0004, largest: 0.0036 } as const;

/** What of a head pose lies outside of what the network was trained on, in words; undefined where nothing does. */
export function unusualPose(headPose: ArrayLike<number>): string | undefined {
  const turn = Math.hypot(headPose[0]!, headPose[1]!, headPose[2]!);
  if (turn > LARGEST_TURN) {
    const degrees = Math.round((turn * 180) / Math.PI);
    return `the head is turned by ${degrees} degrees; the network knows turns of up to about 45`;
  }
  const scale = headPose[5]!;
  if (scale < SCALE_RANGE.smallest || scale > SCALE_RANGE.largest)
    return `the head pose has a scale of ${scale}; the network knows about ${SCALE_RANGE.smallest} to ${SCALE_RANGE.largest}`;
  return undefined;
}

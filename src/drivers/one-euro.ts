/** One-Euro filter (Casiez, Roussel, Vogel 2012): a low pass whose cutoff rises with speed, so that still faces do not tremble and fast ones do not lag. */
export interface OneEuroOptions {
  /** Cutoff at rest, in hertz: lower trembles less. */
  readonly minCutoff: number;
  /** How much the cutoff rises with speed: higher lags less. */
  readonly beta: number;
  /** Cutoff of the speed itself, in hertz; 1 unless given. */
  readonly speedCutoff?: number;
}

export interface OneEuroFilter {
  /** The filtered values at a time in milliseconds. A time that does not move on counts as the same moment: nothing changes. */
  filter(values: ArrayLike<number>, timeMs: number): Float64Array;
  reset(): void;
}

/** A pause this long begins anew. */
const PAUSE_MS = 1000;

export function createOneEuroFilter({ minCutoff, beta, speedCutoff = 1 }: OneEuroOptions): OneEuroFilter {
  let last: { values: Float64Array; speeds: Float64Array; timeMs: number } | undefined;
  const weight = (cutoff: number, seconds: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * seconds));
  return {
    filter(values, timeMs) {
      if (!last || timeMs - last.timeMs > PAUSE_MS || values.length !== last.values.length) {
        last = { values: Float64Array.from(values), speeds: new Float64Array(values.length), timeMs };
        return last.values.slice();
      }
      const seconds = (timeMs - last.timeMs) / 1000;
      if (seconds <= 0) return last.values.slice();
      const { values: before, speeds } = last;
      const speedWeight = weight(speedCutoff, seconds);
      for (let i = 0; i < before.length; i++) {
        const speed = (values[i]! - before[i]!) / seconds;
        speeds[i]! += speedWeight * (speed - speeds[i]!);
        before[i]! += weight(minCutoff + beta * Math.abs(speeds[i]!), seconds) * (values[i]! - before[i]!);
      }
      last.timeMs = timeMs;
      return before.slice();
    },
    reset: () => (last = undefined),
  };
}

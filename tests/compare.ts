import type { Tolerance } from './cases/case';

/** Sum of squared differences over sum of squared expected values. */
export function nmse(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let power = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i]! - expected[i]!) ** 2;
    power += expected[i]! ** 2;
  }
  return power === 0 ? error : error / power;
}

/** Where two arrays differ most beyond the tolerance, in words; undefined where they agree. */
export function mismatch(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol, rtol }: Tolerance,
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values instead of ${expected.length}`;
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i]!;
    const b = expected[i]!;
    const over = Number.isFinite(a) ? Math.abs(a - b) - (atol + rtol * Math.abs(b)) : Infinity;
    if (over > excess) [worst, excess] = [i, over];
  }
  return worst < 0
    ? undefined
    : `index ${worst}: ${actual[worst]} instead of ${expected[worst]}, NMSE ${nmse(actual, expected)}`;
}

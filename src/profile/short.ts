/** Three significant digits, without an exponent; `-` where there is no number. */
export function short(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '-';
  // Rounding may carry: 0.09999 is 0.100.
  const magnitude = Math.abs(Number(value.toPrecision(3)));
  const digits = magnitude === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(magnitude)));
  return value.toFixed(Math.min(digits, 4));
}

/** A share as percent with one decimal; `-` where there is no number. */
export const percent = (share: number | undefined): string =>
  share === undefined || !Number.isFinite(share) ? '-' : `${(share * 100).toFixed(1)} %`;

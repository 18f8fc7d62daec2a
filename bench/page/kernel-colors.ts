/** Ten colours that are told apart on light and on dark (Tableau's). */
const COLORS = [
  '#4e79a7',
  '#f28e2c',
  '#e15759',
  '#76b7b2',
  '#59a14f',
  '#edc949',
  '#af7aa1',
  '#ff9da7',
  '#9c755f',
  '#bab0ab',
];

/** A colour for each name, in the order of their first appearance. */
export function kernelColors(names: readonly string[]): Map<string, string> {
  return new Map([...new Set(names)].map((name, i) => [name, COLORS[i % COLORS.length]!]));
}

import type { BenchmarkResult } from '../../src/profile/benchmark-result';
import { compareResults, comparisonWarnings } from '../../src/profile/compare-results';
import { cell, element } from './elements';

const headline = ({ adapter, size, precision, date, commit }: BenchmarkResult): string =>
  `${adapter}, ${size}, ${precision}, ${date.slice(0, 10)}, ${commit ?? 'no commit'}`;

/** Two results side by side, and what makes their comparison unfair. */
export function comparison(before: BenchmarkResult, after: BenchmarkResult): HTMLElement {
  const rows = compareResults(before, after).map((figure) => {
    const ratio = figure.ratio === undefined ? '-' : `${figure.ratio.toFixed(2)} x`;
    const color = { better: 'good', worse: 'bad', same: '' }[figure.verdict];
    const verdict = figure.ratio === undefined ? '' : figure.verdict;
    return element(
      'tr',
      {},
      cell('td', figure.label),
      cell('td', figure.before, true),
      cell('td', figure.after, true),
      cell('td', ratio, true),
      element('td', { class: color }, verdict),
    );
  });
  const head = ['', 'first', 'second', 'ratio', ''].map((title, i) => cell('th', title, i > 0 && i < 4));
  const warnings = comparisonWarnings(before, after);
  return element(
    'div',
    {},
    element('p', { class: 'small' }, `First: ${headline(before)}.`, element('br'), `Second: ${headline(after)}.`),
    ...(warnings.length > 0
      ? [element('p', { class: 'warn' }, `Not the same thing twice: ${warnings.join('; ')}.`)]
      : []),
    element(
      'div',
      { class: 'scroll', tabindex: 0 },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    ),
    element(
      'p',
      { class: 'small' },
      'Same: within three median deviations of the frames, or 10 % for what was timed once.',
    ),
  );
}

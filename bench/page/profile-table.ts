import { percent, short } from '../../src/profile/short';
import { sortedIndices, type SortKey } from '../../src/profile/sort-rows';
import type { DispatchRow } from '../../src/profile/roofline';
import { cell, element } from './elements';

type Row = DispatchRow & { readonly index: number };

interface Column {
  readonly title: string;
  readonly key: SortKey<Row>;
  readonly show: (row: Row) => string;
  /** Figures stand to the right and are sorted from the largest. */
  readonly isNumber: boolean;
}

const figure = (title: string, key: (row: Row) => number | undefined, show: Column['show']): Column => ({
  title,
  key,
  show,
  isNumber: true,
});
const words = (title: string, key: (row: Row) => string): Column => ({ title, key, show: key, isNumber: false });

const COLUMNS: readonly Column[] = [
  figure(
    '#',
    ({ index }) => index,
    ({ index }) => `${index + 1}`,
  ),
  words('layer', ({ layer }) => layer),
  words('kernel', ({ kernel }) => kernel),
  words('shape', ({ shape }) => shape),
  figure(
    'ms',
    ({ gpuMs }) => gpuMs,
    ({ gpuMs }) => short(gpuMs),
  ),
  figure(
    'share',
    ({ share }) => share,
    ({ share }) => percent(share),
  ),
  figure(
    'GFLOP/s',
    ({ gflops }) => gflops,
    ({ gflops }) => short(gflops),
  ),
  figure(
    'GB/s',
    ({ gbPerS }) => gbPerS,
    ({ gbPerS }) => short(gbPerS),
  ),
  figure(
    'of the roof',
    ({ roofline }) => roofline,
    ({ roofline }) => percent(roofline),
  ),
];

export interface ProfileTable {
  readonly element: HTMLElement;
  /** Marks a row, and only it. */
  readonly select: (index: number) => void;
}

/** Dispatches as a table: titles sort it, a click or Enter on a row chooses the dispatch. */
export function profileTable(dispatches: readonly DispatchRow[], onChoose: (index: number) => void): ProfileTable {
  const rows: readonly Row[] = dispatches.map((row, index) => ({ ...row, index }));
  const shown = rows.map((row) => tableRow(row, onChoose));
  const body = element('tbody');
  const heads = COLUMNS.map(({ title, isNumber }) =>
    cell('th', element('button', { type: 'button' }, title), isNumber),
  );
  let sorted: { column: number; isDescending: boolean } | undefined;
  const sort = (column: number): void => {
    const { key, isNumber } = COLUMNS[column]!;
    const isDescending = sorted?.column === column ? !sorted.isDescending : isNumber && column > 0;
    sorted = { column, isDescending };
    body.replaceChildren(...sortedIndices(rows, key, isDescending).map((i) => shown[i]!));
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
  };
  heads.forEach((head, i) => head.addEventListener('click', () => sort(i)));
  sort(COLUMNS.findIndex(({ title }) => title === 'ms'));
  return {
    element: element(
      'div',
      { class: 'scroll' },
      element('table', { class: 'profile' }, element('thead', {}, element('tr', {}, ...heads)), body),
    ),
    select: (index) => shown.forEach((row, i) => row.setAttribute('aria-selected', String(i === index))),
  };
}

function tableRow(row: Row, onChoose: (index: number) => void): HTMLTableRowElement {
  const cells = COLUMNS.map(({ show, isNumber }) => cell('td', show(row), isNumber));
  const made = element('tr', { class: 'choosable', tabindex: 0, 'aria-selected': 'false' }, ...cells);
  made.addEventListener('click', () => onChoose(row.index));
  made.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose(row.index);
  });
  return made;
}

import { framesPerSecond, resultPairs } from '../../src/profile/result-text';
import { percent, short } from '../../src/profile/short';
import type { BenchmarkResult } from '../../src/profile/benchmark-result';
import { cell, element, pairList } from './elements';

/** The figures that are looked at first, large. */
export function headFigures(result: BenchmarkResult): HTMLElement {
  const { frameMs, coldStart, gpu } = result;
  const figure = (label: string, value: string, unit: string): HTMLElement =>
    element('div', {}, element('dt', {}, label), element('dd', {}, value, ' ', element('small', {}, unit)));
  const cold = coldStart.loadMs + coldStart.compileMs + coldStart.registerMs + coldStart.firstFrameMs;
  return element(
    'dl',
    { class: 'figures' },
    figure('Frame, median', short(frameMs.median), 'ms'),
    figure('Frame rate', short(framesPerSecond(result)), 'fps'),
    figure('p95', short(frameMs.p95), 'ms'),
    figure('Fastest', short(frameMs.min), 'ms'),
    figure('MAD', short(frameMs.mad), 'ms'),
    figure('GPU time', short(gpu?.gpuMs.median), gpu ? 'ms' : ''),
    figure('Load', short(coldStart.loadMs), 'ms'),
    figure('Compile', short(coldStart.compileMs), 'ms'),
    figure('Register', short(coldStart.registerMs), 'ms'),
    figure('First frame', short(coldStart.firstFrameMs), 'ms'),
    figure('To first frame', short(cold), 'ms'),
  );
}

/** Everything else, in words; whether the check passed stands first. */
export function resultDetails(result: BenchmarkResult): HTMLElement {
  const pairs = resultPairs(result).map(([label, text]): [string, Node | string] => {
    if (label === 'Check') return [label, element('span', { class: result.check.isRight ? 'good' : 'bad' }, text)];
    return label === 'Notes' ? [label, element('span', { class: 'warn' }, text)] : [label, text];
  });
  return pairList([...pairs.filter(([label]) => label === 'Check'), ...pairs.filter(([label]) => label !== 'Check')]);
}

/** Kernels under the roofline, as a table. */
export function rooflineTable({ roofline }: BenchmarkResult): HTMLElement {
  const head = ['kernel', 'dispatches', 'ms', 'share', 'GFLOP/s', 'GB/s', 'of the roof'];
  const rows = (roofline?.kernels ?? []).map(
    ({ kernel, dispatches, gpuMs, share, gflops, gbPerS, roofline: reached }) =>
      element(
        'tr',
        {},
        cell('td', kernel),
        ...[`${dispatches}`, short(gpuMs), percent(share), short(gflops), short(gbPerS), percent(reached)].map((text) =>
          cell('td', text, true),
        ),
      ),
  );
  return table(
    head.map((title, i) => cell('th', title, i > 0)),
    rows,
  );
}

/** Other runtimes on the same frame. */
export function peersTable({ peers }: BenchmarkResult): HTMLElement {
  const first = peers?.[0]?.frameMs ?? undefined;
  const rows = (peers ?? []).map(({ name, backend, frameMs, madMs, maxAbsDiff, error }) => {
    const ratio = frameMs !== null && first !== undefined ? `${short(frameMs / first)} x` : '-';
    const figures =
      error === undefined
        ? [short(frameMs ?? undefined), short(madMs ?? undefined), ratio, maxAbsDiff?.toExponential(1) ?? '-']
        : [];
    return element(
      'tr',
      {},
      cell('td', name),
      cell('td', backend),
      ...figures.map((text) => cell('td', text, true)),
      ...(error === undefined ? [] : [element('td', { colspan: 4, class: 'bad' }, `failed: ${error}`)]),
    );
  });
  const head = ['runtime', 'back end', 'ms a frame', 'MAD', 'against the first', 'largest difference'];
  return table(
    head.map((title, i) => cell('th', title, i > 1)),
    rows,
  );
}

const table = (head: readonly HTMLElement[], rows: readonly HTMLElement[]): HTMLElement =>
  element(
    'div',
    { class: 'scroll', tabindex: 0 },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
  );

import type { DispatchFacts } from '../../src/profile/dispatch-facts';
import type { DispatchRow } from '../../src/profile/roofline';
import { percent, short } from '../../src/profile/short';
import { cell, element, pairList } from './elements';

const count = (value: number): string => value.toLocaleString('en');

/** How much of what one workgroup may have it takes; how many are in flight at once only the driver knows. */
function memoryText({ workgroupBytes, workgroupBytesLimit }: DispatchFacts): string {
  // JSON has no NaN, which stands for a declaration that was not understood.
  if (!Number.isFinite(workgroupBytes)) return 'unknown';
  if (workgroupBytes === 0) return 'none: workgroup memory does not limit how many workgroups are in flight';
  return `${count(workgroupBytes)} bytes a workgroup, ${percent(workgroupBytes / workgroupBytesLimit)} of the ${count(workgroupBytesLimit)} that the device gives one`;
}

/** All that is known of one dispatch: times, launch, memory, bindings, WGSL. */
export function dispatchDetails(row: DispatchRow, facts: DispatchFacts): HTMLElement {
  const { grid, workgroups, workgroupSize, invocations } = facts;
  const bindings = facts.bindings.map(({ name, access, resource, shape, bytes }, i) =>
    element(
      'tr',
      {},
      cell('td', `${i}`, true),
      ...[name, access, resource, shape].map((text) => cell('td', text)),
      cell('td', count(Math.round(bytes)), true),
    ),
  );
  const head = ['@binding', 'name', 'access', 'bound to', 'shape', 'bytes'];
  return element(
    'div',
    {},
    element('h3', { tabindex: -1 }, `${row.layer}: ${row.kernel}`),
    pairList([
      ['Layer', row.layer],
      ['Shape', row.shape],
      [
        'Time',
        `${short(row.gpuMs)} ms, median of ${row.samples} samples of ${row.repeats} repeats each; ${row.missing} without stamps`,
      ],
      [
        'Work',
        `${count(row.macs)} multiply-adds, ${count(Math.round(row.bytes))} bytes: ${short((2 * row.macs) / row.bytes)} FLOP a byte`,
      ],
      ['Reached', `${short(row.gflops)} GFLOP/s, ${short(row.gbPerS)} GB/s, ${percent(row.roofline)} of the roof`],
      ['Grid', `${grid.join(' x ')} = ${count(workgroups)} workgroups`],
      ['Workgroup', `${workgroupSize} invocations`],
      ['Invocations', `${count(invocations)} launched in all, of which the last workgroups may be idle in part`],
      ['Workgroup memory', memoryText(facts)],
    ]),
    element('h3', {}, 'Bindings'),
    element(
      'div',
      { class: 'scroll', tabindex: 0 },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...head.map((title, i) => cell('th', title, i === 0 || i === 5)))),
        element('tbody', {}, ...bindings),
      ),
    ),
    element('h3', {}, 'WGSL, as it was compiled'),
    element('pre', { class: 'wgsl', tabindex: 0 }, facts.wgsl),
  );
}

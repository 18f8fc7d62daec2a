import type { Precision } from '../../src/kernels/kernel';
import { CASES } from '../../tests/cases/index';
import { checkCase } from '../../tests/cases/run-case';
import { byId, cell, element } from './elements';

/** Checks every case on a device and says how it went, row by row, until the signal is aborted. */
export async function checkAll(device: GPUDevice, precision: Precision, signal: AbortSignal): Promise<void> {
  const rows = byId('rows', HTMLTableSectionElement);
  const progress = byId('all-progress', HTMLProgressElement);
  rows.replaceChildren();
  byId('all-table', HTMLElement).hidden = false;
  progress.hidden = false;
  progress.max = CASES.length;
  let [passed, failed] = [0, 0];
  for (const c of CASES) {
    if (signal.aborted) break;
    const problem = await checkCase(device, c, precision).catch((error: unknown) => String(error));
    if (problem === undefined) passed++;
    else failed++;
    const said = cell('td', problem ?? 'passed');
    said.classList.add(problem === undefined ? 'good' : 'bad');
    const row = element('tr', {}, cell('td', c.name), said);
    // What failed stands on top.
    if (problem === undefined) rows.append(row);
    else rows.prepend(row);
    progress.value = passed + failed;
  }
  progress.hidden = true;
  const left = CASES.length - passed - failed;
  byId('summary', HTMLElement).textContent = `${passed} passed, ${failed} failed${left > 0 ? `, ${left} not run` : ''}`;
}

import { parseResult, type BenchmarkResult } from '../../src/profile/benchmark-result';
import { resultFromLink } from '../../src/profile/result-link';
import { comparison } from './compare-view';
import { explain } from './explain';

export type Slot = 'first' | 'second';

/** Largest file that is read: a result has some hundred kilobytes at most. */
const MAX_FILE_BYTES = 2 ** 22;

/** Wires the two places for results; gives the way to put one there. */
export function createCompareSlots(output: HTMLElement): (slot: Slot, result: BenchmarkResult) => void {
  const chosen: Partial<Record<Slot, BenchmarkResult>> = {};
  const put = (slot: Slot, result: BenchmarkResult): void => {
    chosen[slot] = result;
    say(slot, `${result.size}, ${result.precision}, ${result.adapter}, ${result.date}`, false);
    const { first, second } = chosen;
    if (first && second) output.replaceChildren(comparison(first, second));
  };
  const say = (slot: Slot, text: string, isBad: boolean): void => {
    const status = fieldset(slot).querySelector<HTMLElement>('.status')!;
    status.textContent = text;
    status.classList.toggle('bad', isBad);
  };
  const take = (slot: Slot, reading: Promise<BenchmarkResult>): void => {
    reading.then(
      (result) => put(slot, result),
      (error: unknown) => say(slot, explain(error), true),
    );
  };
  for (const slot of ['first', 'second'] as const) {
    const [file, link] = fieldset(slot).querySelectorAll('input');
    file!.addEventListener('change', () => {
      const [given] = file!.files ?? [];
      if (given) take(slot, readFile(given));
    });
    link!.addEventListener('change', () => {
      if (link!.value.trim() !== '') take(slot, resultFromLink(link!.value));
    });
  }
  return put;
}

const fieldset = (slot: Slot): HTMLElement => document.querySelector<HTMLElement>(`[data-slot="${slot}"]`)!;

async function readFile(file: File): Promise<BenchmarkResult> {
  if (file.size > MAX_FILE_BYTES) throw new Error(`${file.name} is too large for a result of the benchmark`);
  return parseResult(await file.text());
}

import { lower } from '../../src/graph/lower';
import { compileProgram, type Program } from '../../src/graph/program';
import type { DenseVariant } from '../../src/kernels/dense';
import type { Precision } from '../../src/kernels/kernel';
import { measureCeilings, type Ceilings } from '../../src/profile/ceilings';
import { percent, short } from '../../src/profile/short';
import type { Case } from '../../tests/cases/case';
import { CASES } from '../../tests/cases/index';
import { checkProgram } from '../../tests/cases/run-case';
import { timeProgram, type CaseTime } from '../time-case';
import { checkAll } from './check-all';
import { createCodeEditor } from './code-editor';
import { withWgsl, WgslError } from './compile-wgsl';
import { showDevice } from './device-card';
import { byId, cell, element } from './elements';
import { explain } from './explain';
import { variantName, variantsOf } from './kernel-variants';
import { openDevice, type OpenedDevice } from './open-device';

const kernelSelect = byId('kernel', HTMLSelectElement);
const caseSelect = byId('case', HTMLSelectElement);
const precisionSelect = byId('precision', HTMLSelectElement);
const variantSelect = byId('variant', HTMLSelectElement);
const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-needs-gpu]')];
const stopButton = byId('stop', HTMLButtonElement);
const status = byId('status', HTMLElement);
const editor = createCodeEditor(byId('editor', HTMLElement), 'WGSL of the kernel', () => sayEdited());

let opened: Promise<OpenedDevice> | undefined;
const ceilings = new Map<Precision, Ceilings>();

/** The page's device; a new one after a loss. */
function device(): Promise<OpenedDevice> {
  opened ??= openDevice().then((open) => {
    void open.device.lost.then(() => {
      opened = undefined;
      ceilings.clear();
    });
    return open;
  });
  return opened;
}

const chosenCase = (): Case => CASES.find(({ name }) => name === caseSelect.value)!;
const chosenPrecision = (): Precision => precisionSelect.value as Precision;
const chosenVariant = (): DenseVariant | undefined => variantsOf(chosenCase())[Number(variantSelect.value)];

/** The program of the chosen case; constants and inputs are made anew each time, for running one frees them. */
const compile = (open: OpenedDevice, variant = chosenVariant()): Promise<Program> =>
  compileProgram(open.device, chosenCase().graph, {
    precision: chosenPrecision(),
    choose: variant && (() => variant),
  });

let original = '';
const isEdited = (): boolean => editor.get() !== original;

function sayEdited(): void {
  byId('edited', HTMLElement).textContent = isEdited()
    ? 'Edited: check and time run the text below.'
    : 'As the engine compiles it; edit it, then check or time it.';
}

function fill(select: HTMLSelectElement, options: readonly (readonly [value: string, text: string])[]): void {
  select.replaceChildren(...options.map(([value, text]) => element('option', { value }, text)));
}

function showCases(): void {
  const cases = CASES.filter(({ kernel }) => kernel === kernelSelect.value);
  fill(
    caseSelect,
    cases.map(({ name }) => [name, name.slice(kernelSelect.value.length + 1)]),
  );
  showVariants();
}

function showVariants(): void {
  const variants = variantsOf(chosenCase());
  const options = variants.map(
    (variant, i) => [`${i}`, `${variantName(variant)}${i === 0 ? ' (plain)' : ''}`] as const,
  );
  fill(variantSelect, options.length > 0 ? options : [['', 'the only one']]);
  variantSelect.disabled = options.length === 0;
  byId('tolerance', HTMLElement).textContent =
    `Allowed against float64: ${chosenCase().tolerance.atol} + ${chosenCase().tolerance.rtol} of the value (${chosenCase().tolerance.reason}); halves have bounds of their own.`;
  showWgsl();
}

/** The WGSL of the choice. Needs no GPU. */
function showWgsl(): void {
  const variant = chosenVariant();
  const [dispatch] = lower(chosenCase().graph, variant && (() => variant));
  original = dispatch!.source(chosenPrecision());
  editor.set(original);
  showMessages([]);
  sayEdited();
}

function showMessages(messages: WgslError['messages']): void {
  const items = messages.map(({ line, column, type, text }) => {
    const jump = element('button', { type: 'button' }, `line ${line}:${column}`);
    jump.addEventListener('click', () => editor.goTo(line, column));
    return element('li', { class: type === 'error' ? 'bad' : 'warn' }, jump, ` ${type}: ${text}`);
  });
  byId('messages', HTMLElement).replaceChildren(...items);
  editor.mark(messages.filter(({ type }) => type === 'error').map(({ line }) => line));
}

async function ceilingsOf({ device: gpu }: OpenedDevice): Promise<Ceilings> {
  const precision = chosenPrecision();
  const known = ceilings.get(precision);
  if (known) return known;
  status.textContent = 'Measuring the ceilings of this machine …';
  const measured = await measureCeilings(gpu, precision);
  ceilings.set(precision, measured);
  return measured;
}

/** One row of results: what ran, whether it was right, how fast it was. */
function addRow(what: string, problem: string | undefined, time?: CaseTime): void {
  const said = cell('td', problem ?? 'right');
  said.className = problem === undefined ? 'good' : 'bad';
  const figures = [time?.gpuMs, time?.gflops, time?.gbPerS].map(short);
  const row = element(
    'tr',
    {},
    cell('td', `${chosenCase().name}, ${chosenPrecision()}`),
    cell('td', what),
    said,
    ...[...figures, percent(time?.roofline)].map((text) => cell('td', text, true)),
  );
  byId('results', HTMLTableSectionElement).prepend(row);
  byId('results-table', HTMLElement).hidden = false;
}

async function checkOne(open: OpenedDevice): Promise<void> {
  const program = await compile(open);
  const run = isEdited() ? await withWgsl(program, editor.get()) : program;
  const problem = await checkProgram(run, chosenCase());
  addRow(describeChoice(), problem);
  status.textContent = problem === undefined ? 'Right.' : `Wrong: ${problem}`;
}

async function timeOne(open: OpenedDevice): Promise<void> {
  const limits = await ceilingsOf(open);
  const make = async (): Promise<Program> => {
    const program = await compile(open);
    return isEdited() ? withWgsl(program, editor.get()) : program;
  };
  status.textContent = 'Checking, then timing …';
  const problem = await checkProgram(await make(), chosenCase());
  const time = await timeProgram(await make(), chosenCase(), limits);
  addRow(describeChoice(), problem, time);
  status.textContent = `${short(time.gpuMs)} ms${problem === undefined ? '' : `, but wrong: ${problem}`}`;
}

async function compareVariants(open: OpenedDevice, signal: AbortSignal): Promise<void> {
  const variants = variantsOf(chosenCase());
  if (variants.length === 0) throw new Error(`${chosenCase().kernel} has one variant only`);
  const limits = await ceilingsOf(open);
  const found: { readonly variant: DenseVariant; readonly problem: string | undefined; readonly time: CaseTime }[] = [];
  for (const [i, variant] of variants.entries()) {
    if (signal.aborted) break;
    status.textContent = `Variant ${i + 1} of ${variants.length} …`;
    const problem = await checkProgram(await compile(open, variant), chosenCase());
    found.push({ variant, problem, time: await timeProgram(await compile(open, variant), chosenCase(), limits) });
  }
  // Rows are put on top of each other: the fastest comes last.
  found.sort((a, b) => (b.time.gpuMs ?? Infinity) - (a.time.gpuMs ?? Infinity));
  for (const { variant, problem, time } of found) addRow(variantName(variant), problem, time);
  const best = found.at(-1);
  status.textContent = best
    ? `Fastest of ${found.length}: ${variantName(best.variant)}, ${short(best.time.gpuMs)} ms.`
    : 'Stopped.';
}

function describeChoice(): string {
  const variant = chosenVariant();
  return `${variant ? variantName(variant) : 'the only variant'}${isEdited() ? ', edited' : ''}`;
}

/** Runs one of the page's actions, and says what went wrong with it. */
function act(work: (open: OpenedDevice, signal: AbortSignal) => Promise<void>): void {
  const problem = byId('problem', HTMLElement);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  problem.hidden = true;
  showMessages([]);
  buttons.forEach((button) => (button.disabled = true));
  stopButton.disabled = false;
  stopButton.addEventListener('click', stop);
  status.textContent = 'Working …';
  void device()
    .then((open) => open.whileAlive(work(open, controller.signal)))
    .catch((error: unknown) => {
      if (error instanceof WgslError) {
        showMessages(error.messages);
        const count = error.messages.filter(({ type }) => type === 'error').length;
        status.textContent = `It does not compile: ${count} error${count === 1 ? '' : 's'}.`;
        return;
      }
      status.textContent = 'Failed.';
      problem.textContent = explain(error);
      problem.hidden = false;
    })
    .finally(() => {
      stopButton.removeEventListener('click', stop);
      stopButton.disabled = true;
      buttons.forEach((button) => (button.disabled = false));
    });
}

const onClick = (id: string, work: Parameters<typeof act>[0]): void =>
  byId(id, HTMLButtonElement).addEventListener('click', () => act(work));

const kernels = [...new Set(CASES.map(({ kernel }) => kernel))].sort();
fill(
  kernelSelect,
  kernels.map((kernel) => [kernel, kernel]),
);
kernelSelect.addEventListener('change', showCases);
caseSelect.addEventListener('change', showVariants);
precisionSelect.addEventListener('change', showWgsl);
variantSelect.addEventListener('change', showWgsl);
byId('reset', HTMLButtonElement).addEventListener('click', showWgsl);
onClick('check', checkOne);
onClick('time', timeOne);
onClick('compare', compareVariants);
onClick('check-all', async ({ device: gpu }, signal) => {
  await checkAll(gpu, chosenPrecision(), signal);
  status.textContent = 'Done.';
});
showCases();
showDevice(byId('device', HTMLElement)).then(
  async () => {
    const { device: gpu } = await device();
    const half = precisionSelect.querySelector<HTMLOptionElement>('[value=f16]')!;
    half.disabled = !gpu.features.has('shader-f16');
    buttons.forEach((button) => (button.disabled = false));
  },
  (error: unknown) => {
    byId('problem', HTMLElement).textContent = explain(error);
    byId('problem', HTMLElement).hidden = false;
    status.textContent = 'Nothing can be run here; the WGSL can be read.';
  },
);

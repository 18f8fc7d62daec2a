import { Command } from 'commander';
import { requestDevice } from '../src/gpu/device';
import { measureCeilings } from '../src/profile/ceilings';
import { requireTimestamps } from '../src/profile/profile';
import { CASES } from '../tests/cases/index';
import { adapterOption } from '../tools/commands/reenact';
import { currentCommit } from '../tools/commit';
import { openAdapter, type AdapterChoice } from '../tools/node-gpu';
import { measures, RATES } from '../tools/profile-report';
import { progressBar } from '../tools/progress';
import { short } from '../src/profile/short';
import { pairTable, textTable } from '../tools/table';
import { timeCase, type CaseTime } from './time-case';

interface Flags {
  readonly t?: string;
  readonly json?: boolean;
  readonly adapter: AdapterChoice;
}

/** `npm run bench:kernels`: every case whose name contains the filter, checked, then timed. A wrong one makes it exit with 1. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('bench:kernels')
    .description('check, then time, single kernels over the cases that the tests use')
    .option('-t <filter>', 'only cases whose name contains it')
    .option('--json', 'print one JSON object')
    .addOption(adapterOption())
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  try {
    await bench(program.parse([...argv]).opts<Flags>());
  } catch (error) {
    if ((error as { exitCode?: number }).exitCode === 0) return; // help was asked for
    const [line] = (error instanceof Error ? error.message : String(error)).replace(/^error: /, '').split('\n');
    console.error(`bench:kernels: ${line}`);
    process.exitCode = 1;
  }
}

async function bench({ t: filter = '', json = false, adapter: choice }: Flags): Promise<void> {
  const cases = CASES.filter(({ name }) => name.includes(filter));
  if (cases.length === 0) throw new Error(`no case has "${filter}" in its name`);
  const { adapter, label } = await openAdapter(choice);
  const device = await requestDevice(adapter);
  try {
    requireTimestamps(device);
    const ceilings = await measureCeilings(device, 'f32');
    const onProgress = progressBar('cases');
    const rows: CaseTime[] = [];
    for (const [i, c] of cases.entries()) {
      // A case that fails is said and left out; the others are still worth their times.
      await timeCase(device, c, ceilings).then(
        (row) => rows.push(row),
        (error: unknown) => {
          console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
          process.exitCode = 1;
        },
      );
      onProgress(i + 1, cases.length);
    }
    const report = {
      adapter: label,
      commit: currentCommit(),
      ceilings: { gflops: ceilings.compute, gbPerS: ceilings.bandwidth },
      cases: rows,
    };
    console.log(json ? JSON.stringify(report, undefined, 2) : describe(report));
  } finally {
    device.destroy();
  }
}

interface Report {
  readonly adapter: string;
  readonly commit: string | null;
  readonly ceilings: { readonly gflops: number; readonly gbPerS: number };
  readonly cases: readonly CaseTime[];
}

function describe({ adapter, commit, ceilings, cases }: Report): string {
  const head = pairTable([
    ['adapter', adapter],
    ['commit', commit ?? 'none'],
    ['ceilings', `${short(ceilings.gflops)} GFLOP/s, ${short(ceilings.gbPerS)} GB/s, measured on the spot`],
  ]);
  const rows = cases.map((row) => [row.name, ...measures(row)]);
  return `${head}\n\n${textTable([{ title: 'case' }, ...RATES], rows)}`;
}

import type { Command } from 'commander';
import { PUBLISHED } from '../../src/model/published';
import { checkModel, defaultMotionSize } from '../../src/engine/engine';
import { loadModel } from '../load-model';
import { parseMotionSize, parseSize } from '../reenactment';
import { motionSizeOption } from './reenact';
import { textTable } from '../table';
import { publishedWork, workRows } from '../work';

interface WorkFlags {
  readonly model?: string;
  readonly size: string;
  readonly motion_size?: string;
  readonly json?: boolean;
}

/** Adds `work`: what a frame costs, counted. */
export function addWork(program: Command): void {
  program
    .command('work')
    .description('count what a frame costs, and what each pass saves of it; exact, needs no GPU')
    .requiredOption('--size <S>', 'size of the images, a multiple of 16')
    .addOption(motionSizeOption())
    .option('--model <model>', 'a model.safetensors for its widths; the published ones unless given')
    .option('--json', 'print an array of objects')
    .action(work);
}

async function work(flags: WorkFlags): Promise<void> {
  const size = parseSize('--size', flags.size);
  const given = parseMotionSize(flags.motion_size);
  const model = await loadModel(flags.model ?? 'synthetic:1');
  const motionSize = given ?? defaultMotionSize(model, size);
  const checked = checkModel(model, size, motionSize);
  const configuration = flags.model === undefined ? PUBLISHED : checked;
  const rows = workRows(configuration, size, motionSize);
  if (flags.json) {
    console.log(JSON.stringify(rows, undefined, 2));
    return;
  }
  const columns = [
    { title: 'made for' },
    { title: 'program' },
    { title: 'dispatches', align: 'right' as const },
    { title: 'G multiply-adds', align: 'right' as const },
    { title: 'MB moved, f32', align: 'right' as const },
    { title: 'f16', align: 'right' as const },
    { title: 'MB held, f32', align: 'right' as const },
    { title: 'f16', align: 'right' as const },
  ];
  const cells = rows.map(({ target, without, dispatches, macs, ...bytes }) => [
    target,
    without === undefined ? 'as it is' : `without ${without}`,
    String(dispatches),
    (macs / 1e9).toFixed(3),
    ...[bytes.bytes, bytes.halfBytes, bytes.memory, bytes.halfMemory].map((count) => (count / 1e6).toFixed(1)),
  ]);
  console.log(textTable(columns, cells));
  const { convolutions, macs, bytes } = publishedWork(configuration, size, motionSize);
  console.log(
    `before any pass: ${convolutions} convolutions, ${(macs / 1e9).toFixed(3)} G multiply-adds, ${(bytes / 1e6).toFixed(1)} MB in f32`,
  );
}

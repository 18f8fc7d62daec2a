import { Option, type Command } from 'commander';
import { checkModel, defaultMotionSize } from '../src/engine/engine';
import { requestDevice } from '../src/gpu/device';
import type { ProgramTarget } from '../src/graph/optimize';
import type { MeasuredNetwork } from './benchmark';
import { adapterOption, motionSizeOption, precisionOption } from './commands/reenact';
import { loadModel } from './load-model';
import { openAdapter, type AdapterChoice } from './node-gpu';
import { choosePrecision } from '../src/engine/choose-precision';
import type { PrecisionChoice } from '../src/engine/support';
import { parseMotionSize, parseSize } from './reenactment';
import { tuningFile } from './tuning-file';

/** Flags of every command that measures a network. */
export interface NetworkFlags {
  readonly model: string;
  readonly size: string;
  readonly motion_size?: string;
  readonly precision: PrecisionChoice;
  readonly adapter: AdapterChoice;
  readonly target: 'auto' | ProgramTarget;
  readonly tune?: boolean;
  readonly json?: boolean;
}

export const addNetworkFlags = (command: Command): Command =>
  command
    .requiredOption('--model <model>', 'a model.safetensors that `convert` wrote, or synthetic:SEED')
    .requiredOption('--size <S>', 'size of the images, a multiple of 16')
    .addOption(motionSizeOption())
    .addOption(precisionOption())
    .addOption(adapterOption())
    .addOption(
      new Option(
        '--target <target>',
        'what the program is made for: decides what fuses with what; by the adapter unless given',
      )
        .choices(['auto', 'gpu', 'software'])
        .default('auto'),
    )
    .option('--tune', 'measure on this adapter first which precision and variants are fastest, and remember them')
    .option('--json', 'print one JSON object');

/** A model and a device to run it on. */
export interface OpenedNetwork extends MeasuredNetwork {
  /** Milliseconds that reading the model took. */
  readonly loadMs: number;
  /** Which adapter, for people. */
  readonly adapter: string;
}

/** Reads the model, checks the sizes against it, opens a device and says which. Throws BAD_INPUT, BAD_WEIGHTS, NO_ADAPTER. */
export async function openNetwork(flags: NetworkFlags): Promise<OpenedNetwork> {
  const size = parseSize('--size', flags.size);
  const given = parseMotionSize(flags.motion_size);
  const start = performance.now();
  const model = await loadModel(flags.model);
  const loadMs = performance.now() - start;
  const motionSize = given ?? defaultMotionSize(model, size);
  checkModel(model, size, motionSize);
  const { adapter, label } = await openAdapter(flags.adapter);
  const device = await requestDevice(adapter);
  console.error(`adapter: ${label}\nsize ${size}, motion size ${motionSize}`);
  const making = {
    target: flags.target === 'auto' ? undefined : flags.target,
    tuning: flags.tune ? tuningFile() : undefined,
    onNote: (note: string) => console.error(`note: ${note}`),
  };
  const precision = await choosePrecision({ device, model, size, motionSize, ...making }, flags.precision);
  console.error(`precision ${precision}`);
  return { model, loadMs, size, motionSize, device, precision, making, adapter: label };
}

import { Command, CommanderError } from 'commander';
import { addBench } from './commands/bench';
import { addConvert } from './commands/convert';
import { addDemo } from './commands/demo';
import { addExportOnnx } from './commands/export-onnx';
import { addInspect } from './commands/inspect';
import { addProfile } from './commands/profile';
import { addReenact } from './commands/reenact';
import { addWork } from './commands/work';
import { removeUnfinished } from './write-file';

const EXAMPLES = `
Examples (with npm: npm run --silent rho -- <command> ...):
  rho convert 105_rendering_net.pth 105_motion_net.pth -o model.safetensors
  rho inspect model.safetensors
  rho reenact --model model.safetensors --src_img face.png --src_headpose face_headpose.txt \\
      --src_landmark face_landmark.txt --drv_dir driving --output_dir out
  rho bench --model model.safetensors --size 512
  rho reenact --help`;

/** The command line. Every failure is one line on standard error and exit status 1; RHO_DEBUG=1 shows where it came from. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      removeUnfinished();
      // And not process.exit: with a device at work Dawn crashes in it.
      process.kill(process.pid, signal);
    });
  }
  const program = new Command('rho')
    .description('Face2Face-rho on WebGPU: drive one picture of a face by the landmarks and head pose of another')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  for (const add of [addConvert, addInspect, addReenact, addBench, addProfile, addWork, addExportOnnx, addDemo])
    add(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return; // help was asked for
    fail(error);
  }
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const [line] = message.replace(/^error: /, '').split('\n');
  console.error(`rho: ${line}`);
  if (process.env['RHO_DEBUG']) console.error(error);
  process.exitCode = 1;
}

import { basename } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { convertCheckpoints, type ModelType, type NamedFile } from '../../src/convert';
import { readFileOrExplain } from '../read-file';
import { parseMotionSize } from '../reenactment';
import { writeFileAtomic } from '../write-file';

interface ConvertFlags {
  readonly output: string;
  readonly dtype: ModelType;
  readonly motion_size?: string;
}

/** Adds `convert`: joins the two checkpoints of PyTorch into one model file. */
export function addConvert(program: Command): void {
  program
    .command('convert')
    .description('join the two checkpoints of PyTorch into one model file')
    .argument('<rendering.pth>', "the authors' *_rendering_net.pth")
    .argument('<motion.pth>', "the authors' *_motion_net.pth")
    .requiredOption('-o, --output <model.safetensors>', 'where to write the model')
    .addOption(
      new Option('--dtype <dtype>', 'precision of the convolution weights').choices(['f32', 'f16']).default('f16'),
    )
    .option(
      '--motion_size <M>',
      'size the motion network was trained at, for the file to say (default: it runs at that of the images)',
    )
    .action(convert);
}

async function convert(rendering: string, motion: string, { output, dtype, motion_size }: ConvertFlags): Promise<void> {
  const motionSize = parseMotionSize(motion_size);
  const [first, second] = await Promise.all([load(rendering), load(motion)]);
  const onProgress = (step: string): void => console.error(`${step} ...`);
  const { bytes, isSwapped } = await convertCheckpoints(first, second, { dtype, motionSize, onProgress });
  if (isSwapped) console.error('the motion network came first; that is fine');
  await writeFileAtomic(output, bytes);
  console.log(`${output}: ${(bytes.length / 1e6).toFixed(1)} MB, ${dtype}; see it with: rho inspect ${output}`);
}

const load = async (path: string): Promise<NamedFile> => ({
  name: basename(path),
  bytes: await readFileOrExplain(path),
});

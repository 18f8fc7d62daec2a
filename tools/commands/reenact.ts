import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { RhoError } from '../../src/errors';
import { NAMED_TENSORS } from '../../src/model/network';
import { readDrivingFolder, readFace, type DrivingFrame } from '../landmark-files';
import type { AdapterChoice } from '../node-gpu';
import { encodeNpy } from '../npy';
import { encodePng, readPicture } from '../pictures';
import type { PrecisionChoice } from '../../src/engine/support';
import { progressBar } from '../progress';
import { openReenactment, parseMotionSize, parseSize, type Reenactment } from '../reenactment';
import { writeFileAtomic } from '../write-file';

interface ReenactFlags {
  readonly model: string;
  readonly src_img: string;
  readonly src_headpose: string;
  readonly src_landmark: string;
  readonly drv_headpose?: string;
  readonly drv_landmark?: string;
  readonly drv_dir?: string;
  readonly output_dir: string;
  readonly size: string;
  readonly motion_size?: string;
  readonly precision: PrecisionChoice;
  readonly adapter: AdapterChoice;
  readonly dump?: string;
}

/** Adds `reenact`: one picture, driven by one face or a folder of them. The flags are those of the authors' reenact.py. */
export function addReenact(program: Command): void {
  program
    .command('reenact')
    .description('drive a picture of a face by the landmarks and head pose of another')
    .requiredOption('--model <model>', 'a model.safetensors that `convert` wrote, or synthetic:SEED')
    .requiredOption('--src_img <picture>', 'the source picture, PNG or JPEG; any size, brought to S x S')
    .requiredOption('--src_headpose <txt>', 'its head pose: 6 lines of one number')
    .requiredOption('--src_landmark <txt>', 'its landmarks: 72 lines `x y` in [-1, 1]')
    .option('--drv_headpose <txt>', 'the driving head pose')
    .option('--drv_landmark <txt>', 'the driving landmarks')
    .option('--drv_dir <folder>', 'instead of these: a folder with landmark/N.txt and headpose/N.txt')
    .requiredOption('--output_dir <folder>', 'gets result.png, or 000001.png and so on')
    .option('--size <S>', 'size of the images, a multiple of 16', '512')
    .addOption(motionSizeOption())
    .addOption(precisionOption())
    .addOption(adapterOption())
    .option('--dump <folder>', 'write every named intermediate tensor of the last frame there, as .npy')
    .action(reenact);
}

/** `--motion_size`, the same in every command. */
export const motionSizeOption = (): Option =>
  new Option(
    '--motion_size <M>',
    "size the motion network runs at, a multiple of 64 (default: the model's own, else S)",
  );

/** `--precision`, the same in every command. */
export const precisionOption = (): Option =>
  new Option('--precision <precision>', 'arithmetic of the network').choices(['auto', 'f32', 'f16']).default('auto');

/** `--adapter`, the same in every command. */
export const adapterOption = (): Option =>
  new Option('--adapter <adapter>', 'hardware if there is one, or force one')
    .choices(['auto', 'hardware', 'software'])
    .default('auto');

async function reenact(flags: ReenactFlags): Promise<void> {
  const size = parseSize('--size', flags.size);
  const motionSize = parseMotionSize(flags.motion_size);
  const frames = await drivingFrames(flags);
  const [picture, face] = await Promise.all([
    readPicture(flags.src_img),
    readFace(flags.src_landmark, flags.src_headpose),
  ]);
  const folders = [flags.output_dir, ...(flags.dump === undefined ? [] : [flags.dump])];
  const { model, precision, adapter } = flags;
  const keep = flags.dump === undefined ? [] : NAMED_TENSORS;
  const reenactment = await openReenactment({
    model,
    picture,
    face,
    size,
    motionSize,
    precision,
    adapter,
    folders,
    keep,
  });
  try {
    await writeFrames(reenactment, frames, flags.output_dir);
    if (flags.dump !== undefined) await dump(reenactment, flags.dump);
  } finally {
    reenactment.close();
  }
}

async function drivingFrames({ drv_dir, drv_headpose, drv_landmark }: ReenactFlags): Promise<DrivingFrame[]> {
  const single = drv_headpose !== undefined && drv_landmark !== undefined;
  if (drv_dir !== undefined && drv_headpose === undefined && drv_landmark === undefined)
    return readDrivingFolder(drv_dir);
  if (drv_dir === undefined && single) return [{ name: 'result', face: await readFace(drv_landmark, drv_headpose) }];
  throw new RhoError('BAD_INPUT', 'give either --drv_headpose and --drv_landmark, or --drv_dir alone');
}

async function writeFrames(
  { engine, source }: Reenactment,
  frames: readonly DrivingFrame[],
  folder: string,
): Promise<void> {
  const onProgress = progressBar('frames');
  let elapsed = 0;
  for (const [i, { name, face }] of frames.entries()) {
    const start = performance.now();
    const picture = await engine.reenact(source, face);
    elapsed += performance.now() - start;
    const file = frames.length === 1 && name === 'result' ? 'result.png' : `${String(i + 1).padStart(6, '0')}.png`;
    await writeFileAtomic(join(folder, file), await encodePng(picture));
    onProgress(i + 1, frames.length);
  }
  console.log(
    `${frames.length} ${frames.length === 1 ? 'frame' : 'frames'} in ${folder}, ${(elapsed / frames.length).toFixed(1)} ms a frame with readback`,
  );
}

async function dump({ engine }: Reenactment, folder: string): Promise<void> {
  for (const name of NAMED_TENSORS) {
    const { shape, data } = await engine.readTensor(name);
    await writeFileAtomic(join(folder, `${name}.npy`), encodeNpy(shape, data));
  }
  console.log(`${NAMED_TENSORS.length} tensors in ${folder}`);
}

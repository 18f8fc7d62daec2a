import { join } from 'node:path';
import type { Command } from 'commander';
import { contactSheet, type SheetFrame } from '../contact-sheet';
import { readDrivingFolder, readFace } from '../landmark-files';
import type { AdapterChoice } from '../node-gpu';
import { encodePng, readPicture } from '../pictures';
import { progressBar } from '../progress';
import { openReenactment, parseSize } from '../reenactment';
import { writeFileAtomic } from '../write-file';
import { adapterOption } from './reenact';

const SIZE = '256';
const ROWS = 6;

/** Adds `demo`, which `npm start` runs: the bundled picture driven by the bundled sequence. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('reenact the bundled picture with the bundled sequence; writes frames and a contact sheet')
    .option('--model <model>', 'a model.safetensors, or synthetic:SEED', 'synthetic:1')
    .option('--size <S>', 'size of the images, a multiple of 64', SIZE)
    .option('--output_dir <folder>', 'where to write', 'out/demo')
    .addOption(adapterOption())
    .action(demo);
}

interface DemoFlags {
  readonly model: string;
  readonly size: string;
  readonly output_dir: string;
  readonly adapter: AdapterChoice;
}

async function demo({ model, size: sizeText, output_dir: folder, adapter }: DemoFlags): Promise<void> {
  const size = parseSize('--size', sizeText);
  const picture = await readPicture('demo/source.png');
  const face = await readFace('demo/source_landmark.txt', 'demo/source_headpose.txt');
  const frames = await readDrivingFolder('demo/driving');
  if (model.startsWith('synthetic')) {
    console.log(
      `weights: ${model}, seeded noise. No trained weights are bundled yet, so the result shows the machinery, not a face.`,
    );
  }
  const options = {
    model,
    picture,
    face,
    size,
    motionSize: size,
    precision: 'auto',
    adapter,
    folders: [folder],
    keep: ['driving_map_2', 'motion_2'],
  } as const;
  const { engine, source, close } = await openReenactment(options);
  try {
    const onProgress = progressBar('frames');
    const every = Math.floor(frames.length / ROWS);
    const rows: SheetFrame[] = [];
    const milliseconds: number[] = [];
    for (const [i, { name, face: driving }] of frames.entries()) {
      const start = performance.now();
      const result = await engine.reenact(source, driving);
      milliseconds.push(performance.now() - start);
      await writeFileAtomic(join(folder, `${name}.png`), await encodePng(result));
      if (i % every === 0 && rows.length < ROWS) {
        rows.push({
          name,
          result,
          landmarks: await engine.readTensor('driving_map_2'),
          motion: await engine.readTensor('motion_2'),
        });
      }
      onProgress(i + 1, frames.length);
    }
    const sheet = join(folder, 'contact-sheet.png');
    await writeFileAtomic(sheet, await contactSheet(picture, rows));
    const [first, ...rest] = milliseconds;
    const mean = rest.reduce((a, b) => a + b, 0) / rest.length;
    console.log(
      `${frames.length} frames of ${size} x ${size}: first ${first!.toFixed(0)} ms, then ${mean.toFixed(0)} ms a frame with readback`,
    );
    console.log(`frames: ${folder}/000001.png ...\ncontact sheet: ${sheet}`);
  } finally {
    close();
  }
}

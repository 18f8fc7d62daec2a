import { join } from 'node:path';
import type { Command } from 'commander';
import { contactSheet, type SheetFrame } from '../contact-sheet';
import { readDemoPerson } from '../demo-people';
import type { AdapterChoice } from '../node-gpu';
import { encodePng } from '../pictures';
import { progressBar } from '../progress';
import { openReenactment, parseSize } from '../reenactment';
import { writeFileAtomic } from '../write-file';
import { adapterOption } from './reenact';

const SIZE = '256';
const ROWS = 6;

/** Adds `demo`, which `npm start` runs: a bundled picture driven by the bundled performance. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('reenact a bundled picture with the bundled performance; writes frames and a contact sheet')
    .option('--model <model>', 'a model.safetensors, or synthetic:SEED', 'demo/model.safetensors')
    .option('--person <name>', 'whose picture: source, or a name of demo/gallery', 'source')
    .option('--size <S>', 'size of the images, a multiple of 16', SIZE)
    .option('--output_dir <folder>', 'where to write', 'out/demo')
    .addOption(adapterOption())
    .action(demo);
}

interface DemoFlags {
  readonly model: string;
  readonly person: string;
  readonly size: string;
  readonly output_dir: string;
  readonly adapter: AdapterChoice;
}

async function demo({ model, person, size: sizeText, output_dir: folder, adapter }: DemoFlags): Promise<void> {
  const size = parseSize('--size', sizeText);
  const { picture, face, driving } = await readDemoPerson(person);
  if (model.startsWith('synthetic')) {
    console.log(`weights: ${model}, seeded noise, so the result shows the machinery, not a face.`);
  }
  const options = {
    model,
    picture,
    face,
    size,
    precision: 'auto',
    adapter,
    folders: [folder],
    keep: ['driving_map_2', 'motion_2'],
  } as const;
  const { engine, source, close } = await openReenactment(options);
  try {
    const onProgress = progressBar('frames');
    const every = Math.floor(driving.length / ROWS);
    const rows: SheetFrame[] = [];
    const milliseconds: number[] = [];
    for (const [i, frame] of driving.entries()) {
      const start = performance.now();
      const result = await engine.reenact(source, frame);
      milliseconds.push(performance.now() - start);
      const name = String(i + 1).padStart(6, '0');
      await writeFileAtomic(join(folder, `${name}.png`), await encodePng(result));
      if (i % every === 0 && rows.length < ROWS) {
        rows.push({
          name,
          result,
          landmarks: await engine.readTensor('driving_map_2'),
          motion: await engine.readTensor('motion_2'),
        });
      }
      onProgress(i + 1, driving.length);
    }
    const sheet = join(folder, 'contact-sheet.png');
    await writeFileAtomic(sheet, await contactSheet(picture, rows));
    const [first, ...rest] = milliseconds;
    const mean = rest.reduce((a, b) => a + b, 0) / rest.length;
    console.log(
      `${driving.length} frames of ${size} x ${size}: first ${first!.toFixed(0)} ms, then ${mean.toFixed(0)} ms a frame with readback`,
    );
    console.log(`frames: ${folder}/000001.png ...\ncontact sheet: ${sheet}`);
  } finally {
    close();
  }
}

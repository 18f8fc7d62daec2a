import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { checkModel, defaultMotionSize } from '../../src/engine/engine';
import { frameModel, registerModel } from '../../src/onnx/models';
import { loadModel } from '../load-model';
import { parseMotionSize, parseSize } from '../reenactment';
import { motionSizeOption } from './reenact';
import { prepareFolder, writeFileAtomic } from '../write-file';

interface ExportFlags {
  readonly model: string;
  readonly size: string;
  readonly motion_size?: string;
  readonly channel_multiple: string;
  readonly output_dir: string;
}

/** Adds `export-onnx`: the network as two ONNX models, for other runtimes. */
export function addExportOnnx(program: Command): void {
  program
    .command('export-onnx')
    .description('write the network as two ONNX models: once a source (register.onnx) and once a frame (frame.onnx)')
    .requiredOption('--model <model>', 'a model.safetensors that `convert` wrote, or synthetic:SEED')
    .option('--size <S>', 'size of the images, a multiple of 16', '512')
    .addOption(motionSizeOption())
    .addOption(
      new Option('--channel_multiple <n>', 'widen the 9-channel motion inputs: 4 for WebGPU of onnxruntime')
        .choices(['1', '4'])
        .default('1'),
    )
    .requiredOption('--output_dir <folder>', 'gets both files')
    .action(exportModels);
}

async function exportModels(flags: ExportFlags): Promise<void> {
  const size = parseSize('--size', flags.size);
  const given = parseMotionSize(flags.motion_size);
  const model = await loadModel(flags.model);
  const motionSize = given ?? defaultMotionSize(model, size);
  checkModel(model, size, motionSize);
  await prepareFolder(flags.output_dir);
  const options = { model, size, motionSize, channelMultiple: Number(flags.channel_multiple) };
  const files = { 'register.onnx': registerModel(options), 'frame.onnx': frameModel(options) };
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(flags.output_dir, name);
    await writeFileAtomic(path, bytes);
    console.log(`${path}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
}

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRecorder } from '../../src/drivers/recording';
import { tinyModelFile } from '../engine/tiny-model';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const numbers = (name: string): number[] => readFileSync(path(name), 'utf8').trim().split(/\s+/).map(Number);

/** What the page of the README and the recipes fetch: model.safetensors, face.png, face.json, driving.json. */
export async function writePageFiles(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}model.safetensors`, await tinyModelFile());
  copyFileSync(path('demo/source.png'), `${folder}face.png`);
  const face = { landmarks: numbers('demo/source_landmark.txt'), headPose: numbers('demo/source_headpose.txt') };
  writeFileSync(`${folder}face.json`, JSON.stringify(face));
  const recorder = createRecorder();
  for (let i = 1; i <= 32; i++) {
    const name = `${String(i).padStart(6, '0')}.txt`;
    const [landmarks, headPose] = [numbers(`demo/driving/landmark/${name}`), numbers(`demo/driving/headpose/${name}`)];
    recorder.add({ landmarks, headPose }, i * 40);
  }
  writeFileSync(`${folder}driving.json`, JSON.stringify(recorder.finish()));
}

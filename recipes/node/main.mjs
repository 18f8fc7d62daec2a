// Node to PNG frames: npm install rho-webgpu webgpu sharp. Without a GPU, give create `onnxruntime: () => import('onnxruntime-node')` too.
import { mkdir, readFile } from 'node:fs/promises';
import { create } from 'rho-webgpu';
import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';
import sharp from 'sharp';
import * as dawn from 'webgpu';

const json = async (name) => JSON.parse(await readFile(name, 'utf8'));
const gpu = dawn.create([]);
const rho = await create({ gpu, weights: await readFile('model.safetensors'), size: 512 });
const photo = await sharp('face.png').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
const picture = { width: photo.info.width, height: photo.info.height, data: photo.data };
const source = await rho.setSource(picture, await json('face.json'));

const driver = createPlayer(readRecording(await json('driving.json')));
await mkdir('frames', { recursive: true });
for (let i = 0; i < 5; i++) {
  const { width, height, data } = await rho.reenact(source, driver.at(i * 40));
  await sharp(data, { raw: { width, height, channels: 4 } }).toFile(`frames/${String(i)}.png`);
}
rho.dispose();

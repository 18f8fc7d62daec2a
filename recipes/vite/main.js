// With Vite: npm install rho-webgpu; model and pictures go into its folder `public`.
import { create, isSupported } from 'rho-webgpu';
import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';

const json = async (url) => (await fetch(url)).json();
const support = await isSupported();
if (!support.supported) throw new Error(support.reason);

const rho = await create({ weights: 'model.safetensors', size: 512 });
const photo = new Image();
photo.src = 'face.png';
const source = await rho.setSource(photo, await json('face.json'));

const driver = createPlayer(readRecording(await json('driving.json')));
const canvas = document.querySelector('canvas');
requestAnimationFrame(function draw(time) {
  void rho.reenact(source, driver.at(time), canvas);
  requestAnimationFrame(draw);
});

// All of the work in a worker; the canvas goes there with its first frame.
import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';
import { createInWorker } from 'rho-webgpu/worker';

const json = async (url) => (await fetch(url)).json();
const rho = await createInWorker({ weights: 'model.safetensors', size: 512 });
const photo = new Image();
photo.src = 'face.png';
const source = await rho.setSource(photo, await json('face.json'));

const driver = createPlayer(readRecording(await json('driving.json')));
const canvas = document.querySelector('canvas');
requestAnimationFrame(function draw(time) {
  void rho.reenact(source, driver.at(time), canvas);
  requestAnimationFrame(draw);
});

// Frames as a texture of three.js, on a slanted plane.
import { create } from 'rho-webgpu';
import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';
import * as THREE from 'three';

const json = async (url) => (await fetch(url)).json();
const rho = await create({ weights: 'model.safetensors', size: 512 });
const photo = new Image();
photo.src = 'face.png';
const source = await rho.setSource(photo, await json('face.json'));
const driver = createPlayer(readRecording(await json('driving.json')));

const canvas = new OffscreenCanvas(512, 512);
const texture = new THREE.CanvasTexture(canvas);
texture.colorSpace = THREE.SRGBColorSpace;
const plane = new THREE.Mesh(new THREE.PlaneGeometry(1, 1), new THREE.MeshBasicMaterial({ map: texture }));
plane.rotation.y = 0.5;
const scene = new THREE.Scene().add(plane);
const camera = new THREE.PerspectiveCamera(60);
camera.position.z = 1;
const renderer = new THREE.WebGLRenderer();
renderer.setSize(512, 512);
document.body.append(renderer.domElement);

renderer.setAnimationLoop(async (time) => {
  if ((await rho.reenact(source, driver.at(time), canvas)) !== 'drawn') return;
  texture.needsUpdate = true;
  renderer.render(scene, camera);
});

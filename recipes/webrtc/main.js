// Frames as a stream over WebRTC, here to a video on the same page.
import { create } from 'rho-webgpu';
import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';

const json = async (url) => (await fetch(url)).json();
const rho = await create({ weights: 'model.safetensors', size: 512 });
const photo = new Image();
photo.src = 'face.png';
const source = await rho.setSource(photo, await json('face.json'));
const driver = createPlayer(readRecording(await json('driving.json')));

const canvas = Object.assign(document.createElement('canvas'), { width: 512, height: 512 });
requestAnimationFrame(function draw(time) {
  void rho.reenact(source, driver.at(time), canvas);
  requestAnimationFrame(draw);
});

const [sender, receiver] = [new RTCPeerConnection(), new RTCPeerConnection()];
sender.onicecandidate = ({ candidate }) => receiver.addIceCandidate(candidate);
receiver.onicecandidate = ({ candidate }) => sender.addIceCandidate(candidate);
receiver.ontrack = ({ streams }) => (document.querySelector('video').srcObject = streams[0]);
const stream = canvas.captureStream(25);
for (const track of stream.getTracks()) sender.addTrack(track, stream);
await sender.setLocalDescription();
await receiver.setRemoteDescription(sender.localDescription);
await receiver.setLocalDescription();
await sender.setRemoteDescription(receiver.localDescription);

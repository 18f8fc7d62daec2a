// What MediaPipe's real face mesh says of drawn people, beside what was drawn: tests/golden/mediapipe.json. From the root, after make-mediapipe.py:
//
//     npm install --no-save @mediapipe/face_mesh@0.4.1657299874
//     node tools/goldens/make-mediapipe.mjs
//
// The package brings its model; `@mediapipe/tasks-vision`, whose 478 points are the same, does not.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer';
import { findBrowser } from '../software-driver.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const library = `${root}node_modules/@mediapipe/face_mesh/`;
const { version } = JSON.parse(readFileSync(`${library}package.json`, 'utf8'));
const truth = JSON.parse(readFileSync(`${root}out/mediapipe/truth.json`, 'utf8'));

const server = createServer(({ url }, response) => {
  if (url === '/') return response.setHeader('content-type', 'text/html').end('<script src="/face_mesh.js"></script>');
  const types = { js: 'text/javascript', wasm: 'application/wasm', png: 'image/png' };
  response.setHeader('content-type', types[url.split('.').pop()] ?? 'application/octet-stream');
  try {
    response.end(readFileSync(url.endsWith('.png') ? `${root}out/mediapipe${url}` : library + url.slice(1)));
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1');

const browser = await puppeteer.launch({
  executablePath: findBrowser(),
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);

/** Runs in the page. */
async function track(names) {
  /* global FaceMesh, Image */
  const tracker = new FaceMesh({ locateFile: (file) => `/${file}` });
  tracker.setOptions({ maxNumFaces: 1, refineLandmarks: true, selfieMode: false });
  let found;
  tracker.onResults(({ multiFaceLandmarks }) => (found = multiFaceLandmarks[0]));
  const meshes = {};
  for (const name of names) {
    const image = new Image();
    image.src = `/${name}`;
    await image.decode();
    found = undefined;
    await tracker.send({ image });
    meshes[name] = found?.map(({ x, y }) => [x, y]);
  }
  return meshes;
}
const meshes = await page.evaluate(track, Object.keys(truth));
await browser.close();
server.close();

const pictures = Object.entries(truth).map(([name, drawn]) => {
  const mesh = meshes[name]?.flat().map((value) => Number(value.toFixed(4))) ?? null;
  return { name, ...drawn, mesh };
});
writeFileSync(`${root}tests/golden/mediapipe.json`, JSON.stringify({ package: `face_mesh ${version}`, pictures }));

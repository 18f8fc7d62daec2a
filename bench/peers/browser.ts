import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Page } from 'puppeteer';
import { createServer, type Connect, type Plugin } from 'vite';
import { writeModel } from '../../src/convert';
import { frameModel } from '../../src/onnx/models';
import type { AdapterChoice } from '../../tools/node-gpu';
import { findBrowser, mayHaveGpu } from '../../tools/software-driver.mjs';
import type { PageId, PageInputs, PeersPage } from './page-protocol';
import type { Contestant } from './peer';
import type { Workload } from './workload';

const FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--disable-background-networking', '--no-first-run'];
const ADAPTER_FLAGS = {
  software: ['--use-webgpu-adapter=swiftshader'],
  // Headless Chromium leaves the GPU alone on Linux unless told otherwise.
  hardware: process.platform === 'linux' ? ['--enable-features=Vulkan', '--use-angle=vulkan'] : [],
};

/** A frame of onnxruntime's WebGPU takes 40 s at 512 on a software driver, and its first one more. */
const LONGEST_CALL_MS = 3_600_000;

/** The folder of onnxruntime-web's bundles and modules. */
const ORT_DIST = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

export interface PeersBrowser {
  /** Version of the browser and its adapter. */
  readonly label: string;
  readonly contestant: (id: PageId, name: string, backend: string) => Contestant;
  readonly close: () => Promise<void>;
}

/** One page in one browser that runs every peer that is asked for, all on the same adapter. */
export async function openPeersBrowser(workload: Workload, adapter: AdapterChoice): Promise<PeersBrowser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser was found; npm test installs one');
  const files = await pageFiles(workload);
  const root = fileURLToPath(new URL('..', import.meta.url));
  const plugins = [servePlugin(files)];
  // Unwatched: a file saved meanwhile must not reload the page.
  const server = await createServer({
    root,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    plugins,
  });
  await server.listen();
  const isSoftware = adapter === 'software' || (adapter === 'auto' && !mayHaveGpu());
  const args = [...FLAGS, ...ADAPTER_FLAGS[isSoftware ? 'software' : 'hardware']];
  const browser = await puppeteer.launch({ executablePath, args, protocolTimeout: LONGEST_CALL_MS });
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const failed = new Promise<never>((_, reject) => page.once('pageerror', reject));
    failed.catch(() => undefined);
    await page.goto(`${server.resolvedUrls!.local[0]!}peers/page.html`);
    await Promise.race([page.waitForFunction('window.peers !== undefined'), failed]);
    const label = `${await call(page, 'adapter')} (${await browser.version()})`;
    return { label, contestant: (id, name, backend) => contestantOf(page, id, name, backend), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Calls a method of `window.peers`. */
const call = <K extends keyof PeersPage>(
  page: Page,
  method: K,
  ...args: Parameters<PeersPage[K]>
): Promise<Awaited<ReturnType<PeersPage[K]>>> =>
  page.evaluate(
    (name, values) => {
      const { peers } = window as unknown as { peers: Record<string, (...args: unknown[]) => unknown> };
      return peers[name]!(...values);
    },
    method,
    args as unknown[],
  ) as Promise<Awaited<ReturnType<PeersPage[K]>>>;

const contestantOf = (page: Page, id: PageId, name: string, backend: string): Contestant => ({
  id,
  name,
  backend,
  open: () => call(page, 'open', id),
  time: (count) => call(page, 'time', id, count),
  async image() {
    const bytes = Buffer.from(await call(page, 'image', id), 'base64');
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  },
  counts: () => call(page, 'counts', id),
  close: () => call(page, 'close', id),
});

/** Everything that the page fetches, by name. */
async function pageFiles(workload: Workload): Promise<Map<string, Uint8Array>> {
  const { model, size, motionSize, picture, source, driving, inputs } = workload;
  const numbers = ({ landmarks, headPose }: Workload['source']) => ({
    landmarks: Array.from(landmarks),
    headPose: Array.from(headPose),
  });
  const about: PageInputs = {
    size,
    motionSize,
    source: numbers(source),
    driving: numbers(driving),
    tensors: Object.fromEntries([...inputs].map(([name, { dims }]) => [name, dims])),
  };
  return new Map<string, Uint8Array>([
    ['inputs.json', new TextEncoder().encode(JSON.stringify(about))],
    ['picture', Uint8Array.from(picture.data)],
    ['model.safetensors', await writeModel(model.rendering, model.motion, { dtype: 'f32' })],
    ['frame.onnx', frameModel({ model, size, motionSize })],
    ['frame-padded.onnx', frameModel({ model, size, motionSize, channelMultiple: 4 })],
    ...[...inputs].map(([name, { data }]) => [name, new Uint8Array(data.buffer)] as const),
  ]);
}

/** /data/NAME out of memory and /ort/NAME as it lies in the package; and what WASM threads want of a page. */
function servePlugin(files: ReadonlyMap<string, Uint8Array>): Plugin {
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const [, folder, name] = /^\/(data|ort)\/([^/?]+)/.exec(request.url ?? '') ?? [];
    if (name === undefined) return next();
    const types: Record<string, string> = { mjs: 'text/javascript', wasm: 'application/wasm' };
    response.setHeader('Content-Type', types[name.split('.').at(-1)!] ?? 'application/octet-stream');
    const bytes = folder === 'data' ? files.get(name) : undefined;
    if (bytes) return void response.end(bytes);
    readFile(join(ORT_DIST, basename(name))).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  };
  return { name: 'peers-data', configureServer: ({ middlewares }) => void middlewares.use(serve) };
}

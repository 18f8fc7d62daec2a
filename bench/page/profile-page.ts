import { checkModel } from '../../src/engine/engine';
import { defaultMotionSize } from '../../src/engine/model';
import { choosePrecision } from '../../src/engine/choose-precision';
import { profileNetwork } from '../../tools/profile-network';
import { loadBundled } from './bundled-faces';
import { COMMIT } from './commit';
import { showDevice } from './device-card';
import { byId } from './elements';
import { explain, isAbort } from './explain';
import { loadNetwork } from './load-network';
import { createNetworkForm } from './network-choice';
import { openDevice } from './open-device';
import { showProfile } from './profile-view';
import { watchVisibility } from './watch-visibility';

const runButton = byId('run', HTMLButtonElement);
const stopButton = byId('stop', HTMLButtonElement);
const status = byId('status', HTMLElement);
const progress = byId('progress', HTMLProgressElement);
const network = createNetworkForm(byId('network', HTMLElement));

const PHASES = {
  compiling: 'Compiling kernels',
  ceilings: 'Measuring the ceilings of this machine',
  profiling: 'Timing kernels',
} as const;

function sayProblem(error: unknown): void {
  const problem = byId('problem', HTMLElement);
  problem.textContent = error === undefined ? '' : explain(error);
  problem.hidden = error === undefined;
}

async function profile(signal: AbortSignal): Promise<void> {
  const choice = network.read();
  status.textContent = 'Loading the weights …';
  const [faces, { model }] = await Promise.all([loadBundled(), loadNetwork(choice.weights, signal)]);
  const { size, motionSize = defaultMotionSize(model, size) } = choice;
  checkModel(model, size, motionSize);
  const opened = await openDevice();
  const endOfWatch = watchVisibility((isHidden) => {
    if (isHidden) status.textContent = 'This tab is hidden: browsers slow such tabs down.';
  });
  try {
    const { device, whileAlive, surroundings } = opened;
    const precision = await choosePrecision({ device, model, size, motionSize }, choice.precision);
    let shown = '';
    const profiled = await whileAlive(
      profileNetwork({ model, size, motionSize, device, precision, making: {} }, faces, {
        adapter: surroundings.adapter,
        commit: COMMIT,
        signal,
        onProgress(phase, done, total) {
          if (phase !== shown) status.textContent = `${PHASES[(shown = phase)]} …`;
          [progress.max, progress.value] = [total, done];
        },
      }),
    );
    await showProfile(byId('profile', HTMLElement), profiled);
    const hidden = endOfWatch();
    status.textContent = hidden === undefined ? 'Done.' : `Done, but ${hidden}.`;
  } finally {
    endOfWatch();
    opened.close();
  }
}

function start(): void {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  sayProblem(undefined);
  runButton.disabled = true;
  stopButton.disabled = false;
  progress.hidden = false;
  stopButton.addEventListener('click', stop);
  void profile(controller.signal)
    .catch((error: unknown) => {
      status.textContent = isAbort(error) ? 'Stopped.' : 'Failed.';
      if (!isAbort(error)) sayProblem(error);
    })
    .finally(() => {
      stopButton.removeEventListener('click', stop);
      runButton.disabled = false;
      stopButton.disabled = true;
      progress.hidden = true;
    });
}

byId('form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  start();
});
showDevice(byId('device', HTMLElement)).then(
  () => (runButton.disabled = false),
  (error: unknown) => {
    sayProblem(error);
    status.textContent = 'Nothing can be profiled here.';
  },
);

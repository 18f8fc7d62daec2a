import { checkModel } from '../../src/engine/engine';
import { defaultMotionSize } from '../../src/engine/model';
import { choosePrecision } from '../../src/engine/choose-precision';
import { profileNetwork } from '../../tools/profile-network';
import { loadBundled } from './bundled-faces';
import { COMMIT } from './commit';
import { byId } from './elements';
import { loadNetwork } from './load-network';
import { createNetworkForm } from './network-choice';
import { openDevice } from './open-device';
import { showProfile } from './profile-view';
import { wireRunForm } from './run-form';
import { watchVisibility } from './watch-visibility';

const status = byId('status', HTMLElement);
const progress = byId('progress', HTMLProgressElement);
const network = createNetworkForm(byId('network', HTMLElement));

const PHASES = {
  compiling: 'Compiling kernels',
  ceilings: 'Measuring the ceilings of this machine',
  profiling: 'Timing kernels',
} as const;

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

void wireRunForm({ run: profile, stopped: 'Stopped.', nothing: 'Nothing can be profiled here.' });

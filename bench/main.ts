import { RhoError } from '../src/errors';
import { requestDevice } from '../src/gpu/device';
import { CASES } from '../tests/cases/index';
import { checkCase } from '../tests/cases/run-case';

const element = (id: string): HTMLElement => document.getElementById(id)!;

async function openDevice(): Promise<GPUDevice> {
  // Older browsers lack it, whatever the types say.
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu)
    throw new RhoError(
      'NO_WEBGPU',
      'This browser has no WebGPU. Chrome, Edge, Safari and Firefox have it in their current versions.',
    );
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new RhoError('NO_ADAPTER', 'This browser has WebGPU, but found no GPU to use it with.');
  const { vendor, architecture, description } = adapter.info;
  element('device').textContent =
    `GPU: ${[vendor, architecture, description].filter((part) => part !== '').join(', ')}`;
  return requestDevice(adapter);
}

async function checkAll(device: GPUDevice): Promise<void> {
  const rows = element('rows');
  const progress = element('progress') as HTMLProgressElement;
  rows.replaceChildren();
  rows.closest('table')!.hidden = false;
  progress.hidden = false;
  progress.max = CASES.length;
  let failed = 0;
  for (const [i, c] of CASES.entries()) {
    const problem = await checkCase(device, c, 'f32').catch((error: unknown) => String(error));
    if (problem !== undefined) failed++;
    const row = document.createElement('tr');
    for (const text of [c.name, problem ?? 'passed']) row.insertCell().textContent = text;
    rows.append(row);
    progress.value = i + 1;
  }
  element('summary').textContent = `${CASES.length - failed} passed, ${failed} failed`;
}

async function main(): Promise<void> {
  const button = element('check') as HTMLButtonElement;
  try {
    const device = await openDevice();
    button.disabled = false;
    button.addEventListener('click', () => {
      button.disabled = true;
      void checkAll(device).finally(() => (button.disabled = false));
    });
  } catch (error) {
    element('device').textContent = error instanceof Error ? error.message : String(error);
  }
}

void main();

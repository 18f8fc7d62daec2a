import { tmpdir } from 'node:os';
import { create } from 'webgpu';
import { RhoError } from '../src/errors';
import { isSoftware } from '../src/gpu/device';
import { findSoftwareDriver, hasVulkan, mayHaveGpu } from './software-driver.mjs';

export type AdapterChoice = 'auto' | 'hardware' | 'software';

export interface NodeAdapter {
  readonly adapter: GPUAdapter;
  /** For people: driver, device, and whether it is software. */
  readonly label: string;
  readonly isSoftware: boolean;
}

/** Exact timestamps: without this Dawn clears their low 16 bits, a grain of 65 microseconds. */
const FLAGS = ['disable-dawn-features=timestamp_quantization'];

/** SwiftShader writes out the zeroes of workgroup memory one by one: eight times the time to compile. Dawn's loop does as well. */
const SOFTWARE_FLAGS = ['disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension'];

/** Dawn instances; one that is collected takes its adapters and devices with it. */
const instances: GPU[] = [];

/**
 * An adapter of Dawn in Node: hardware if there is one, else the software driver that a browser brought along. Throws
 * NO_ADAPTER, saying what to install.
 */
export async function openAdapter(choice: AdapterChoice = 'auto'): Promise<NodeAdapter> {
  // Where there is no GPU for certain, asking all the same makes drivers complain on standard error.
  const hardware = choice !== 'software' && mayHaveGpu() ? await request(undefined) : undefined;
  if (hardware && !hardware.isSoftware) return hardware;
  if (choice === 'hardware')
    throw new RhoError('NO_ADAPTER', 'no hardware GPU with a WebGPU driver was found; try --adapter software');
  const software = hardware ?? (await request(findSoftwareDriver(), true));
  if (software?.isSoftware) return software;
  throw new RhoError(
    'NO_ADAPTER',
    `${choice === 'software' ? '' : 'no GPU and '}no software driver was found; install Chromium (Debian: apt install chromium libvulkan1; elsewhere: npx puppeteer browsers install chrome)`,
  );
}

async function request(driver: string | undefined, isFallback = false): Promise<NodeAdapter | undefined> {
  if (!hasVulkan()) return undefined;
  // Otherwise some drivers complain.
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
  const before = process.env['VK_ICD_FILENAMES'];
  // The Vulkan loader reads this when an instance is made.
  if (driver) process.env['VK_ICD_FILENAMES'] = driver;
  const gpu = create(driver ? [...FLAGS, ...SOFTWARE_FLAGS] : FLAGS);
  const adapter = await gpu.requestAdapter({
    powerPreference: 'high-performance',
    // Windows has a software driver of its own, which is given on demand.
    forceFallbackAdapter: isFallback && process.platform === 'win32',
  });
  if (before === undefined) delete process.env['VK_ICD_FILENAMES'];
  else process.env['VK_ICD_FILENAMES'] = before;
  if (!adapter) return undefined;
  instances.push(gpu);
  const { vendor, architecture, device, description } = adapter.info;
  const software = isSoftware(adapter.info);
  if (software) pollSeldom();
  const name = [vendor, architecture, device, description].filter((part) => part !== '').join(', ');
  return { adapter, label: `${name} (${software ? 'software' : 'hardware'}, Dawn)`, isSoftware: software };
}

/**
 * Dawn waits by asking the driver again and again, through `setImmediate`, which takes one core whole. A software driver has
 * use for it; a millisecond later is soon enough there.
 */
function pollSeldom(): void {
  const seldom = (callback: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Timeout =>
    setTimeout(callback, 1, ...args);
  globalThis.setImmediate = seldom as unknown as typeof setImmediate;
}

import type { TuningStore } from '../profile/tune';
import { openCache } from './model-cache';

/** Never asked for: an address under which the Cache API keeps one adapter's measurements. */
const keyOf = (adapter: string): string => `https://rho-webgpu.invalid/tuning?adapter=${encodeURIComponent(adapter)}`;

/** Measurements in the browser's Cache API, which pages and workers share; where there is none, they are made anew each time. */
export const tuningCache: TuningStore = {
  async load(adapter) {
    const cache = await openCache();
    try {
      return await (await cache?.match(keyOf(adapter)))?.text();
    } catch {
      return undefined;
    }
  },
  async save(adapter, text) {
    const cache = await openCache();
    await cache?.put(keyOf(adapter), new Response(text)).catch(() => undefined);
  },
};

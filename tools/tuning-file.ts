import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TuningStore } from '../src/profile/tune';
import { writeFileAtomic } from './write-file';

/** Choices of variants in a file of the user's cache folder, one an adapter. */
export function tuningFile(folder = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')): TuningStore {
  const path = (adapter: string): string =>
    join(folder, 'rho-webgpu', `tuning ${adapter.replace(/[^\w.-]+/g, '-').slice(0, 80)}.json`);
  return {
    load: (adapter) => readFile(path(adapter), 'utf8').catch(() => undefined),
    async save(adapter, text) {
      await mkdir(dirname(path(adapter)), { recursive: true });
      await writeFileAtomic(path(adapter), text);
    },
  };
}

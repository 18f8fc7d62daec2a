import type { Rho, RhoSource } from '../../src/index';
import { wordsOf } from './elements';
import type { DemoSource } from './source';

/** Sources that stay registered: going back to one of them costs nothing. */
const KEPT_SOURCES = 6;

/** The sources of one engine. */
export interface Registry {
  /** The registered source; undefined while it is being registered, which the first call begins, or where that failed. */
  find(source: DemoSource): RhoSource | undefined;
}

/** `say` hears what happens to the source that was asked for last. */
export function createRegistry(rho: Rho, say: (text: string, isUnderWay: boolean) => void): Registry {
  const entries = new Map<DemoSource, { handle: RhoSource | undefined }>();
  let current: DemoSource | undefined;

  const register = async (source: DemoSource): Promise<void> => {
    const entry: { handle: RhoSource | undefined } = { handle: undefined };
    entries.set(source, entry);
    say(`Preparing ${source.name} …`, true);
    try {
      entry.handle = await rho.setSource(source.picture, source.face);
      if (source === current) say(`Showing ${source.name}.`, false);
    } catch (error) {
      if (source === current) say(`${source.name} cannot be used: ${wordsOf(error)}`, false);
    }
    for (const [oldest, { handle }] of entries) {
      if (entries.size <= KEPT_SOURCES) break;
      if (!handle || oldest === current) continue;
      handle.dispose();
      entries.delete(oldest);
    }
  };

  return {
    find(source) {
      const isNew = source !== current;
      current = source;
      const entry = entries.get(source);
      if (!entry) void register(source);
      else if (isNew && entry.handle) {
        // The one that was used last is dropped last.
        entries.delete(source);
        entries.set(source, entry);
        say(`Showing ${source.name}.`, false);
      }
      return entry?.handle;
    },
  };
}

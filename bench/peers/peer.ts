/** What a device did between its creation and now; see count-gpu.ts. */
export interface GpuCounts {
  /** Largest sum of the sizes of the buffers and textures that were there at once. */
  readonly peakBytes: number;
  readonly dispatches: number;
}

/** A runtime with the network loaded and the inputs of one frame given: same weights and inputs for all. */
export interface Peer {
  /** Computes the frame; done when the result lies on the CPU. */
  readonly run: () => Promise<unknown>;
  /** The result of the last frame before rounding to bytes: (3, S, S) in [-1, 1]. */
  readonly image: () => Promise<Float32Array>;
  /** Of its device; undefined where it has none. */
  readonly counts?: (() => GpuCounts) | undefined;
  readonly close: () => Promise<void> | void;
}

/** A peer as the bench sees it, wherever it runs. */
export interface Contestant {
  readonly id: string;
  /** The library, as its package is called. */
  readonly name: string;
  readonly backend: string;
  /** Loads it and computes a first frame. Whatever goes wrong is thrown, in words. */
  readonly open: () => Promise<void>;
  /** Milliseconds of each of `count` frames, one after another. */
  readonly time: (count: number) => Promise<readonly number[]>;
  readonly image: () => Promise<Float32Array>;
  /** Of its device so far, and in one frame; undefined where it has none. */
  readonly counts: () => Promise<GpuCounts | undefined>;
  readonly close: () => Promise<void>;
}

/** Milliseconds of each frame. */
export async function timeFrames({ run }: Peer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

/** A peer of this process or page as a contestant, opened when its turn comes. */
export function contestantOf(id: string, name: string, backend: string, open: () => Promise<Peer>): Contestant {
  let peer: Peer | undefined;
  return {
    id,
    name,
    backend,
    async open() {
      peer = await open();
      await peer.run();
    },
    time: (count) => timeFrames(peer!, count),
    image: () => peer!.image(),
    counts: () => Promise.resolve(peer!.counts?.()),
    async close() {
      await peer?.close();
    },
  };
}

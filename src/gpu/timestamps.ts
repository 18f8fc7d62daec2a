/** Timestamps around compute passes; needs the feature timestamp-query. */
export interface Timestamps {
  /** What to give to pass number `i`. */
  readonly writes: (i: number) => GPUComputePassTimestampWrites;
  /** Records the copies that make the stamps readable; after the last pass, in the same encoder. */
  readonly resolve: (encoder: GPUCommandEncoder) => void;
  /** Milliseconds of each pass after the submission; undefined where a stamp is missing: zero, or before its beginning. */
  readonly read: () => Promise<(number | undefined)[]>;
  readonly destroy: () => void;
}

/** Queries of one set, two a pass; WebGPU's own limit. */
const MAX_PASSES = 2048;

// Numbers of GPUBufferUsage, which is a global that Node does not have.
const QUERY_RESOLVE = 0x200;
const COPY_SRC = 0x4;
const COPY_DST = 0x8;
const MAP_READ = 0x1;

/** Timestamps for up to `passes` passes (at most 2048) of one encoder at a time. */
export function createTimestamps(device: GPUDevice, passes: number): Timestamps {
  if (passes > MAX_PASSES) throw new Error(`${passes} passes are more than the ${MAX_PASSES} of one query set`);
  const count = passes * 2;
  const querySet = device.createQuerySet({ label: 'timestamps', type: 'timestamp', count });
  const resolved = device.createBuffer({ label: 'timestamps', size: count * 8, usage: QUERY_RESOLVE | COPY_SRC });
  const staging = device.createBuffer({ label: 'timestamps read back', size: count * 8, usage: MAP_READ | COPY_DST });
  return {
    writes: (i) => ({ querySet, beginningOfPassWriteIndex: i * 2, endOfPassWriteIndex: i * 2 + 1 }),
    resolve(encoder) {
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, count * 8);
    },
    async read() {
      await staging.mapAsync(1 /* GPUMapMode.READ */);
      const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
      staging.unmap();
      return Array.from({ length: passes }, (_, i) => elapsedMs(stamps[i * 2]!, stamps[i * 2 + 1]!));
    },
    destroy() {
      querySet.destroy();
      resolved.destroy();
      staging.destroy();
    },
  };
}

/** Milliseconds between two stamps in nanoseconds; undefined where either was not written or they are reversed. */
export function elapsedMs(begin: bigint, end: bigint): number | undefined {
  return begin === 0n || end === 0n || end < begin ? undefined : Number(end - begin) / 1e6;
}

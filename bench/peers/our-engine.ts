import { createEngine } from '../../src/engine/engine';
import { halfOn } from '../../src/engine/support';
import { requestDevice } from '../../src/gpu/device';
import { countDevicesOf } from './count-gpu';
import type { FaceInputs } from './motion-inputs';
import type { GpuCounts, Peer } from './peer';

/** `f16` is real half arithmetic where the adapter has it, else half storage. */
export type OurPrecision = 'f32' | 'f16';

/** This engine on a device of its own. A frame is a face in, S x S bytes read back. */
export async function openOurs(
  adapter: GPUAdapter,
  { model, size, motionSize, picture, source, driving }: FaceInputs,
  choice: OurPrecision,
): Promise<Peer> {
  const counters: (() => GpuCounts)[] = [];
  const precision = choice === 'f16' ? halfOn(adapter) : 'f32';
  const device = await requestDevice(countDevicesOf(adapter, counters));
  const open = async (keep: readonly string[]) => {
    const engine = await createEngine({ device, model, size, motionSize, precision, keep });
    return { engine, registered: await engine.setSource(picture, source) };
  };
  const { engine, registered } = await open([]);
  return {
    counts: counters[0],
    run: () => engine.reenact(registered, driving),
    async image() {
      // Keeping a tensor changes the memory plan, so the engine that is timed keeps none.
      const keeping = await open(['image']);
      await keeping.engine.reenact(keeping.registered, driving);
      const { data } = await keeping.engine.readTensor('image');
      keeping.engine.dispose();
      return data;
    },
    close() {
      engine.dispose();
      device.destroy();
    },
  };
}

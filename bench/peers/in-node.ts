import { InferenceSession, Tensor } from 'onnxruntime-node';
import { frameModel } from '../../src/onnx/models';
import { openAdapter, type AdapterChoice } from '../../tools/node-gpu';
import { openOurs } from './our-engine';
import { contestantOf, type Contestant } from './peer';
import type { Workload } from './workload';

/** This engine on Dawn in Node. */
export const oursInNode = (workload: Workload, adapter: AdapterChoice): Contestant =>
  contestantOf('ours-dawn', 'rho-webgpu', 'Dawn in Node, f32', async () =>
    openOurs((await openAdapter(adapter)).adapter, workload, 'f32'),
  );

/** onnxruntime's CPU provider in Node, as many threads as it likes. */
export const onnxruntimeCpu = (workload: Workload): Contestant =>
  contestantOf('ort-node-cpu', 'onnxruntime-node', 'CPU', async () => {
    const session = await InferenceSession.create(frameModel(workload), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
    });
    const feeds = Object.fromEntries(
      [...workload.inputs].map(([name, { data, dims }]) => [name, new Tensor(data, dims)]),
    );
    let last: Float32Array | undefined;
    return {
      run: async () => (last = (await session.run(feeds))['image']!.data as Float32Array),
      image: () => Promise.resolve(last!),
      close: () => session.release(),
    };
  });

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Volume } from '../../src/kernels/volume';

/** A volume as onnxruntime's tensor (1, C, h, w) in float32, widened with channels of zeros. */
export function tensorOf({ data, channels, height, width }: Volume, widened = channels): Tensor {
  const values = new Float32Array(widened * height * width);
  values.set(data);
  return new Tensor(values, [1, widened, height, width]);
}

/** Runs a model on onnxruntime's CPU; outputs by name. */
export async function runOnnx(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<Map<string, Float32Array>> {
  const session = await InferenceSession.create(bytes, { executionProviders: ['cpu'] });
  const results = await session.run(feeds);
  await session.release();
  return new Map(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

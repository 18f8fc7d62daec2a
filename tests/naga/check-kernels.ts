/**
 * Every kernel at every case on the WebGPU of the runtime at hand, in every precision its adapter has, and whole frames in half
 * precision against f32. Built into one file
 * and run by Deno (tools/test-naga.mjs): another compiler of WGSL (Naga) than Chromium's and Dawn's, and real float16
 * arithmetic on Mesa's software driver, which SwiftShader lacks.
 */
import { requestDevice } from '../../src/gpu/device';
import type { Precision } from '../../src/kernels/kernel';
import { CASES } from '../cases/index';
import { checkCase } from '../cases/run-case';
import { MIN_PSNR } from '../../src/engine/choose-precision';
import { HALF_CASES, halfQuality } from '../engine/half-quality';

const adapter = await navigator.gpu.requestAdapter();
if (!adapter) throw new Error('there is no WebGPU adapter');
const device = await requestDevice(adapter, { defaultLimits: true });
const precisions: Precision[] = ['f32'];
if (device.features.has('shader-f16')) precisions.push('f16');
console.log(`${adapter.info.description}: ${precisions.join(', ')}`);

let passed = 0;
let failed = 0;
for (const precision of precisions) {
  for (const c of CASES) {
    const problem = await checkCase(device, c, precision).catch((error: unknown) => String(error));
    if (problem === undefined) passed++;
    else {
      failed++;
      console.log(`${precision} ${c.name}: ${problem}`);
    }
  }
}
for (const halfCase of precisions.includes('f16') ? HALF_CASES : []) {
  const quality = await halfQuality(device, halfCase);
  if (quality >= MIN_PSNR) passed++;
  else {
    failed++;
    console.log(`f16 frame, ${halfCase.name}: PSNR ${quality.toFixed(1)} dB against f32`);
  }
}
device.destroy();
console.log(`${passed} passed, ${failed} failed`);

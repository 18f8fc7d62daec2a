import sharp from 'sharp';
import * as webgpu from 'webgpu';
import code from '../src/kernels/x.wgsl?raw';
export async function main(argv: string[]) {
  console.log(argv, code, typeof sharp, typeof webgpu.create);
}

import activate from './chunks/activate.wgsl?raw';
import epilogue from './chunks/epilogue.wgsl?raw';
import outF32 from './chunks/out-f32.wgsl?raw';
import outStored from './chunks/out-stored.wgsl?raw';
import type { Constants } from './kernel';
import type { Layout } from './layout';

/** What follows the sum of a convolution before the store. */
export type Activation = 'none' | 'relu' | 'tanh';

/** Added after the activation: a map of dst's size, or of half its size read through nearest x 2. */
export type Residual = 'none' | 'same' | 'half';

export interface Epilogue {
  readonly activation: Activation;
  readonly residual: Residual;
}

/** The numbers of activations in the WGSL. */
export const ACTIVATIONS: Readonly<Record<Activation, number>> = { none: 0, relu: 1, tanh: 2 };

/** What stands before the code of a kernel that ends in `emit`; `isWide` where its result is f32 in every precision. */
export const epilogueHead = (isWide: boolean): string => (isWide ? outF32 : outStored) + activate + epilogue;

/** The same where the result has the precision of the program. */
export const epilogueCode = epilogueHead(false);

/** Constants that epilogue.wgsl expects. */
export const epilogueConstants = (dst: Layout, { activation, residual }: Epilogue): Constants => ({
  HEIGHT: dst.height,
  WIDTH: dst.width,
  ACTIVATION: ACTIVATIONS[activation],
  RESIDUAL: { none: 0, same: 1, half: 2 }[residual],
});

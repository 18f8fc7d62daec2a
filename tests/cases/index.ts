import type { Case } from './case';
import { CONVOLUTION_CASES } from './convolutions';
import { MAP_CASES } from './maps';
import { PICTURE_CASES } from './pictures';

/** Every kernel at every shape that is tested and benched. */
export const CASES: readonly Case[] = [...CONVOLUTION_CASES, ...MAP_CASES, ...PICTURE_CASES];

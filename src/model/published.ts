import type { Configuration } from './configuration';
import type { BlockConfiguration } from './layers';
import type { MotionLayer } from './motion-network';
import { DECODER, ENCODER } from './rendering-network';

const EXPANSION = 6;

/** `count` blocks; only the first changes the width. */
function blocks(input: number, channels: number, count: number, norm = true): BlockConfiguration[] {
  return Array.from({ length: count }, (_, i) => ({
    channels,
    hidden: (i === 0 ? input : channels) * EXPANSION,
    expand: true,
    norm,
  }));
}

/** A block without expansion. */
const plain = (input: number, channels: number): BlockConfiguration => ({
  channels,
  hidden: input,
  expand: false,
  norm: true,
});

const layers = (kind: MotionLayer['kind'], ...channels: number[]): MotionLayer[] =>
  channels.map((c) => ({ kind, channels: c }));

/** The widths and depths of the paper's network. */
export const PUBLISHED: Configuration = {
  motion: [
    { stem: 64, layers: [...layers('down', 128, 256), ...layers('up', 128, 64)] },
    {
      stem: 64,
      layers: [...layers('down', 128, 256), ...layers('residual', 256, 256, 256), ...layers('up', 128, 64, 32)],
    },
    {
      stem: 32,
      layers: [...layers('down', 64, 128), ...layers('residual', 128, 128, 128), ...layers('up', 64, 32, 16)],
    },
  ],
  rendering: {
    poseEncoders: { source: { hidden: 64, embedding: 32 }, driving: { hidden: 64, embedding: 32 } },
    stem: 16,
    spades: new Map([...ENCODER, ...DECODER].map(({ spade }) => [spade, 64])),
    stages: new Map([
      ['en_down_block1.0', [plain(16, 8)]],
      ['en_down_block1.1', blocks(8, 12, 2)],
      ['en_down_block1.2', blocks(12, 28, 2)],
      ['en_down_block2.0', blocks(28, 64, 2)],
      ['en_down_block2.1', blocks(64, 72, 2)],
      ['en_down_block3.0', blocks(72, 140, 2)],
      ['en_res_block.0', blocks(140, 280, 1, false)],
      ['de_res_block.0', blocks(280, 140, 1, false)],
      ['de_up_block1.0', blocks(280, 96, 2)],
      ['de_up_block2.0', blocks(168, 64, 2)],
      ['de_up_block2.1', blocks(64, 24, 2)],
      ['de_up_block3.0', blocks(52, 14, 2)],
      ['de_up_block3.1', blocks(14, 8, 2)],
      ['de_up_block3.2', [plain(8, 16)]],
    ]),
  },
};

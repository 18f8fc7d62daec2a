import sharp from 'sharp';
import type { HostTensor } from '../src/engine/engine';
import type { Picture } from '../src/engine/pictures';

/** One row of a contact sheet. */
export interface SheetFrame {
  /** Number of the frame, for the label. */
  readonly name: string;
  /** `driving_map_2`: (3, n, n) in [-1, 1]. */
  readonly landmarks: HostTensor;
  /** `motion_2`: (1, n, n, 2), absolute coordinates in [-1, 1]. */
  readonly motion: HostTensor;
  readonly result: Picture;
}

const CELL = 192;
const GAP = 8;
const HEAD = 28;
const LABEL = 64;
const COLUMNS = ['source', 'driving landmarks', 'motion field', 'result'];

/** Displacement, in halves of the picture's side, that is drawn in full colour. */
const FULL_COLOR = 0.5;

/**
 * A PNG with a row a frame: source, driving landmarks, motion field, result. The field is drawn as colour: hue is the
 * direction from a pixel to where it is sampled (red right, then clockwise), strength its length, white none.
 */
export async function contactSheet(source: Picture, frames: readonly SheetFrame[]): Promise<Uint8Array> {
  const width = LABEL + COLUMNS.length * (CELL + GAP);
  const height = HEAD + frames.length * (CELL + GAP);
  const cells = await Promise.all(
    frames.flatMap(({ landmarks, motion, result }, row) =>
      [source, mapPicture(landmarks), motionPicture(motion), result].map(async (picture, column) => ({
        input: await cell(picture),
        left: LABEL + column * (CELL + GAP),
        top: HEAD + row * (CELL + GAP),
      })),
    ),
  );
  const texts = [
    ...COLUMNS.map((text, i) => label(text, LABEL + i * (CELL + GAP), HEAD - 9)),
    ...frames.map(({ name }, i) => label(name, 6, HEAD + i * (CELL + GAP) + 16)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}</svg>`;
  return sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite([...cells, { input: Buffer.from(svg), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

const label = (text: string, x: number, y: number): string =>
  `<text x="${x}" y="${y}" font-family="sans-serif" font-size="14" fill="#222">${text}</text>`;

/** Small pictures keep their pixels, large ones are averaged. */
const cell = ({ data, width, height }: Picture): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(CELL, CELL, { kernel: width < CELL ? 'nearest' : 'lanczos3' })
    .png()
    .toBuffer();

function mapPicture({ shape, data }: HostTensor): Picture {
  const [, height, width] = shape as [number, number, number];
  const pixels = height * width;
  const rgba = Uint8Array.from({ length: pixels * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : ((data[(i % 4) * pixels + (i >> 2)]! + 1) / 2) * 255,
  );
  return { width, height, data: rgba };
}

/** Exported for its test. */
export function motionPicture({ shape, data }: HostTensor): Picture {
  const [, height, width] = shape as [number, number, number, number];
  const rgba = new Uint8Array(height * width * 4).fill(255);
  for (let p = 0; p < height * width; p++) {
    const dx = data[p * 2]! - (((p % width) + 0.5) / width) * 2 + 1;
    const dy = data[p * 2 + 1]! - ((Math.floor(p / width) + 0.5) / height) * 2 + 1;
    const strength = Math.min(Math.hypot(dx, dy) / FULL_COLOR, 1);
    const turn = Math.atan2(dy, dx) / (2 * Math.PI) + 1;
    rgba.set(
      [0, 1 / 3, 2 / 3].map((phase) => 255 * (1 - strength * (1 - hue(turn - phase)))),
      p * 4,
    );
  }
  return { width, height, data: rgba };
}

/** One channel of a fully saturated colour; `turn` is how far its hue is from the channel's own, in turns. */
function hue(turn: number): number {
  const distance = Math.abs(turn - Math.round(turn)) * 6;
  return Math.min(Math.max(2 - distance, 0), 1);
}

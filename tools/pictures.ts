import sharp from 'sharp';
import type { Picture } from '../src/engine/pictures';
import { RhoError } from '../src/errors';
import { readFileOrExplain } from './read-file';

/**
 * A PNG, JPEG or WebP as RGBA bytes: alpha dropped, 16 bits reduced to 8, grey and palettes expanded. Like Pillow, and so
 * like the authors' code, it does not turn a picture by its EXIF orientation. Throws BAD_INPUT.
 */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = await readFileOrExplain(path);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'truncated' })
      .toColourspace('srgb')
      .removeAlpha()
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
    throw new RhoError('BAD_INPUT', `${path}: it is not a picture that can be read (${why}); PNG, JPEG and WebP can`, {
      cause,
    });
  }
}

/** RGBA bytes as a PNG file without alpha. */
export const encodePng = ({ data, width, height }: Picture): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png()
    .toBuffer();

import { badWeights, quoted } from './bad-weights';

/** Forms of checkpoint that can be read. */
export type CheckpointFormat = 'zip' | 'legacy' | 'safetensors';

const TAR_MAGIC_AT = 257;

const ascii = new TextDecoder('latin1');

/**
 * The form of a checkpoint, by its first bytes. Throws BAD_WEIGHTS naming what the file is instead, where that can be told.
 */
export function sniff(bytes: Uint8Array): CheckpointFormat {
  const text = (start: number, length: number): string => ascii.decode(bytes.subarray(start, start + length));
  const startsWith = (...start: number[]): boolean => start.every((byte, i) => bytes[i] === byte);
  if (bytes.length === 0) throw badWeights('it is empty');
  if (startsWith(0x50, 0x4b, 0x03, 0x04)) return 'zip';
  if (startsWith(0x80) && bytes[1]! >= 2 && bytes[1]! <= 5) return 'legacy';
  // A header length below 4 GiB, then the header's brace.
  if (bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0)) return 'safetensors';

  const head = text(0, 512).trimStart().toLowerCase();
  if (head.startsWith('<')) throw badWeights('it is a web page; the download link led to a page, not to the file');
  if (head.startsWith('version https://git-lfs'))
    throw badWeights('it is a git-lfs pointer, not the weights; run `git lfs pull`');
  if (startsWith(0x1f, 0x8b)) throw badWeights('it is compressed with gzip; run gunzip on it first');
  if (startsWith(0x50, 0x4b, 0x05, 0x06)) throw badWeights('it is an empty zip archive');
  if (text(TAR_MAGIC_AT, 5) === 'ustar' || (/^[\w./]+\0/.test(text(0, 100)) && bytes.length % 512 === 0))
    throw badWeights('it is a tar archive, perhaps of PyTorch 0.1; load and save it with PyTorch >= 1.6');
  throw badWeights(`it is neither a .pth nor safetensors; it begins with ${quoted(text(0, 16))}`);
}

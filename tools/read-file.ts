import { readFile } from 'node:fs/promises';
import { RhoError } from '../src/errors';

/** The bytes of a file. Throws BAD_INPUT saying why they cannot be had. */
export async function readFileOrExplain(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read' }[code ?? ''];
    throw new RhoError('BAD_INPUT', `${path}: ${why ?? `it cannot be read (${code})`}`, { cause });
  }
}

import { rmSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RhoError } from '../src/errors';

const unfinished = new Set<string>();

/** For a process that is told to end: removes what it was writing. */
export const removeUnfinished = (): void => unfinished.forEach((path) => rmSync(path, { force: true }));

/** Writes a file whole or not at all: under a temporary name beside it, then renamed. Throws BAD_INPUT saying why it cannot. */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  unfinished.add(temporary);
  try {
    await writeFile(temporary, data);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw refusal(path, cause);
  } finally {
    unfinished.delete(temporary);
  }
}

/** Makes a folder, if it is not there, in which files can be written. Throws BAD_INPUT saying why it cannot. */
export async function prepareFolder(path: string): Promise<void> {
  const probe = join(path, `.${process.pid}.partial`);
  try {
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isDirectory()) throw new RhoError('BAD_INPUT', `${path}: it is a file, but a folder is wanted`);
    await mkdir(path, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    if (cause instanceof RhoError) throw cause;
    throw refusal(path, cause);
  }
}

function refusal(path: string, cause: unknown): RhoError {
  const { code } = cause as NodeJS.ErrnoException;
  const reasons: Partial<Record<string, string>> = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'its folder is a file',
    EISDIR: 'it is a folder',
    EACCES: 'it may not be written',
    EPERM: 'it may not be written',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
  };
  return new RhoError(
    'BAD_INPUT',
    `${path}: ${reasons[code ?? ''] ?? `it cannot be written (${code ?? String(cause)})`}`,
    { cause },
  );
}

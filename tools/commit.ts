import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The commit of this checkout, with `-dirty` behind it where files differ from it; null outside git. */
export function currentCommit(root = ROOT): string | null {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  // A checkout that lies in another repository without being part of it has no commit of its own.
  if (git('rev-parse', '--show-prefix') !== '') return null;
  const hash = git('rev-parse', '--short=12', 'HEAD');
  if (hash === undefined) return null;
  return git('status', '--porcelain') === '' ? hash : `${hash}-dirty`;
}

// The declarations that `exports` names, into dist/types or the folder given. Our imports leave extensions out, as bundlers allow; for Node's own
// module resolution such an import is silently `any`, so they are put in.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, runTool } from './setup.mjs';

const FOLDER = process.argv[2] ?? join(ROOT, 'dist', 'types');
const RELATIVE = /(\bfrom |\bimport\()'(\.{1,2}\/[^']+)'/g;

if (!runTool('tsc', ['-p', 'tsconfig.build.json', '--outDir', FOLDER])) process.exit(1);
for (const name of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8').replace(RELATIVE, (whole, before, target) => {
    const stem = target.replace(/\.js$/, '');
    if (!existsSync(join(dirname(path), `${stem}.d.ts`))) throw new Error(`${path}: there is no ${stem}.d.ts`);
    return `${before}'${stem}.js'`;
  });
  writeFileSync(path, text);
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, expect, test } from 'vitest';

/** The real configuration on changed files: what may import what, and that a break of it is found. */
let eslint: ESLint;
beforeAll(() => {
  eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId.startsWith('import-x/') });
});

async function complaints(path: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: path });
  expect(result!.fatalErrorCount).toBe(0);
  return result!.messages.filter(({ ruleId }) => ruleId?.startsWith('import-x/')).map(({ ruleId }) => ruleId);
}

test.each([
  ['src/kernels/layout.ts', '../graph/graph'],
  ['src/gpu/buffers.ts', '../kernels/layout'],
  ['src/weights/zip.ts', '../model/network'],
  ['src/model/layers.ts', '../engine/engine'],
  ['src/graph/plan.ts', '../weights/zip'],
  ['src/errors.ts', '../tools/npy'],
  ['tools/npy.ts', '../tests/compare'],
  ['bench/kernels.ts', '../tests/compare'],
])('%s must not import %s', async (path, target) => {
  expect(await complaints(path, `import '${target}';\n`)).toContain('import-x/no-restricted-paths');
});

test.each([
  ['src/graph/plan.ts', '../kernels/layout'],
  ['src/engine/face.ts', '../graph/plan'],
  ['src/weights/zip.ts', '../errors'],
  ['bench/kernels.ts', '../tests/cases/index'],
])('%s may import %s', async (path, target) => {
  expect(await complaints(path, `import '${target}';\n`)).toEqual([]);
});

test('every folder of src has its rule', async () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    const file = readdirSync(join('src', name)).find((entry) => entry.endsWith('.ts'))!;
    expect(await complaints(`src/${name}/${file}`, "import '../index';\n"), name).toContain(
      'import-x/no-restricted-paths',
    );
  }
});

test('a circle is found', async () => {
  // builder.ts imports graph.ts.
  expect(
    await complaints(
      'src/graph/graph.ts',
      "import { GraphBuilder } from './builder';\nexport const b = GraphBuilder;\n",
    ),
  ).toContain('import-x/no-cycle');
});

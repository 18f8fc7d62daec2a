// `npm test`: every check and test, from a bare checkout; ends with `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, runTool, setUp, startTool } from './setup.mjs';
import { testNaga } from './test-naga.mjs';

const REPORTS = join(ROOT, 'out', 'reports');
const environment = setUp({ browser: true });
const counts = { passed: 0, failed: 0 };

async function stage(name, work) {
  const start = Date.now();
  console.log(`\n== ${name}`);
  const { passed, failed } = await work();
  counts.passed += passed;
  counts.failed += failed;
  console.log(`== ${name}: ${passed} passed, ${failed} failed (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

const check = (name, work) =>
  stage(name, async () => ((await work()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }));

function vitest(project) {
  return stage(`${project} tests`, () => {
    const report = join(REPORTS, `${project}.json`);
    rmSync(report, { force: true });
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
    const isGood = runTool('vitest', ['run', '--project', project, ...reporters], environment);
    try {
      const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
      // A file that does not load has no failed test, but it failed.
      return { passed: numPassedTests, failed: Math.max(numFailedTests, isGood ? 0 : 1) };
    } catch {
      return { passed: 0, failed: 1 };
    }
  });
}

mkdirSync(REPORTS, { recursive: true });
// Beside the other checks: it keeps one core busy for as long as they do.
const linted = startTool('eslint', ['.']);
await check('format', () => runTool('prettier', ['--check', '--log-level', 'warn', '.']));
await check('types', () => runTool('tsc', ['--noEmit']));
await check('library build', () => runTool('vite', ['build', '--logLevel', 'warn']));
await check('declarations', () => run(process.execPath, ['tools/build-types.mjs']));
await check('pages build', () => runTool('vite', ['build', '--mode', 'pages', '--logLevel', 'warn']));
// By the package's own name, through `exports`, in a Node that has neither WebGPU nor a page.
const { exports: subpaths } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const imports = Object.keys(subpaths).map((subpath) => `import '${subpath.replace('.', 'rho-webgpu')}';`);
await check('package', () => run(process.execPath, ['--input-type=module', '--eval', imports.join(' ')]));
await check('lint', () => linted);
for (const project of ['unit', 'gpu', 'pages']) await vitest(project);
const naga = await testNaga();
if (naga) await stage('kernels through Naga, float16', () => naga);
else console.log('\n== kernels through Naga, float16: left out, since Mesa has no software driver here');
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

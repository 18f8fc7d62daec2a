// `npm test`: every check and test, from a bare checkout; ends with `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, runTool, setUp, startTool } from './setup.mjs';
import { testNaga } from './test-naga.mjs';

const REPORTS = join(ROOT, 'out', 'reports');
const environment = setUp({ browser: true });
const counts = { passed: 0, failed: 0 };

function stage(name, work) {
  const start = Date.now();
  console.log(`\n== ${name}`);
  const { passed, failed } = work();
  counts.passed += passed;
  counts.failed += failed;
  console.log(`== ${name}: ${passed} passed, ${failed} failed (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

const check = (name, work) => stage(name, () => (work() ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }));

function vitest(project) {
  stage(`${project} tests`, () => {
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
check('format', () => runTool('prettier', ['--check', '--log-level', 'warn', '.']));
check('types', () => runTool('tsc', ['--noEmit']));
check('library build', () => runTool('vite', ['build', '--logLevel', 'warn']));
check('declarations', () => run(process.execPath, ['tools/build-types.mjs']));
check('pages build', () => runTool('vite', ['build', '--mode', 'pages', '--logLevel', 'warn']));
// By the package's own name, through `exports`, in a Node that has neither WebGPU nor a page.
const { exports: subpaths } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const imports = Object.keys(subpaths).map((subpath) => `import '${subpath.replace('.', 'rho-webgpu')}';`);
check('package', () => run(process.execPath, ['--input-type=module', '--eval', imports.join(' ')]));
const isLinted = await linted;
check('lint', () => isLinted);
for (const project of ['unit', 'gpu', 'pages']) vitest(project);
const naga = await testNaga();
if (naga) stage('kernels through Naga, float16', () => naga);
else console.log('\n== kernels through Naga, float16: left out, since Mesa has no software driver here');
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

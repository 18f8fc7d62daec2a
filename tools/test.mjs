// `npm test`: every check and test, from a bare checkout; ends with `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, setUp } from './setup.mjs';

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

const check = (name, args) =>
  stage(name, () => (run('npx', args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }));

function vitest(project) {
  stage(`${project} tests`, () => {
    const report = join(REPORTS, `${project}.json`);
    rmSync(report, { force: true });
    const args = [
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const ok = run('npx', args, environment);
    try {
      const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
      // A file that does not load has no failed test, but it failed.
      return { passed: numPassedTests, failed: Math.max(numFailedTests, ok ? 0 : 1) };
    } catch {
      return { passed: 0, failed: 1 };
    }
  });
}

mkdirSync(REPORTS, { recursive: true });
check('lint', ['eslint', '.']);
check('format', ['prettier', '--check', '--log-level', 'warn', '.']);
check('types', ['tsc', '--noEmit']);
check('build', ['vite', 'build', '--logLevel', 'warn']);
for (const project of ['unit', 'gpu', 'pages']) vitest(project);
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

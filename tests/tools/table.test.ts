import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { currentCommit } from '../../tools/commit';
import { short } from '../../src/profile/short';
import { pairTable, textTable } from '../../tools/table';

test('columns are as wide as they must be', () => {
  const columns = [{ title: 'layer' }, { title: 'ms', align: 'right' }] as const;
  expect(
    textTable(columns, [
      ['a', '1.25'],
      ['longest', '-'],
    ]),
  ).toBe(['layer      ms', 'a        1.25', 'longest     -'].join('\n'));
  expect(textTable(columns, [])).toBe('layer  ms');
  expect(
    pairTable([
      ['a', 'x'],
      ['bcd', 'y'],
    ]),
  ).toBe('a    x\nbcd  y');
});

test.each([
  [1234.5, '1235'],
  [12.345, '12.3'],
  [1.2345, '1.23'],
  [0.012345, '0.0123'],
  [0.09999, '0.100'],
  [9.9999, '10.0'],
  [0.00001, '0.0000'],
  [0, '0'],
  [undefined, '-'],
  [Infinity, '-'],
])('%s in three digits', (value, text) => {
  expect(short(value)).toBe(text);
});

test('a commit, or null outside git', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rho-commit-'));
  expect(currentCommit(folder)).toBeNull();
  rmSync(folder, { recursive: true });
  const commit = currentCommit();
  if (commit !== null) expect(commit).toMatch(/^[0-9a-f]{12,}(-dirty)?$/);
});

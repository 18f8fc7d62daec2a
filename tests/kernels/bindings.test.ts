import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { lower } from '../../src/graph/lower';
import type { Precision } from '../../src/kernels/kernel';
import { CASES } from '../cases/index';

const folder = new URL('../../src/kernels/', import.meta.url);
const stems = readdirSync(folder)
  .filter((file) => file.endsWith('.wgsl'))
  .map((file) => file.replace('.wgsl', ''));

test('every kernel has cases, and every case a kernel', () => {
  expect([...new Set(CASES.map(({ kernel }) => kernel))].sort()).toEqual(stems.sort());
});

describe.each(CASES.map((c) => [c.name, c] as const))('%s', (_, { graph, kernel }) => {
  const [dispatch] = lower(graph);
  test('is computed by the kernel it is named after', () => expect(dispatch!.kernel).toBe(kernel));
  test.each(['f32', 'f16', 'packed'] as Precision[])('%s: the declared bindings are those of the WGSL', (precision) => {
    const reflected = new WgslReflect(dispatch!.source(precision)).storage.map(({ name, access, group, binding }) => {
      return { name, group, binding, access: access === 'read' ? 'read' : 'write' };
    });
    const declared = dispatch!.bindings.map(({ name, access }, binding) => ({ name, group: 0, binding, access }));
    expect(reflected.sort((a, b) => a.binding - b.binding)).toEqual(declared);
  });
});

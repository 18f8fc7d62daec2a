import { describe, expect, test } from 'vitest';
import { lower } from '../../src/graph/lower';
import { denseVariants } from '../../src/kernels/dense';
import { dispatchFacts, workgroupMemory } from '../../src/profile/dispatch-facts';
import { CASES } from '../cases/index';

describe('workgroup memory', () => {
  test.each([
    ['none', 'fn main() {}', 0],
    ['by name', 'const A = 3u;\nconst B = A * (A + 1u);\nvar<workgroup> x: array<vec4f, B>;', 192],
    ['whole division', 'const A = 7u;\nvar<workgroup> x: array<f32, A / 2u>;', 12],
    ['of an alias of halves', 'alias Vec = vec4<f16>;\nvar<workgroup> x: array<Vec, 10u - 2u>;', 64],
    ['matrices', 'var<workgroup> x: array<mat4x4f, 2>;', 128],
    ['two of them', 'var<workgroup> x: array<u32, 2>;\nvar<workgroup> y: array<f32, 3>;', 20],
    ['a name that is none', 'var<workgroup> x: array<f32, COUNT>;', NaN],
  ])('%s', (_, wgsl, bytes) => {
    expect(workgroupMemory(wgsl)).toBe(bytes);
  });
});

test('of every kernel: within the default limit, and only where it has workgroup variables', () => {
  for (const { name, graph } of CASES) {
    for (const dispatch of lower(graph, (_, work) => denseVariants(work).at(-1)!)) {
      const facts = dispatchFacts(dispatch, 'f32', [dispatch.workgroups, 1, 1], 16384);
      expect(facts.workgroupBytes > 0, name).toBe(facts.wgsl.includes('var<workgroup>'));
      expect(facts.workgroupBytes, name).toBeLessThanOrEqual(16384);
      expect(facts.invocations, name).toBe(facts.workgroups * facts.workgroupSize);
      for (const binding of facts.bindings)
        expect(binding.bytes > 0, `${name} ${binding.name}`).toBe(binding.resource !== 'unused');
    }
  }
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planMemory, type Lifetime } from '../../src/graph/plan';

const lifetimes = fc
  .array(fc.record({ byteLength: fc.integer({ min: 1, max: 1 << 20 }), first: fc.nat(30), length: fc.nat(10) }), {
    maxLength: 40,
  })
  .map((values) =>
    values.map(({ byteLength, first, length }, i): Lifetime => ({
      name: `t${i}`,
      byteLength,
      first,
      last: first + length,
    })),
  );

test('no two tensors that live at the same time share a slot, and every slot is large enough', () => {
  fc.assert(
    fc.property(lifetimes, (values) => {
      const { slotOf, slotBytes } = planMemory(values);
      for (const a of values) {
        expect(slotBytes[slotOf.get(a.name)!]).toBeGreaterThanOrEqual(a.byteLength);
        for (const b of values) {
          if (a === b || a.last < b.first || b.last < a.first) continue;
          expect(slotOf.get(a.name), `${a.name} and ${b.name}`).not.toBe(slotOf.get(b.name));
        }
      }
    }),
  );
});

test('a chain needs two slots, whatever its length', () => {
  const chain = Array.from({ length: 20 }, (_, i): Lifetime => ({
    name: `t${i}`,
    byteLength: 100 + (i % 2),
    first: i,
    last: i + 1,
  }));
  expect(planMemory(chain).slotBytes).toEqual([101, 100]);
});

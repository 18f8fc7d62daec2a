import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/weights/checkpoint';
import { readZip } from '../../src/weights/zip';
import { readSafetensors, writeSafetensors } from '../../src/weights/safetensors';
import { golden, resultOrRefusal } from './golden';
import { makePth, makeZip } from './make-pth';

const NAMES = ['kinds-zip.pth', 'kinds-legacy.pth', 'kinds-protocol-4.pth', 'training-zip.pth'];
const small = writeSafetensors({
  metadata: new Map([['about', 'a test']]),
  entries: new Map([
    ['a', { dtype: 'F32', shape: [2, 1], bytes: new Uint8Array(8) }],
    ['b', { dtype: 'F16', shape: [3], bytes: new Uint8Array(6) }],
  ]),
});
const FILES = [...NAMES.map((name) => ({ name, bytes: golden(name) })), { name: 'safetensors', bytes: small }];

/** Reads; what comes of it may not be much larger than the file. */
function readBounded(bytes: Uint8Array, where: string): void {
  const tensors = resultOrRefusal(() => readCheckpoint(bytes), where);
  const memory = new Set([...(tensors?.values() ?? [])].map(({ data }) => data.buffer));
  const total = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (total > 8 * bytes.length + (1 << 20)) throw new Error(`${where}: ${total} bytes from ${bytes.length}`);
}

describe('damaged files are read or refused in words', () => {
  test.each(FILES)('$name cut short anywhere', ({ name, bytes }) => {
    for (let length = 0; length < bytes.length; length++) {
      const result = resultOrRefusal(() => readCheckpoint(bytes.subarray(0, length)), `${name} to ${length}`);
      expect(result, `${name} cut at ${length}`).toBeUndefined();
    }
  });

  test.each(FILES)('$name with any byte changed', ({ name, bytes }) => {
    const changed = bytes.slice();
    for (let i = 0; i < bytes.length; i++) {
      for (const mask of [0x01, 0xff]) {
        changed[i] = bytes[i]! ^ mask;
        readBounded(changed, `${name}, byte ${i} ^ ${mask}`);
      }
      changed[i] = bytes[i]!;
    }
  });

  // The checksums of the archive would catch nearly every change above before it came to the pickle.
  test.each(['kinds-zip.pth', 'kinds-protocol-4.pth', 'training-zip.pth'])(
    '%s with any byte of its pickle changed',
    (name) => {
      const files = [...readZip(golden(name))].map(([path, data]) => ({ name: path, data: data.slice() }));
      const pickle = files.find(({ name: path }) => path.endsWith('/data.pkl'))!.data;
      for (let i = 0; i < pickle.length; i++) {
        const before = pickle[i]!;
        for (const mask of [0x01, 0xff]) {
          pickle[i] = before ^ mask;
          readBounded(makeZip(files), `${name}, data.pkl ${i} ^ ${mask}`);
        }
        pickle[i] = before;
      }
    },
  );

  test('random operations', () => {
    const text = (value: string): number[] => [0x8c, value.length, ...new TextEncoder().encode(value)];
    const global = (name: string): number[] => [0x63, ...new TextEncoder().encode(name.replace(' ', '\n') + '\n')];
    const names = ['torch._utils _rebuild_tensor_v2', 'torch FloatStorage', 'collections OrderedDict', 'os system'];
    const operation = fc.oneof(
      fc.constantFrom(
        ...Array.from('().N}]saeutRQb', (c) => [c.charCodeAt(0)]),
        [0x85],
        [0x86],
        [0x87],
        [0x89],
        [0x93],
        [0x94],
      ),
      fc.nat(255).map((value) => [0x4b, value]),
      fc.nat(3).map((index) => [0x71, index]),
      fc.nat(3).map((index) => [0x68, index]),
      fc.constantFrom('storage', '0', 'cpu', 'weight', 'model').map(text),
      fc.constantFrom(...names).map(global),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const pickle = Uint8Array.from([0x80, 2, ...operations.flat(), 0x2e]);
        readBounded(makePth(pickle), 'random operations');
      }),
      { numRuns: 3000 },
    );
  });

  test('safetensors with random headers', () => {
    const offsets = fc.array(fc.oneof(fc.integer({ min: -1, max: 20 }), fc.double()), { maxLength: 3 });
    const entry = fc.record(
      {
        dtype: fc.constantFrom('F32', 'F16', 'I64', 'BF16', 'U8', 'Q'),
        shape: fc.array(fc.oneof(fc.nat(5), fc.double()), { maxLength: 3 }),
        data_offsets: offsets,
        extra: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('a', '__metadata__', '__proto__')),
      fc.oneof(entry, fc.jsonValue()),
    );
    fc.assert(
      fc.property(header, fc.nat(24), (value, size) => {
        const text = new TextEncoder().encode(JSON.stringify(value));
        const bytes = new Uint8Array(8 + text.length + size);
        bytes[0] = text.length & 0xff;
        bytes[1] = text.length >> 8;
        bytes.set(text, 8);
        resultOrRefusal(() => readSafetensors(bytes), JSON.stringify(value));
      }),
      { numRuns: 2000 },
    );
  });
});

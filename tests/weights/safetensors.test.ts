import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repeatedKey } from '../../src/weights/json-keys';
import {
  decodeSafetensors,
  readSafetensors,
  writeSafetensors,
  type SafetensorsEntry,
} from '../../src/weights/safetensors';
import { expectRefusal } from './golden';
import { concat } from './make-pth';

/** A file with this header and so many bytes of data. */
function makeFile(header: string | object, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return concat(length, text, new Uint8Array(dataBytes));
}

const entry = (begin: number, end: number, dtype = 'F32', shape = [(end - begin) / 4]): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const float32 = (...values: number[]): SafetensorsEntry => ({
  dtype: 'F32',
  shape: [values.length],
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

test('what is written is read', () => {
  const sizes = { F64: 8, F32: 4, F16: 2, U8: 1 };
  const entries = fc
    .tuple(fc.constantFrom('F64', 'F32', 'F16', 'U8'), fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(255))
    .map(([dtype, shape, fill]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return { dtype, shape, bytes: new Uint8Array(count * sizes[dtype]).fill(fill) };
    });
  const names = fc.stringMatching(/^[\x20-\x7e]{1,12}$/).filter((name) => name !== '__metadata__');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(names, entries), { maxLength: 6 }),
      fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }),
      (list, about) => {
        const file = { metadata: new Map(about), entries: new Map(list) };
        const bytes = writeSafetensors(file);
        const { metadata, entries: found } = readSafetensors(bytes);
        expect(new Map(metadata)).toEqual(file.metadata);
        expect(new Map(found)).toEqual(file.entries);
      },
    ),
  );
});

test('the bytes do not depend on the order of tensors and metadata, and every tensor is aligned', () => {
  const small = { dtype: 'F16', shape: [1], bytes: new Uint8Array(2) };
  const entries: [string, SafetensorsEntry][] = [
    ['a', small],
    ['10', float32(1)],
    ['9', float32(2, 3)],
    ['b', float32(4)],
  ];
  const metadata: [string, string][] = [
    ['x', '1'],
    ['2', '3'],
  ];
  const written = writeSafetensors({ metadata: new Map(metadata), entries: new Map(entries) });
  const reversed = writeSafetensors({ metadata: new Map(metadata.reverse()), entries: new Map(entries.reverse()) });
  expect(written).toStrictEqual(reversed);
  const tensors = decodeSafetensors(readSafetensors(written));
  expect([...tensors.keys()]).toStrictEqual(['10', '9', 'b', 'a']);
  expect(tensors.get('9')!.data.buffer).toBe(written.buffer);
});

describe('refused', () => {
  const one = { a: entry(0, 4) };
  const names =
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(7), /ends before its header/],
    ['a header longer than the file', makeFile(one).fill(1, 2, 3), /claims \d+ bytes/],
    ['a header of 2^63', makeFile(one).fill(0x80, 7, 8), /claims \d+ bytes/],
    ['no JSON', makeFile('{"a":'), /not JSON/],
    ['deep JSON', makeFile(`{"a":${'['.repeat(200_000)}`), /not JSON/],
    ['an array', makeFile('[]'), /not a JSON object/],
    ['space before the brace', makeFile(' {}'), /not a JSON object/],
    ['text that is not UTF-8', makeFile('{}').fill(0xff, 9, 10), /not JSON/],
    ['a key twice, once escaped', makeFile(names, 4), /'a' twice/],
    [
      'a field twice',
      makeFile('{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}', 4),
      /'dtype' twice/,
    ],
    ['an unknown field', makeFile({ a: { ...entry(0, 4), strides: [1] } }, 4), /header of a is not/],
    ['a missing field', makeFile({ a: { dtype: 'F32', shape: [1] } }, 4), /header of a is not/],
    ['an unknown type', makeFile({ a: entry(0, 4, 'Q4', [1]) }, 4), /unknown type 'Q4'/],
    ['a type named like a method', makeFile({ a: entry(0, 4, 'toString', [1]) }, 4), /unknown type 'toString'/],
    ['a fraction', makeFile({ a: entry(0, 4, 'F32', [0.5]) }, 4), /header of a is not/],
    ['a negative size', makeFile({ a: entry(0, 4, 'F32', [-1, -1]) }, 4), /header of a is not/],
    ['nine sizes', makeFile({ a: entry(0, 4, 'F32', new Array<number>(9).fill(1)) }, 4), /header of a is not/],
    ['an overflowing shape', makeFile({ a: entry(0, 0, 'F32', [2 ** 40, 2 ** 40]) }), /cannot take 0 bytes/],
    ['too few bytes for the shape', makeFile({ a: entry(0, 4, 'F32', [2]) }, 4), /cannot take 4 bytes/],
    ['reversed offsets', makeFile({ a: entry(4, 0, 'F32', [1]) }, 4), /cannot take -4 bytes/],
    ['a hole', makeFile({ a: entry(0, 4), b: entry(8, 12) }, 12), /b begins at 8, not at 4/],
    ['a hole at the start', makeFile({ a: entry(4, 8) }, 8), /a begins at 4, not at 0/],
    ['an overlap', makeFile({ a: entry(0, 8), b: entry(4, 8) }, 8), /b begins at 4, not at 8/],
    ['too little data', makeFile(one, 3), /take 4 bytes but it has 3/],
    ['too much data', makeFile(one, 5), /take 4 bytes but it has 5/],
    ['metadata that is not text', makeFile({ __metadata__: { a: 1 } }), /metadata/],
    ['a name of two lines', makeFile({ 'a\nb': entry(0, 4) }, 4), /'a\?b' is not 1 to 256 printable/],
  ])('%s', (_, bytes, message) => {
    expectRefusal(() => readSafetensors(bytes), message);
  });

  test('bytes as weights', () => {
    const file = readSafetensors(makeFile({ a: entry(0, 4, 'U8', [4]) }, 4));
    expectRefusal(() => decodeSafetensors(file), /a is U8/);
  });
});

test('__proto__ is a name like others', () => {
  const { entries } = readSafetensors(makeFile('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4));
  expect([...entries.keys()]).toStrictEqual(['__proto__']);
});

test('repeated keys are found at any depth and only in one object', () => {
  expect(repeatedKey('{"a":{"b":1,"c":[{"b":2}]},"b":"a","c":"\\":"}')).toBeUndefined();
  expect(repeatedKey('[{"a":[1,{"b" : "\\"", "\\u0062":2}]}]')).toBe('b');
  expect(repeatedKey('{"":1,"a":{"":1},"":2}')).toBe('');
});

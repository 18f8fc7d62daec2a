import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/weights/checkpoint';
import { readZip } from '../../src/weights/zip';
import { expectRefusal, golden } from './golden';
import { concat, makeZip, tensorPickle, type ZipEntry } from './make-pth';

const a: ZipEntry = { name: 'x/a', data: new Uint8Array([1, 2, 3]) };
const b: ZipEntry = { name: 'x/b', data: new Uint8Array([4]) };

test('stored entries are read, empty ones too', () => {
  const files = readZip(makeZip([a, b, { name: 'x/c', data: new Uint8Array() }]));
  expect([...files].map(([name, data]) => [name, [...data]])).toStrictEqual([
    ['x/a', [1, 2, 3]],
    ['x/b', [4]],
    ['x/c', []],
  ]);
});

describe('archives that are refused', () => {
  test.each<[string, ZipEntry[], RegExp]>([
    ['compressed', [{ ...a, method: 8 }], /'x\/a' in the archive is compressed \(method 8\)/],
    ['encrypted', [{ ...a, flags: 1 }], /'x\/a' in the archive is encrypted/],
    ['other flags', [{ ...a, flags: 0x2000 }], /torch\.save does not use/],
    ['a name twice', [a, b, { ...a, data: b.data }], /'x\/a' twice/],
    [
      'two names in one place',
      [a, { ...a, name: 'x/b', localHeader: 0 }],
      /differs between the archive and its directory/,
    ],
    [
      'an entry within another',
      [
        { ...a, data: makeZip([b]) },
        { ...b, localHeader: 33 },
      ],
      /'x\/a' and 'x\/b' overlap/,
    ],
    ['another name in the local header', [{ ...a, localName: 'x/z' }], /differs/],
    ['a header beyond the file', [{ ...a, localHeader: 1 << 20 }], /ends too early/],
    ['data beyond the file', [{ ...a, statedSize: 1 << 20 }], /ends too early/],
    ['data over the directory', [{ ...a, statedSize: 40 }], /ends too early/],
    ['4 GiB', [{ ...a, statedSize: 0xffffffff }], /ends too early|does not use/],
    ['a path upwards', [{ ...a, name: 'x/../../a' }], /lead out/],
    ['an absolute path', [{ ...a, name: '/a' }], /lead out/],
    ['a Windows path', [{ ...a, name: 'C:\\a' }], /lead out/],
    ['a control character', [{ ...a, name: 'x/a\n' }], /'x\/a\?'/],
  ])('%s', (_, entries, message) => {
    expectRefusal(() => readZip(makeZip(entries)), message);
  });

  test('damaged data', () => {
    const bytes = makeZip([a, b]);
    bytes[33]! ^= 1;
    expectRefusal(() => readZip(bytes), /checksum of 'x\/a' is wrong/);
  });

  test('a comment, or anything after the end', () => {
    expectRefusal(() => readZip(concat(makeZip([a]), [0])), /no end/);
    const bytes = concat(makeZip([a]), [0]);
    bytes[bytes.length - 3] = 1;
    expectRefusal(() => readZip(bytes), /no end/);
  });

  test('something before the directory end that it does not mention', () => {
    const bytes = makeZip([a]);
    expectRefusal(() => readZip(concat(bytes.slice(0, -22), [0], bytes.slice(-22))), /not where its end says/);
  });

  test('a 64-bit end that says something else', () => {
    const bytes = golden('module-zip.pth');
    const record = bytes.length - 22 - 20 - 56;
    for (const field of [4, 16, 24, 32, 40, 48, 56 + 8]) {
      const changed = bytes.slice();
      changed[record + field]! ^= 1;
      expectRefusal(() => readZip(changed), /two ends of the archive do not agree/);
    }
  });
});

describe('archives that are no checkpoint', () => {
  const pickle = tensorPickle();
  const storage = { name: 'x/data/0', data: new Uint8Array(16) };
  test.each<[string, ZipEntry[], RegExp]>([
    ['no pickle', [a], /without data\.pkl/],
    ['a pickle at the top', [{ name: 'data.pkl', data: pickle }], /without data\.pkl/],
    [
      'two pickles',
      ['x', 'y'].map((folder) => ({ name: `${folder}/data.pkl`, data: pickle })),
      /archive of 2 checkpoints/,
    ],
    ['no storage', [{ name: 'x/data.pkl', data: pickle }], /lacks the storage '0'/],
    [
      'big-endian',
      [{ name: 'x/data.pkl', data: pickle }, storage, { name: 'x/byteorder', data: new TextEncoder().encode('big') }],
      /big-endian/,
    ],
  ])('%s', (_, entries, message) => {
    expectRefusal(() => readCheckpoint(makeZip(entries)), message);
  });

  test('the further records of newer PyTorch', () => {
    const text = (name: string, content: string): ZipEntry => ({ name, data: new TextEncoder().encode(content) });
    const files = [
      { name: 'x/data.pkl', data: pickle },
      text('x/.format_version', '1'),
      text('x/.storage_alignment', '64'),
      text('x/byteorder', 'little'),
      storage,
      text('x/version', '3\n'),
      text('x/.data/serialization_id', '0123456789'),
    ];
    expect(readCheckpoint(makeZip(files)).size).toBe(1);
  });
});

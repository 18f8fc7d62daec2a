import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/weights/checkpoint';
import { expectRefusal } from './golden';
import { concat, LEGACY_HEAD, makePth, op, tensorOps, tensorPickle } from './make-pth';

const read = (pickle: Uint8Array): unknown => readCheckpoint(makePth(pickle));
const pickle = (...ops: (readonly number[])[]): Uint8Array => concat(op.proto, ...ops, op.stop);

test('the makers make what can be read', () => {
  expect(readCheckpoint(makePth(tensorPickle())).get('weight')!.data).toStrictEqual(new Float32Array(4));
});

describe('names', () => {
  test.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['torch.hub', 'load'],
    ['torch._utils', '_rebuild_tensor'],
    ['torch', 'UntypedStorage'],
    ['__proto__', 'constructor'],
    ['', ''],
  ])('%s.%s is refused, called or not', (module, name) => {
    const message = new RegExp(`it asks for '${module}.${name}'`);
    expectRefusal(() => read(pickle(op.global(module, name))), message);
    expectRefusal(() => read(pickle(op.global(module, name), op.emptyTuple, op.reduce)), message);
    const stackGlobal = [...op.text(module), ...op.text(name), 0x93];
    expectRefusal(() => read(pickle(stackGlobal)), message);
  });

  test('cannot break the line of a message', () => {
    expectRefusal(
      () => read(pickle(op.text('os\u001b[2J\n'), op.text('\u2028x'.repeat(300)), [0x93])),
      /'os\?\[2J\?\.\?x/,
    );
  });

  test('without an end', () => {
    expectRefusal(() => read(pickle([0x63], new Array<number>(5000).fill(0x61))), /name without an end/);
  });
});

describe('calls', () => {
  test.each<[string, number[], RegExp]>([
    ['of text', [...op.text('a'), ...op.emptyTuple, ...op.reduce], /uncallable/],
    ['with what is no tuple', [...op.global('collections', 'OrderedDict'), ...op.none, ...op.reduce], /uncallable/],
    [
      'of a storage class',
      [...op.global('torch', 'FloatStorage'), ...op.emptyTuple, ...op.reduce],
      /calls 'torch\.FloatStorage'/,
    ],
    [
      'of OrderedDict with arguments',
      [...op.global('collections', 'OrderedDict'), ...op.int(1), 0x85, ...op.reduce],
      /OrderedDict/,
    ],
    [
      'of a tensor without a storage',
      [...op.global('torch._utils', '_rebuild_tensor_v2'), ...op.emptyTuple, ...op.reduce],
      /malformed tensor/,
    ],
    [
      'of a parameter of nothing',
      [...op.global('torch._utils', '_rebuild_parameter'), ...op.emptyTuple, ...op.reduce],
      /malformed parameter/,
    ],
    [
      'by another operation (NEWOBJ)',
      [...op.global('collections', 'OrderedDict'), ...op.emptyTuple, 0x81],
      /operation 0x81/,
    ],
    ['by another operation (INST)', [0x69], /operation 0x69/],
  ])('%s', (_, ops, message) => {
    expectRefusal(() => read(pickle(ops)), message);
  });
});

describe('attributes', () => {
  const ordered = [...op.global('collections', 'OrderedDict'), ...op.emptyTuple, ...op.reduce];
  const dict = (key: string): number[] => [...op.emptyDict, ...op.text(key), ...op.none, ...op.setItem];
  test.each<[string, number[]]>([
    ['of a tensor', [...tensorOps(), ...dict('_metadata'), ...op.build]],
    ['of a plain dict', [...op.emptyDict, ...dict('_metadata'), ...op.build]],
    ['other than _metadata', [...ordered, ...dict('__class__'), ...op.build]],
    ['that are no dict', [...ordered, ...op.none, ...op.build]],
  ])('%s are refused', (_, ops) => {
    expectRefusal(() => read(pickle(ops)), /sets attributes/);
  });
});

describe('the stack and the memo', () => {
  test.each<[string, number[], RegExp]>([
    ['nothing to pop', [0x85], /takes more than it has/],
    ['pop through a mark', [...op.none, ...op.mark, 0x85], /takes more than it has/],
    ['no mark', op.tuple, /mark/],
    ['an open mark', [...op.mark, ...op.none], /takes more|leaves something/],
    ['two results', [...op.none, ...op.none], /leaves something/],
    ['no result', [], /takes more than it has/],
    ['recall without store', op.get(3), /recalls 3/],
    ['recall far away', [0x6a, 255, 255, 255, 255], /recalls 4294967295/],
    ['store of nothing', op.put(0), /takes more than it has/],
    ['append to a dict', [...op.emptyDict, ...op.none, ...op.append], /no list/],
    ['set an item of a list', [...op.emptyList, ...op.none, ...op.none, ...op.setItem], /no dict/],
    ['half an item', [...op.emptyDict, ...op.mark, ...op.none, ...op.setItems], /no dict/],
    ['a tuple as key', [...op.emptyDict, ...op.emptyTuple, ...op.none, ...op.setItem], /dict key/],
    [
      'a key twice',
      [...op.emptyDict, ...op.mark, ...op.int(1), ...op.none, ...op.int(1), ...op.none, ...op.setItems],
      /'1' twice/,
    ],
    ['a nameless global', [...op.none, ...op.none, 0x93], /nameless/],
    ['text that is not UTF-8', [0x58, 1, 0, 0, 0, 0xff], /UTF-8/],
    ['text beyond the end', [0x58, 0, 1, 0, 0], /ends too early/],
    ['long text', [0x58, 255, 255, 255, 255], /4294967295 bytes/],
    ['a frame beyond the end', [0x95, 255, 0, 0, 0, 0, 0, 0, 0], /frame/],
    ['a frame of 2^64 - 1', [0x95, ...new Array<number>(8).fill(255)], /no file can have/],
    ['protocol 9', [0x80, 9], /protocol 9/],
  ])('%s', (_, ops, message) => {
    expectRefusal(() => read(pickle(ops)), message);
  });

  test('more operations than any checkpoint has', () => {
    const ops = new Uint8Array(1_100_000).fill(0x4e);
    expectRefusal(() => read(ops), /more than 1000000 operations/);
  });

  test('a tree of shared tuples is not walked', () => {
    const doublings = Array.from({ length: 200 }, () => [...op.put(0), ...op.get(0), 0x86]).flat();
    expectRefusal(() => read(pickle(op.emptyTuple, doublings)), /no state dict/);
  });

  test('a dict within itself', () => {
    const nested = [...op.emptyDict, ...op.put(0), ...op.text('model'), ...op.get(0), ...op.setItem];
    expectRefusal(() => read(pickle(nested)), /nested more than 3 deep/);
  });

  test('something after the end', () => {
    expectRefusal(() => read(concat(tensorPickle(), op.none)), /goes on for 1 bytes/);
  });
});

describe('tensors', () => {
  const huge = op.long(0, 0, 0, 0, 0, 0, 16); // 2^52
  test.each<[string, Parameters<typeof tensorPickle>[0], RegExp]>([
    ['a shape beyond its storage', { shape: [op.int(5)] }, /reaches beyond its storage of 4/],
    ['a stride beyond its storage', { shape: [op.int(2)], stride: [op.int(4)] }, /reaches beyond/],
    ['an offset beyond its storage', { offset: op.int(1) }, /reaches beyond/],
    ['an offset beyond its storage, empty', { offset: op.int(5), shape: [op.int(0)] }, /reaches beyond/],
    ['a negative offset', { offset: op.int(-1) }, /malformed tensor/],
    ['a negative size', { shape: [op.int(-1)] }, /sizes/],
    ['a negative stride', { stride: [op.int(-1)] }, /sizes/],
    ['a size that is text', { shape: [op.text('4')] }, /sizes/],
    ['a size beyond 2^53', { shape: [op.long(1, 0, 0, 0, 0, 0, 0, 1)] }, /sizes/],
    ['a huge size', { shape: [huge, huge], stride: [huge, huge] }, /reaches beyond/],
    [
      'huge sizes of stride 0',
      { shape: [huge, huge, huge], stride: [op.int(0), op.int(0), op.int(0)] },
      /too large for a file/,
    ],
    ['many elements of stride 0', { shape: [op.int(1 << 30)], stride: [op.int(0)] }, /too large for a file/],
    [
      'nine dimensions',
      { shape: new Array<number[]>(9).fill(op.int(1)), stride: new Array<number[]>(9).fill(op.int(1)) },
      /up to 8/,
    ],
    ['fewer strides than sizes', { stride: [] }, /with stride/],
    ['a storage shorter than promised', { length: 5 }, /storage '0' has 16 bytes; 5 elements of F32/],
    [
      'a storage longer than promised',
      { length: 4, storageClass: 'HalfStorage' },
      /storage '0' has 16 bytes; 4 elements of F16/,
    ],
    ['a storage of negative length', { length: -1 }, /not a storage/],
    ['a storage that is not there', { key: '../../etc/passwd' }, /lacks the storage/],
    ['a storage named __proto__', { key: '__proto__' }, /lacks the storage/],
  ])('%s', (_, spec, message) => {
    expectRefusal(() => read(tensorPickle(spec)), message);
  });

  test('two ideas of one storage', () => {
    const second = tensorOps({ storageClass: 'HalfStorage', length: 8 });
    const both = [
      ...op.emptyDict,
      ...op.mark,
      ...op.text('a'),
      ...tensorOps(),
      ...op.text('b'),
      ...second,
      ...op.setItems,
    ];
    expectRefusal(() => read(pickle(both)), /'0' is F32 x 4 and F16 x 8/);
  });

  test('an infinite number of names is not shown', () => {
    const items = Array.from({ length: 50 }, (_, i) => [...op.text(`key ${i}`), ...op.none]).flat();
    expectRefusal(() => read(pickle(op.emptyDict, op.mark, items, op.setItems)), /'key 4', \.\.\.;/);
  });

  test.each(['', 'line\nbreak', 'x'.repeat(300)])('a tensor named %j', (name) => {
    expectRefusal(() => read(pickle(op.emptyDict, op.text(name), tensorOps(), op.setItem)), /printable/);
  });

  test('a tensor named __proto__ is one like others', () => {
    const tensors = readCheckpoint(makePth(pickle(op.emptyDict, op.text('__proto__'), tensorOps(), op.setItem)));
    expect([...tensors.keys()]).toStrictEqual(['__proto__']);
  });

  test('two state dicts are ambiguous', () => {
    const dict = [...op.emptyDict, ...op.text('w'), ...tensorOps(), ...op.setItem];
    const both = [
      ...op.emptyDict,
      ...op.mark,
      ...op.text('params'),
      ...dict,
      ...op.text('params_ema'),
      ...dict,
      ...op.setItems,
    ];
    expectRefusal(() => read(pickle(both)), /more than one state dict \(params, params_ema\)/);
  });

  test('a persistent id of something else', () => {
    expectRefusal(() => read(pickle(op.text('storage'), op.persistentId)), /not a storage/);
  });
});

describe('the legacy stream', () => {
  const keys = (...names: string[]): Uint8Array =>
    pickle(op.emptyList, ...names.map((name) => [...op.text(name), ...op.append]));
  const count = (value: number): Uint8Array => new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
  const legacy = (...parts: (Uint8Array | number[])[]): unknown =>
    readCheckpoint(concat(LEGACY_HEAD, tensorPickle(), ...parts));

  test('the makers make what can be read', () => {
    expect(legacy(keys('0'), count(4), new Uint8Array(16))).toBeInstanceOf(Map);
  });

  test.each<[string, (Uint8Array | number[])[], RegExp]>([
    ['no list of storages', [pickle(op.none)], /no list of storages/],
    ['an empty list', [keys()], /lacks the storage '0'/],
    ['a storage nobody asked for', [keys('1')], /'1' unasked/],
    ['a storage twice', [keys('0', '0'), count(4), new Uint8Array(16), count(4), new Uint8Array(16)], /'0' unasked/],
    ['a count too small', [keys('0'), count(3), new Uint8Array(12)], /has 12 bytes; 4 elements/],
    ['a count too large', [keys('0'), count(5), new Uint8Array(16)], /ends too early/],
    ['a huge count', [keys('0'), count(2 ** 53 - 1)], /ends too early/],
    ['a count of 2^64 - 1', [keys('0'), new Uint8Array(8).fill(255)], /no file can have/],
    ['more after the last storage', [keys('0'), count(4), new Uint8Array(17)], /goes on for 1 bytes/],
  ])('%s', (_, parts, message) => {
    expectRefusal(() => legacy(...parts), message);
  });

  test('another protocol', () => {
    const head = LEGACY_HEAD.slice();
    head[18] = 0xea;
    expectRefusal(() => readCheckpoint(head), /only 1001 is known/);
  });

  test('big-endian numbers', () => {
    const head = LEGACY_HEAD.slice();
    head[head.lastIndexOf(0x88)] = 0x89;
    expectRefusal(() => readCheckpoint(head), /big-endian/);
  });
});

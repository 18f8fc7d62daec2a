import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/weights/checkpoint';
import { expected, expectRefusal, golden, plain } from './golden';

describe('checkpoints that PyTorch wrote', () => {
  test.each(Object.entries(expected.files))('%s', (name, tensors) => {
    expect(plain(readCheckpoint(golden(name), name))).toStrictEqual(tensors);
  });

  test.each(['kinds-zip.pth', 'kinds-legacy.pth'])('%s at an odd address', (name) => {
    const bytes = golden(name);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(plain(readCheckpoint(moved.subarray(3), name))).toStrictEqual(expected.files[name]);
    // A Buffer's slice() does not copy as that of other typed arrays does.
    expect(plain(readCheckpoint(Buffer.from(moved.buffer, 3), name))).toStrictEqual(expected.files[name]);
  });

  test('keeps the order of the keys', () => {
    const keys = [...readCheckpoint(golden('module-zip.pth')).keys()];
    expect(keys).toStrictEqual(Object.keys(expected.files['module-zip.pth']!));
  });

  test('does not copy what it need not', () => {
    const bytes = golden('module-zip.pth');
    for (const [key, { dtype, data }] of readCheckpoint(bytes))
      if (dtype === 'F32') expect(data.buffer, key).toBe(bytes.buffer);
  });
});

describe('files that PyTorch wrote but that are not weights', () => {
  test.each([
    ['bad-command.pth', /^bad-command\.pth: it asks for '(posix|nt)\.system', .*nothing was run/],
    ['bad-command-legacy.pth', /'(posix|nt)\.system'/],
    ['bad-whole-module.pth', /'torch\.nn\.modules\.linear\.Linear'.*save net\.state_dict\(\)/],
    ['bad-int32.pth', /'torch\.IntStorage'/],
    ['bad-script.pth', /TorchScript/],
    ['bad-compressed.pth', /'module-zip\/[^ ]+' in the archive is compressed \(method 8\)/],
  ])('%s', (name, message) => {
    expectRefusal(() => readCheckpoint(golden(name), name), message);
  });
});

describe('files that are something else', () => {
  const tar = new Uint8Array(1024);
  tar.set(new TextEncoder().encode('./tensors'));
  tar.set(new TextEncoder().encode('ustar'), 257);
  test.each([
    ['nothing', '', /is empty/],
    ['a web page', '\n <!DOCTYPE html><html>', /web page/],
    ['a git-lfs pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:1', /git lfs pull/],
    ['gzip', '\x1f\x8b\x08\x00', /gunzip/],
    ['an empty zip', 'PK\x05\x06' + '\0'.repeat(18), /empty zip/],
    ['text', 'hello\nthere', /neither a \.pth nor safetensors; it begins with 'hello\?there'/],
    ['a tar archive', tar, /tar archive/],
    ['another pickle', '\x80\x02K\x01.', /not one of torch\.save/],
    ['one byte', '\x80', /neither a \.pth/],
  ])('%s', (_, content, message) => {
    const bytes = typeof content === 'string' ? Uint8Array.from(content, (c) => c.charCodeAt(0)) : content;
    expectRefusal(() => readCheckpoint(bytes, 'some file'), message);
    expectRefusal(() => readCheckpoint(bytes, 'some file'), /^some file: /);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { motionPicture } from '../../tools/contact-sheet';
import { readDrivingFolder } from '../../tools/landmark-files';
import { encodeNpy } from '../../tools/npy';
import { prepareFolder, writeFileAtomic } from '../../tools/write-file';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rho-files-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is written whole', async () => {
  await writeFileAtomic(join(folder, 'a.txt'), 'one');
  await writeFileAtomic(join(folder, 'a.txt'), new TextEncoder().encode('two'));
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a file that cannot be written leaves nothing', async () => {
  await expect(writeFileAtomic(join(folder, 'absent', 'a.txt'), 'one')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(writeFileAtomic(folder, 'one')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(prepareFolder(join(folder, 'a.txt'))).rejects.toThrow('it is a file');
  await expect(prepareFolder(join(folder, 'a.txt', 'b'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('driving frames come in the order of their numbers', async () => {
  const driving = join(folder, 'driving');
  await prepareFolder(join(driving, 'landmark'));
  await prepareFolder(join(driving, 'headpose'));
  for (const name of ['2', '10', '1']) {
    writeFileSync(join(driving, 'landmark', `${name}.txt`), `${name} 0.5\r\n`.repeat(72));
    writeFileSync(join(driving, 'headpose', `${name}.txt`), `-1e-3\n`.repeat(6));
  }
  writeFileSync(join(driving, 'landmark', 'notes.md'), 'not a frame');
  const frames = await readDrivingFolder(driving);
  expect(frames.map(({ name }) => name)).toEqual(['1', '2', '10']);
  expect(frames[2]!.face.landmarks[0]).toBe(10);
  expect(frames[2]!.face.headPose[5]).toBe(Math.fround(-1e-3));
});

test('an array as NumPy wants it', () => {
  const bytes = encodeNpy([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  const headerLength = new DataView(bytes.buffer).getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + headerLength));
  expect((10 + headerLength) % 64).toBe(0);
  expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/);
  expect([...new Float32Array(bytes.slice(10 + headerLength).buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a field that moves nothing is white; one to the right is red', () => {
  const still = [-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5];
  const field = (data: number[]) => ({ shape: [1, 2, 2, 2], data: Float32Array.from(data) });
  expect(new Set(motionPicture(field(still)).data)).toEqual(new Set([255]));
  const right = still.map((v, i) => (i % 2 === 0 ? v + 1 : v));
  expect([...motionPicture(field(right)).data.subarray(0, 4)]).toEqual([255, 0, 0, 255]);
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Face } from '../src/engine/face';
import { RhoError } from '../src/errors';
import { LANDMARK_COUNT } from '../src/model/landmarks';
import { HEAD_POSE_SIZE } from '../src/model/rendering-network';
import { readFileOrExplain } from './read-file';

/** A face out of a landmark file (72 lines `x y`) and a head pose file (6 lines of one number). Throws BAD_INPUT naming file and line. */
export async function readFace(landmarkPath: string, headPosePath: string): Promise<Face> {
  return {
    landmarks: await readNumbers(landmarkPath, LANDMARK_COUNT, 2),
    headPose: await readNumbers(headPosePath, HEAD_POSE_SIZE, 1),
  };
}

async function readNumbers(path: string, lineCount: number, perLine: number): Promise<Float32Array> {
  const lines = new TextDecoder()
    .decode(await readFileOrExplain(path))
    .trimEnd()
    .split(/\r?\n/);
  if (lines.length !== lineCount)
    throw new RhoError('BAD_INPUT', `${path}: it has ${lines.length} lines instead of ${lineCount}`);
  const numbers = lines.flatMap((line, i) => {
    const words = line.trim().split(/\s+/);
    if (words.length !== perLine)
      throw new RhoError('BAD_INPUT', `${path}:${i + 1}: ${perLine} numbers are wanted, not "${shortened(line)}"`);
    return words.map((word) => {
      // Number('') is 0 and Number('0x1') is 1; neither belongs here.
      const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word) ? Number(word) : NaN;
      if (!Number.isFinite(value))
        throw new RhoError('BAD_INPUT', `${path}:${i + 1}: "${shortened(word)}" is not a finite number`);
      return value;
    });
  });
  return Float32Array.from(numbers);
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** A driving frame: its number as the files spell it, and its face. */
export interface DrivingFrame {
  readonly name: string;
  readonly face: Face;
}

/** The frames of a folder with `landmark/N.txt` and `headpose/N.txt`, in the order of their numbers. Throws BAD_INPUT. */
export async function readDrivingFolder(path: string): Promise<DrivingFrame[]> {
  const [landmarks, headPoses] = await Promise.all([
    listNumbers(join(path, 'landmark')),
    listNumbers(join(path, 'headpose')),
  ]);
  const lonely = [...landmarks.filter((name) => !headPoses.includes(name)).map((name) => `headpose/${name}.txt`)];
  lonely.push(...headPoses.filter((name) => !landmarks.includes(name)).map((name) => `landmark/${name}.txt`));
  if (lonely.length > 0)
    throw new RhoError('BAD_INPUT', `${path}: ${lonely[0]} is missing (${lonely.length} without a partner)`);
  if (landmarks.length === 0) throw new RhoError('BAD_INPUT', `${path}: there is no landmark/N.txt in it`);
  return Promise.all(
    landmarks.map(async (name) => ({
      name,
      face: await readFace(join(path, 'landmark', `${name}.txt`), join(path, 'headpose', `${name}.txt`)),
    })),
  );
}

async function listNumbers(path: string): Promise<string[]> {
  const files = await readdir(path).catch((cause: unknown) => {
    throw new RhoError('BAD_INPUT', `${path}: there is no such folder`, { cause });
  });
  const names = files.flatMap((file) => /^(\d+)\.txt$/.exec(file)?.[1] ?? []);
  return names.sort((a, b) => Number(a) - Number(b));
}

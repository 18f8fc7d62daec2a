import { sha256 } from '../../src/weights/sha256';
import type { MeasuredFaces } from '../../tools/benchmark';

/** A file of answers by {@link answerKey}: the block means of the first frame's image. */
export type Answers = Readonly<Record<string, readonly number[]>>;

/** The first 16 digits of a SHA-256. */
export const shortHash = async (bytes: Uint8Array): Promise<string> => (await sha256(bytes)).slice(0, 16);

/** Says for which weights, sizes and faces an answer holds, so that none outlives what it was made of. */
export async function answerKey(
  weights: string,
  size: number,
  motionSize: number,
  { picture, face, driving }: MeasuredFaces,
): Promise<string> {
  const numbers = [face, driving[0]!].flatMap(({ landmarks, headPose }) => [
    ...Array.from(landmarks),
    ...Array.from(headPose),
  ]);
  const parts = [Uint8Array.from(picture.data), new Uint8Array(Float32Array.from(numbers).buffer)];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  bytes.set(parts[0]!);
  bytes.set(parts[1]!, parts[0]!.length);
  return `${weights}, ${size}/${motionSize}, inputs ${await shortHash(bytes)}`;
}

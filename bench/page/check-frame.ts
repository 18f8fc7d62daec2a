import { RhoError } from '../../src/errors';
import type { Verdict } from '../../src/profile/benchmark-result';
import { blockMeans, largestDifference } from '../../src/profile/block-means';
import { checkFrame, type CheckedFrame } from '../../tools/check-engine';
import type { MeasuredFaces } from '../../tools/benchmark';
import { answerKey, type Answers } from '../answers/answer-key';

/** Means of blocks may be off by this much of 255: f32 rounds single pixels to the next byte, f16 moves edges a little. */
const BOUNDS = { f32: 0.25, f16: 2, packed: 2 } as const;

/** Compares a first frame with what this device computes in other ways, and with the stored answer where there is one. */
export async function judgeFrame(
  device: GPUDevice,
  frame: CheckedFrame,
  weightsId: string,
  faces: MeasuredFaces,
): Promise<Verdict> {
  const said: string[] = [];
  let isRight = true;
  try {
    said.push(`agrees with ${await checkFrame(device, frame)}`);
  } catch (error) {
    if (!(error instanceof RhoError) || error.code !== 'INTERNAL') throw error;
    isRight = false;
    said.push(error.message);
  }
  const { default: answers } = (await import('../answers/answers.json')) as { default: Answers };
  const answer = answers[await answerKey(weightsId, frame.size, frame.motionSize, faces)];
  if (!answer) return { isRight, said: [...said, 'no stored answer for these weights and sizes'] };
  const difference = largestDifference(blockMeans(frame.result), answer);
  const isNear = difference <= BOUNDS[frame.precision];
  said.push(
    `${isNear ? 'agrees with' : 'differs from'} the stored answer of onnxruntime: means of 8 x 8 blocks are at most ${difference.toFixed(3)} of 255 apart, ${BOUNDS[frame.precision]} allowed`,
  );
  return { isRight: isRight && isNear, said };
}

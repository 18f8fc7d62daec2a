import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlayer, createRecorder, readRecording, type RecordingFile } from '../../src/drivers/recording';
import { RhoError } from '../../src/errors';
import { drawnHead } from './drawn-head';

const heads = Array.from({ length: 30 }, (_, i) =>
  drawnHead({ rotation: [0.1, Math.sin(i / 5) * 0.4, 0], expression: { jawOpen: (i % 10) / 10 } }),
);

function record(): RecordingFile {
  const recorder = createRecorder();
  heads.forEach((head, i) => recorder.add(head, 1000 + i * 40));
  expect(recorder.frames).toBe(heads.length);
  return recorder.finish();
}

test('what is recorded is read again, in little room', () => {
  const text = JSON.stringify(record());
  expect(text.length / heads.length).toBeLessThan(700);
  const { frames, times, durationMs } = readRecording(JSON.parse(text));
  expect(durationMs).toBe(29 * 40);
  expect(times.slice(0, 3)).toEqual([0, 40, 80]);
  frames.forEach(({ landmarks, headPose }, i) => {
    const head = heads[i]!;
    for (let k = 0; k < 144; k++) expect(Math.abs(landmarks[k]! - head.landmarks[k]!)).toBeLessThan(1 / 8000);
    for (let k = 0; k < 6; k++) expect(Math.abs(headPose[k]! - head.headPose[k]!)).toBeLessThan(k === 5 ? 6e-8 : 6e-5);
  });
});

test('times that do not rise are left out, and nothing makes no recording', () => {
  const recorder = createRecorder();
  expect(() => recorder.finish()).toThrow(/nothing/);
  for (const time of [10, 10, 5, NaN, 20]) recorder.add(heads[0]!, time);
  expect(recorder.finish().times).toEqual([0, 10]);
  expect(() => recorder.add({ landmarks: [1], headPose: heads[0]!.headPose }, 30)).toThrow(RhoError);
});

describe('reading', () => {
  const file = record();
  test.each([
    ['nothing', null],
    ['a text', 'recording'],
    ['another file', {}],
    ['another version', { ...file, version: 2 }],
    ['no lists', { ...file, times: {} }],
    ['no frames', { ...file, times: [], landmarks: [], headPoses: [] }],
    ['lists of different length', { ...file, times: file.times.slice(1) }],
    ['times that fall', { ...file, times: file.times.map((time) => -time) }],
    ['times of text', { ...file, times: file.times.map(String) }],
    ['short frames', { ...file, landmarks: file.landmarks.map((frame) => frame.slice(1)) }],
    ['frames of text', { ...file, landmarks: file.landmarks.map((frame) => frame.map(String)) }],
    ['frames that are none', { ...file, headPoses: file.headPoses.map(() => 7) }],
    ['numbers beyond all bounds', { ...file, landmarks: file.landmarks.map((frame) => frame.map(() => 1e9)) }],
  ])('%s is refused', (_, wrong) => {
    expect(() => readRecording(wrong)).toThrow(RhoError);
  });

  test('no JSON does anything but be read or refused', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('times', 'landmarks', 'headPoses', 'format'), (json, key) => {
        try {
          readRecording({ ...file, [key]: JSON.parse(json) as unknown });
        } catch (error) {
          expect(error).toBeInstanceOf(RhoError);
        }
      }),
    );
  });
});

describe('playing', () => {
  const recording = readRecording(record());

  test('goes round, in between frames too', () => {
    const player = createPlayer(recording);
    expect(player.at(0).landmarks).toEqual(recording.frames[0]!.landmarks);
    expect(player.at(40).landmarks).toEqual(recording.frames[1]!.landmarks);
    const [a, b] = [recording.frames[1]!.headPose[1]!, recording.frames[2]!.headPose[1]!];
    expect(player.at(60).headPose[1]).toBeCloseTo((a + b) / 2, 6);
    expect(player.at(player.durationMs * 3 + 40).landmarks).toEqual(player.at(40).landmarks);
    expect(player.at(40 - player.durationMs).landmarks).toEqual(player.at(40).landmarks);
    expect(player.at(NaN).landmarks).toEqual(player.at(0).landmarks);
  });

  test('goes forth and back', () => {
    const player = createPlayer(recording, 'bounce');
    const end = player.durationMs;
    expect(player.at(end).landmarks).toEqual(recording.frames.at(-1)!.landmarks);
    expect(player.at(end + 40).landmarks).toEqual(player.at(end - 40).landmarks);
    expect(player.at(2 * end + 80).landmarks).toEqual(player.at(80).landmarks);
  });

  test('a recording of one frame stands still', () => {
    const recorder = createRecorder();
    recorder.add(heads[3]!, 0);
    const player = createPlayer(readRecording(recorder.finish()));
    expect(player.at(123).landmarks).toEqual(player.at(0).landmarks);
  });
});

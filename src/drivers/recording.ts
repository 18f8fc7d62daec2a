/** Faces kept as compact JSON: recorded from any driver, read with care (files come from strangers), played in a loop. */
import type { Face } from '../engine/face';
import { RhoError } from '../errors';

/** A recording as it is stored. Numbers are whole, frames differences to the frame before: a frame takes about 200 bytes. */
export interface RecordingFile {
  readonly format: 'rho-recording';
  readonly version: 1;
  /** Milliseconds since the first frame, rising. */
  readonly times: readonly number[];
  /** 144 numbers a frame, in parts of 1/4096 of half a picture; all but the first are differences. */
  readonly landmarks: readonly (readonly number[])[];
  /** Six numbers a frame, in parts of 1/10,000 (radians, translation) and of 1/10,000,000 (scale); all but the first are differences. */
  readonly headPoses: readonly (readonly number[])[];
}

export interface Recording {
  readonly durationMs: number;
  readonly frames: readonly Face[];
  /** Milliseconds since the first frame. */
  readonly times: readonly number[];
}

export interface Recorder {
  readonly frames: number;
  /** Adds a face. Its time is that of any clock in milliseconds; one that is not later than the last is left out. */
  add(face: Face, timeMs: number): void;
  /** What has been recorded; throws BAD_INPUT where that is nothing. */
  finish(): RecordingFile;
}

const POINT_UNIT = 1 / 4096;
const POSE_UNITS = [1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-7] as const;
/** An hour at 60 frames a second is 216,000. */
const MAX_FRAMES = 250_000;
const LARGEST = 2 ** 31;

const unitOf = (count: number, i: number): number => (count === 6 ? POSE_UNITS[i]! : POINT_UNIT);

/** Collects faces for a {@link RecordingFile}. */
export function createRecorder(): Recorder {
  const times: number[] = [];
  const landmarks: number[][] = [];
  const headPoses: number[][] = [];
  // Differences of rounded values: nothing adds up over the frames.
  const last = { landmarks: new Array<number>(144).fill(0), headPose: new Array<number>(6).fill(0) };
  let first = 0;
  const encode = (values: ArrayLike<number>, before: number[]): number[] =>
    before.map((old, i) => {
      before[i] = Math.round(values[i]! / unitOf(before.length, i));
      return before[i] - old;
    });
  return {
    get frames() {
      return times.length;
    },
    add(face, timeMs) {
      checkNumbers(face.landmarks, 144, 'the landmarks');
      checkNumbers(face.headPose, 6, 'the head pose');
      if (times.length === 0) first = timeMs;
      const time = Math.round(timeMs - first);
      if (times.length === MAX_FRAMES || (times.length > 0 && !(time > times.at(-1)!))) return;
      times.push(time);
      landmarks.push(encode(face.landmarks, last.landmarks));
      headPoses.push(encode(face.headPose, last.headPose));
    },
    finish() {
      if (times.length === 0) throw bad('nothing has been recorded');
      return {
        format: 'rho-recording',
        version: 1,
        times: [...times],
        landmarks: [...landmarks],
        headPoses: [...headPoses],
      };
    },
  };
}

/** Reads what `JSON.parse` made of a recording. Throws BAD_INPUT, saying what is wrong and where, for anything else. */
export function readRecording(file: unknown): Recording {
  if (typeof file !== 'object' || file === null) throw bad('a recording is a JSON object');
  const { format, version, times, landmarks, headPoses } = file as Partial<Record<keyof RecordingFile, unknown>>;
  if (format !== 'rho-recording') throw bad('it is no recording: `format` is not "rho-recording"');
  if (version !== 1) throw bad(`its version is ${JSON.stringify(version)}; this program reads 1`);
  if (!Array.isArray(times) || !Array.isArray(landmarks) || !Array.isArray(headPoses))
    throw bad('`times`, `landmarks` and `headPoses` must be lists');
  const count = times.length;
  if (count === 0 || count > MAX_FRAMES) throw bad(`it has ${count} frames; from 1 to ${MAX_FRAMES} are read`);
  if (landmarks.length !== count || headPoses.length !== count) throw bad('its lists are not of the same length');
  checkTimes(times);
  const points = decode(landmarks, 144, 'landmarks');
  const poses = decode(headPoses, 6, 'headPoses');
  return {
    durationMs: times.at(-1) as number,
    times: times as number[],
    frames: points.map((each, i) => ({ landmarks: each, headPose: poses[i]! })),
  };
}

function checkTimes(times: readonly unknown[]): asserts times is readonly number[] {
  let last = -1;
  times.forEach((time, i) => {
    if (typeof time !== 'number' || !Number.isFinite(time) || time <= last || (i === 0 && time !== 0))
      throw bad(`time ${i} is ${JSON.stringify(time)}; times are numbers that begin at 0 and rise`);
    last = time;
  });
}

function decode(frames: readonly unknown[], count: number, name: string): Float32Array[] {
  const sum = new Array<number>(count).fill(0);
  return frames.map((frame, i) => {
    if (!Array.isArray(frame)) throw bad(`${name}[${i}] is no list`);
    checkNumbers(frame, count, `${name}[${i}]`);
    return Float32Array.from(frame as number[], (difference, k) => {
      sum[k]! += difference;
      if (Math.abs(sum[k]!) > LARGEST) throw bad(`${name}[${i}][${k}] leads beyond all bounds`);
      return sum[k]! * unitOf(count, k);
    });
  });
}

function checkNumbers(values: ArrayLike<unknown>, count: number, name: string): void {
  if (values.length !== count) throw bad(`${name} has ${values.length} numbers instead of ${count}`);
  for (let i = 0; i < count; i++)
    if (!Number.isFinite(values[i])) throw bad(`number ${i} of ${name} is ${String(values[i])}`);
}

const bad = (message: string): RhoError => new RhoError('BAD_INPUT', `recording: ${message}`);

/** Plays a recording round and round. */
export interface Player {
  readonly durationMs: number;
  /** The face at a time in milliseconds, in between where it falls between two frames; it begins again after the last. */
  at(timeMs: number): Face;
}

/** `loop`: from the end back to the beginning (with a jump, unless they agree), or forth and back. */
export function createPlayer({ frames, times, durationMs }: Recording, loop: 'repeat' | 'bounce' = 'repeat'): Player {
  const timeIn = (timeMs: number): number => {
    if (durationMs === 0 || !Number.isFinite(timeMs)) return 0;
    const round = loop === 'bounce' ? durationMs * 2 : durationMs;
    const into = ((timeMs % round) + round) % round;
    return into > durationMs ? round - into : into;
  };
  return {
    durationMs,
    at(timeMs) {
      const time = timeIn(timeMs);
      const next = Math.min(upperBound(times, time), frames.length - 1);
      const before = Math.max(next - 1, 0);
      const span = times[next]! - times[before]!;
      const weight = span > 0 ? Math.min((time - times[before]!) / span, 1) : 0;
      const mix = (a: ArrayLike<number>, b: ArrayLike<number>): Float32Array =>
        Float32Array.from(a, (value, i) => value + (b[i]! - value) * weight);
      const [a, b] = [frames[before]!, frames[next]!];
      return { landmarks: mix(a.landmarks, b.landmarks), headPose: mix(a.headPose, b.headPose) };
    },
  };
}

/** Index of the first time beyond `time`. */
function upperBound(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { Profile } from './profile';

/** An event of the Chrome trace format: M names a process or thread, X is a span. Times are in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'M' | 'X';
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, string | number | undefined>>;
}

const PID = 1;
const FRAME = 1;
const KERNELS = 2;

/** Whole nanoseconds, so that spans laid end to end end where their parent does. */
const nanoseconds = (ms: number): number => Math.round(ms * 1e6);

/**
 * A profile as Chrome trace events, which Perfetto opens. One thread shows the frame as it runs, in one pass; the other the
 * dispatches one after another in the order of the program, each as long as its median, with shape, bytes and multiply-adds.
 */
export function traceEvents({ dispatches, sumMs, frame }: Profile, title: string): TraceEvent[] {
  const names = (what: string, name: string, tid: number): TraceEvent => ({
    name: what,
    ph: 'M',
    pid: PID,
    tid,
    args: { name },
  });
  const span = (name: string, cat: string, tid: number, start: number, end: number, args: TraceEvent['args']) =>
    ({ name, cat, ph: 'X', pid: PID, tid, ts: start / 1000, dur: (end - start) / 1000, args }) as const;

  let at = 0;
  const kernels = dispatches.flatMap((dispatch): TraceEvent[] => {
    const { layer, kernel, shape, gpuMs, bytes, macs, workgroups, samples, repeats, missing } = dispatch;
    if (gpuMs === undefined) return [];
    const start = at;
    at += nanoseconds(gpuMs);
    const args = { kernel, shape, bytes, macs, workgroups, samples, repeats, missing };
    return [span(layer, kernel, KERNELS, start, at, args)];
  });
  const frameArgs = { gpuMs: frame.gpuMs, wallMs: frame.wallMs, dispatches: dispatches.length };
  return [
    names('process_name', title, 0),
    names('thread_name', 'frame, one pass', FRAME),
    names('thread_name', 'kernels, a pass each', KERNELS),
    span('frame', 'frame', FRAME, 0, nanoseconds(frame.gpuMs ?? frame.wallMs), frameArgs),
    span('all kernels', 'sum', KERNELS, 0, at, { sumMs, dispatches: kernels.length }),
    ...kernels,
  ];
}

/** The file that Perfetto and chrome://tracing open. */
export const chromeTrace = (profile: Profile, title: string): string =>
  JSON.stringify({ displayTimeUnit: 'ns', traceEvents: traceEvents(profile, title) });

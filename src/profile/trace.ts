import type { Profile } from './profile';

/**
 * A profile as Chrome trace events (JSON), which Perfetto opens: the dispatches one after another in the order of the
 * program, each as long as its median, with shape, bytes and multiply-adds as arguments.
 */
export function chromeTrace({ dispatches }: Profile, title: string): string {
  const name = (what: string, text: string, tid = 0) => ({ name: what, ph: 'M', pid: 1, tid, args: { name: text } });
  const events: object[] = [
    name('process_name', title),
    name('thread_name', 'frame', 1),
    name('thread_name', 'kernels', 2),
  ];
  let ts = 0;
  const total = dispatches.reduce((sum, { gpuMs = 0 }) => sum + gpuMs * 1000, 0);
  events.push({
    name: 'frame (one pass a dispatch)',
    ph: 'X',
    pid: 1,
    tid: 1,
    ts: 0,
    dur: total,
    args: { dispatches: dispatches.length },
  });
  for (const { layer, kernel, shape, gpuMs, bytes, macs, workgroups, repeats, missing } of dispatches) {
    if (gpuMs === undefined) continue;
    const dur = gpuMs * 1000;
    const args = { kernel, shape, bytes, macs, workgroups, repeats, missing };
    events.push({ name: layer, cat: kernel, ph: 'X', pid: 1, tid: 2, ts, dur, args });
    ts += dur;
  }
  return JSON.stringify({ displayTimeUnit: 'ns', traceEvents: events });
}

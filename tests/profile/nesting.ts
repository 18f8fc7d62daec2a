import { expect } from 'vitest';
import type { TraceEvent } from '../../src/profile/trace';

/** Perfetto keeps whole nanoseconds. */
const ns = (microseconds: number): number => Math.round(microseconds * 1000);

/** Expects what Perfetto expects: every thread with spans has a name, and its spans lie within each other or apart. */
export function checkNesting(events: readonly TraceEvent[]): void {
  const spans = events.filter(({ ph }) => ph === 'X');
  const named = events.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid);
  expect(new Set(spans.map(({ tid }) => tid))).toEqual(new Set(named));
  for (const tid of new Set(named)) {
    const open: number[] = [];
    for (const { ts, dur, ...span } of spans.filter((span) => span.tid === tid)) {
      expect(ts, span.name).toBeGreaterThanOrEqual(0);
      expect(dur, span.name).toBeGreaterThan(0);
      while (open.length > 0 && ns(open.at(-1)!) <= ns(ts!)) open.pop();
      if (open.length > 0) expect(ns(ts! + dur!), span.name).toBeLessThanOrEqual(ns(open.at(-1)!));
      open.push(ts! + dur!);
    }
  }
}

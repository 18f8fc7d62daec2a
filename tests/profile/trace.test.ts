import { expect, test } from 'vitest';
import { chromeTrace, traceEvents } from '../../src/profile/trace';
import { checkNesting } from './nesting';
import { PROFILE } from './profile';

const events = traceEvents(PROFILE, 'rho 64');
const spans = events.filter(({ ph }) => ph === 'X');
test('threads have names, and their spans lie within each other or apart', () => {
  checkNesting(events);
  expect(events.find(({ name }) => name === 'process_name')?.args).toEqual({ name: 'rho 64' });
});

test('a dispatch carries its shape and its work; one without a time is left out', () => {
  const dispatches = spans.filter(({ cat }) => cat !== 'frame' && cat !== 'sum');
  expect(dispatches.map(({ name, cat }) => `${name} ${cat}`)).toEqual(['first conv2d', 'second spade', 'third conv2d']);
  expect(dispatches[1]!.args).toEqual({
    kernel: 'spade',
    shape: '3 x 8 x 8 -> 4 x 8 x 8',
    bytes: 2e6,
    macs: 1e6,
    workgroups: 2,
    samples: 5,
    repeats: 3,
    missing: 1,
  });
  expect(dispatches[1]!.ts).toBe(300);
});

test('the file holds the events', () => {
  const { displayTimeUnit, traceEvents: written } = JSON.parse(chromeTrace(PROFILE, 'rho 64')) as Record<
    string,
    unknown
  >;
  expect(displayTimeUnit).toBe('ns');
  expect(written).toEqual(JSON.parse(JSON.stringify(events)));
});

import { expect, test } from 'vitest';
import { createFrameQueue, FRAMES_IN_FLIGHT } from '../../src/engine/frame-queue';

/** Work that ends when it is told to. */
function manual() {
  const started: string[] = [];
  const ends = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  return {
    started,
    ends,
    work: (name: string) => () => {
      started.push(name);
      return new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }));
    },
  };
}

const settle = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve));
};

test('two run at once, and only the latest of a lane waits', async () => {
  const { started, ends, work } = manual();
  const queue = createFrameQueue();
  const canvas = {};
  const frames = ['a', 'b', 'c', 'd', 'e'].map((name) => queue.run(work(name), canvas));
  await settle();
  expect(started).toEqual(['a', 'b']);
  expect(FRAMES_IN_FLIGHT).toBe(2);
  ends.get('a')!.resolve('a');
  await settle();
  expect(started).toEqual(['a', 'b', 'e']);
  for (const name of ['b', 'e']) ends.get(name)!.resolve(name);
  expect(await Promise.all(frames)).toEqual(['a', 'b', undefined, undefined, 'e']);
});

test('one at a time where it is asked for', async () => {
  const { started, ends, work } = manual();
  const queue = createFrameQueue(1);
  const frames = ['a', 'b', 'c'].map((name) => queue.run(work(name), {}));
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    await settle();
    expect(started).toHaveLength(i + 1);
    ends.get(name)!.resolve(name);
  }
  expect(await Promise.all(frames)).toEqual(['a', 'b', 'c']);
});

test('lanes do not disturb each other, and without one none is left out', async () => {
  const { started, ends, work } = manual();
  const queue = createFrameQueue();
  const [left, right] = [{}, {}];
  const frames = [
    queue.run(work('1')),
    queue.run(work('2')),
    queue.run(work('3')),
    queue.run(work('left old'), left),
    queue.run(work('right'), right),
    queue.run(work('left new'), left),
    queue.run(work('4')),
  ];
  const order = ['1', '2', '3', 'left new', 'right', '4'];
  for (const name of order) {
    await settle();
    ends.get(name)!.resolve(name);
  }
  expect(await Promise.all(frames)).toEqual(['1', '2', '3', undefined, 'right', 'left new', '4']);
  expect(started).toEqual(order);
});

test('a failure frees its place; clearing rejects what waits', async () => {
  const { started, ends, work } = manual();
  const queue = createFrameQueue();
  const frames = ['a', 'b', 'c', 'd'].map((name) => queue.run(work(name)));
  const outcomes = Promise.allSettled(frames);
  ends.get('a')!.reject(new Error('broken'));
  await settle();
  expect(started).toEqual(['a', 'b', 'c']);
  queue.clear(new Error('cleared'));
  for (const name of ['b', 'c']) ends.get(name)!.resolve(name);
  const results = (await outcomes).map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message,
  );
  expect(results).toEqual(['broken', 'b', 'c', 'cleared']);
});

/**
 * Lets so many frames run at once and only the latest wait. Two on a GPU: with one under way and one being prepared it never idles, and
 * a third would only show the past. A frame of a lane (frames that are drawn over one another) takes the place of the one
 * that waits in its lane; frames without a lane wait their turn and none is left out.
 */
export interface FrameQueue {
  /** What `work` gives; undefined where a later frame of the lane took this one's place before it began. */
  run<T>(work: () => Promise<T>, lane?: object): Promise<T | undefined>;
  /** Rejects what waits; what runs goes on. */
  clear(reason: unknown): void;
}

export const FRAMES_IN_FLIGHT = 2;

interface Waiting {
  readonly lane: object | undefined;
  start(): void;
  skip(): void;
  reject(reason: unknown): void;
}

export function createFrameQueue(inFlight = FRAMES_IN_FLIGHT): FrameQueue {
  const waiting: Waiting[] = [];
  let running = 0;
  const next = (): void => {
    if (running < inFlight) waiting.shift()?.start();
  };
  return {
    run<T>(work: () => Promise<T>, lane?: object) {
      return new Promise<T | undefined>((resolve, reject) => {
        const frame: Waiting = {
          lane,
          start() {
            running++;
            const ended = (): void => {
              running--;
              next();
            };
            work().then(resolve, reject).finally(ended);
          },
          skip: () => resolve(undefined),
          reject,
        };
        const earlier = lane ? waiting.findIndex((other) => other.lane === lane) : -1;
        if (earlier >= 0) waiting.splice(earlier, 1, frame)[0]!.skip();
        else waiting.push(frame);
        next();
      });
    },
    clear(reason) {
      for (const frame of waiting.splice(0)) frame.reject(reason);
    },
  };
}

/** How often something happens. */
export interface Rate {
  /** Notes that it has happened. */
  count(): void;
  readonly words: string;
  reset(): void;
}

/** Frames of so long ago still count. */
const OLDEST_MS = 5000;
/** Frames in flight may end at once, which says nothing of how often they do. */
const LEAST_MS = 1000;

export function createRate(now: () => number = () => performance.now()): Rate {
  const times: number[] = [];
  return {
    count: () => void times.push(now()),
    get words() {
      while (times.length > 0 && now() - times[0]! > OLDEST_MS) times.shift();
      if (times.length < 2) return 'still';
      const perSecond = ((times.length - 1) * 1000) / Math.max(times.at(-1)! - times[0]!, LEAST_MS);
      return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} frames a second`;
    },
    reset: () => (times.length = 0),
  };
}

/** How often something happens. */
export interface Rate {
  /** Notes that it has happened. */
  count(): void;
  readonly words: string;
  reset(): void;
}

/** Times of the last frames, of at most so many and not older than this. */
const MOST = 60;
const OLDEST_MS = 5000;

export function createRate(now: () => number = () => performance.now()): Rate {
  const times: number[] = [];
  return {
    count() {
      times.push(now());
      if (times.length > MOST) times.shift();
    },
    get words() {
      while (times.length > 0 && now() - times[0]! > OLDEST_MS) times.shift();
      if (times.length < 2) return 'still';
      const perSecond = ((times.length - 1) * 1000) / (times.at(-1)! - times[0]!);
      return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} frames a second`;
    },
    reset: () => (times.length = 0),
  };
}

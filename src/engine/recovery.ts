import type { Session } from './session';

/** A device that is lost more often than this within a minute is given up: something on the page or in the driver kills it. */
const LOSSES_A_MINUTE = 3;
const ATTEMPTS = 3;
const MINUTE = 60_000;

/** Decides whether a loss may be recovered from, and tries. */
export interface Recovery {
  /** Counts a loss; false where there have been too many, or no other device can be had. */
  mayRecover(): boolean;
  /**
   * Builds all anew, a few times if need be, with pauses. Rejects with the last attempt's error, or the signal's reason.
   */
  rebuild(signal: AbortSignal, use: (session: Session) => Promise<void>): Promise<Session>;
}

export function createRecovery(
  rebuild: ((signal: AbortSignal) => Promise<Session>) | undefined,
  pauseMs = 250,
): Recovery {
  const losses: number[] = [];
  return {
    mayRecover() {
      const now = performance.now();
      losses.push(now);
      return rebuild !== undefined && losses.filter((time) => now - time < MINUTE).length <= LOSSES_A_MINUTE;
    },
    async rebuild(signal, use) {
      for (let attempt = 1; ; attempt++) {
        let session: Session | undefined;
        try {
          session = await rebuild!(signal);
          await use(session);
          return session;
        } catch (error) {
          session?.close();
          if (attempt === ATTEMPTS || signal.aborted) throw error;
          await new Promise((resolve) => setTimeout(resolve, pauseMs * 4 ** (attempt - 1)));
        }
      }
    },
  };
}

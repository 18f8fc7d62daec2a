/** Listeners by event. One that throws harms neither the others nor who emits: its error is reported as uncaught. */
export interface Emitter<Events> {
  on<K extends keyof Events>(event: K, listener: (event: Events[K]) => void): () => void;
  /** True if anybody listened. */
  emit<K extends keyof Events>(event: K, value: Events[K]): boolean;
}

export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(event: never) => void>>();
  return {
    on(event, listener) {
      const ofEvent = listeners.get(event) ?? new Set();
      listeners.set(event, ofEvent.add(listener));
      return () => ofEvent.delete(listener);
    },
    emit(event, value) {
      const ofEvent = [...(listeners.get(event) ?? [])];
      for (const listener of ofEvent) {
        try {
          listener(value as never);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
      return ofEvent.length > 0;
    },
  };
}

/** The key of `dispose` for `using` declarations, also where the language does not have them yet. */
export const DISPOSE: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

/** Ends when a signal is aborted. */
export const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

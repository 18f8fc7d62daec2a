import { showDevice } from './device-card';
import { byId } from './elements';
import { explain, isAbort } from './explain';

export interface RunFormOptions {
  /** What a run does; the signal stops it. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Where it was stopped, and where there is no device, in words. */
  readonly stopped: string;
  readonly nothing: string;
  readonly onStop?: () => void;
  readonly onEnd?: () => void;
}

const status = (): HTMLElement => byId('status', HTMLElement);

/** What went wrong, in words; nothing unless given. */
export function sayProblem(error?: unknown): void {
  const problem = byId('problem', HTMLElement);
  problem.textContent = error === undefined ? '' : explain(error);
  problem.hidden = error === undefined;
}

/** The page's form with its buttons to run and stop. It waits for a device, and ends once there is one; false where there is none. */
export async function wireRunForm({ run, stopped, nothing, onStop, onEnd }: RunFormOptions): Promise<boolean> {
  const runButton = byId('run', HTMLButtonElement);
  const stopButton = byId('stop', HTMLButtonElement);
  const progress = byId('progress', HTMLProgressElement);
  const setRunning = (isRunning: boolean): void => {
    runButton.disabled = isRunning;
    stopButton.disabled = !isRunning;
    progress.hidden = !isRunning;
  };
  const start = async (): Promise<void> => {
    const controller = new AbortController();
    const stop = (): void => {
      controller.abort();
      onStop?.();
    };
    sayProblem();
    setRunning(true);
    stopButton.addEventListener('click', stop);
    try {
      await run(controller.signal);
    } catch (error) {
      status().textContent = isAbort(error) ? stopped : 'Failed.';
      if (!isAbort(error)) sayProblem(error);
    } finally {
      stopButton.removeEventListener('click', stop);
      setRunning(false);
      onEnd?.();
    }
  };
  byId('form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void start();
  });
  try {
    await showDevice(byId('device', HTMLElement));
    runButton.disabled = false;
    return true;
  } catch (error) {
    sayProblem(error);
    status().textContent = nothing;
    return false;
  }
}

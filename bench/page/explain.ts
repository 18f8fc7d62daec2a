import { RhoError, type RhoErrorCode } from '../../src/errors';

/** What a person can do, by the code of the error. */
const ADVICE: Partial<Record<RhoErrorCode, string>> = {
  NO_WEBGPU: 'The pages without a GPU still show and compare results of others.',
  NO_ADAPTER: 'A browser with its newest driver, or another browser, may find one.',
  DEVICE_LOST: 'The browser or the driver took it away. Another run asks for a new one.',
  OUT_OF_MEMORY: 'Close other pages that use the GPU, or choose a smaller size or f16, and run again.',
  LIMIT: 'Choose a smaller size.',
};

/** What went wrong, in sentences, and what to do about it. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const advice = error instanceof RhoError ? ADVICE[error.code] : undefined;
  return `${sentence}${/[.!?]$/.test(sentence) ? '' : '.'}${advice === undefined ? '' : ` ${advice}`}`;
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

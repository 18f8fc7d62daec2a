import { RhoError } from '../errors';

/** The error of every reader and writer of weights. */
export const badWeights = (message: string, options?: ErrorOptions): RhoError =>
  new RhoError('BAD_WEIGHTS', message, options);

const LONGEST_QUOTE = 80;

/** Text out of a file, fit for one line of a message: no control characters, not long. */
export function quoted(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return `'${clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}...` : clean}'`;
}

/** Runs a reader; what it says of a file begins with the file's name. */
export function naming<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RhoError ? new RhoError(error.code, `${name}: ${error.message}`) : error;
  }
}

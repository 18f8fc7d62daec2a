import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { RhoError } from '../../src/errors';
import type { StateDict } from '../../src/weights/state-dict';

const FOLDER = new URL('../golden/weights/', import.meta.url);

/** A file that tools/goldens/make-weights.py wrote. */
export const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, FOLDER)));

interface Expected {
  readonly files: Readonly<Record<string, Readonly<Record<string, ExpectedTensor>>>>;
  readonly rounding: { readonly floats: number[]; readonly halves: number[] };
}

interface ExpectedTensor {
  readonly dtype: string;
  readonly shape: number[];
  readonly values: number[];
}

export const expected = JSON.parse(new TextDecoder().decode(golden('expected.json'))) as Expected;

/** A state dict in the form of {@link expected}. */
export const plain = (tensors: StateDict): Record<string, ExpectedTensor> =>
  Object.fromEntries(
    [...tensors].map(([key, { dtype, shape, data }]) => [key, { dtype, shape: [...shape], values: [...data] }]),
  );

const tryTo = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

/** Expects BAD_WEIGHTS in one line that matches. */
export function expectRefusal(run: () => unknown, message: RegExp): void {
  const error = tryTo(run);
  expect(error).toBeInstanceOf(RhoError);
  checkRefusal(error as RhoError);
  expect((error as RhoError).message).toMatch(message);
}

/** Expects a result or BAD_WEIGHTS in one line; anything else is a failure. Gives the result. */
export function resultOrRefusal<T>(run: () => T, where: string): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RhoError)) throw new Error(`${where}: ${String(error)}`, { cause: error });
    checkRefusal(error);
    return undefined;
  }
}

function checkRefusal({ code, message }: RhoError): void {
  if (code !== 'BAD_WEIGHTS' || !/^[\x20-\x7e]{1,600}$/.test(message))
    throw new Error(`not one line: ${code} ${message}`);
}

import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../src/weights/sha256';

afterEach(() => vi.unstubAllGlobals());

/** FIPS 180-4 has this example. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('with WebCrypto and without it the same', async () => {
  expect(await sha256(new TextEncoder().encode('abc'))).toBe(ABC);
  vi.stubGlobal('crypto', {});
  expect(await sha256(new TextEncoder().encode('abc'))).toBe(ABC);
});

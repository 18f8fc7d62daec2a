import { RhoError } from '../errors';
import { parseResult, writeResult, type BenchmarkResult } from './benchmark-result';

const PREFIX = 'result=';
/** Far above what the largest run takes; what is larger was not made here. */
const MAX_BYTES = 2 ** 20;

/** A result as the part of an address after `#`: JSON, deflated, in base64 with letters that addresses may hold. */
export async function resultToHash(result: BenchmarkResult): Promise<string> {
  const json = new Blob([writeResult(result)]).stream();
  const bytes = await collect(json.pipeThrough(new CompressionStream('deflate-raw')));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return PREFIX + btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** True for the part of an address after `#` where it is meant to be a result. */
export const isResultHash = (hash: string): boolean => hash.replace(/^#/, '').startsWith(PREFIX);

/** The result in an address, or in what follows its `#`. Throws BAD_INPUT where there is none, or a damaged one. */
export async function resultFromLink(link: string): Promise<BenchmarkResult> {
  const hash = link.slice(link.indexOf('#') + 1).trim();
  if (!isResultHash(hash)) throw new RhoError('BAD_INPUT', 'there is no result in this link');
  let json: string;
  try {
    const text = atob(hash.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    json = new TextDecoder('utf-8', { fatal: true }).decode(await collect(inflated));
  } catch (cause) {
    throw new RhoError('BAD_INPUT', 'the result in this link is damaged, perhaps cut off', { cause });
  }
  return parseResult(json);
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      throw new Error(`more than ${MAX_BYTES} bytes`);
    }
    chunks.push(next.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

import type { CreateOptions, Progress, RhoEvents } from '../engine/api';
import type { Crop } from '../engine/crop';
import type { Face } from '../engine/face';
import type { ImageInput } from '../engine/images';
import type { Stats } from '../engine/stats';
import type { Precision } from '../kernels/kernel';
import { RhoError, type RhoErrorCode } from '../errors';

/** Said once to a worker that serves; the port that comes along is one engine's. */
export const CONNECT = 'rho-webgpu connect';

/** What of the options can go through a message. */
export type SentOptions = Pick<
  CreateOptions,
  'weights' | 'size' | 'motionSize' | 'precision' | 'checksum' | 'keepMotion'
> & {
  readonly cache?: 'cache-api' | 'none' | undefined;
  readonly tune?: boolean | undefined;
};

/** Numbers of sources, targets and calls are the page's. */
export type Request =
  | { readonly type: 'create'; readonly id: number; readonly options: SentOptions }
  | {
      readonly type: 'setSource';
      readonly id: number;
      readonly source: number;
      readonly image: ImageInput;
      readonly face: Face;
      readonly crop: Crop | undefined;
    }
  | {
      readonly type: 'reenact';
      readonly id: number;
      readonly source: number;
      readonly face: Face;
      readonly target: number | undefined;
    }
  | { readonly type: 'readMotion'; readonly id: number }
  | { readonly type: 'target'; readonly target: number; readonly canvas: OffscreenCanvas }
  | { readonly type: 'disposeSource'; readonly source: number }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'dispose' };

/** The requests that are answered. */
export type Call = Extract<Request, { readonly type: 'create' | 'setSource' | 'reenact' | 'readMotion' }>;

export interface Created {
  readonly size: number;
  readonly motionSize: number;
  readonly precision: Precision;
}

export type Reply =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown; readonly stats: Stats | undefined }
  | { readonly type: 'error'; readonly id: number; readonly error: SentError; readonly stats: Stats | undefined }
  | { readonly type: 'progress'; readonly progress: Progress }
  | EventReply;

type EventReply = {
  [K in keyof RhoEvents]: {
    readonly type: 'event';
    readonly event: K;
    readonly value: RhoEvents[K];
    readonly stats: Stats;
  };
}[keyof RhoEvents];

/** An error as a message can carry it: of its own kind only name, code and message arrive. */
export interface SentError {
  readonly name: string;
  readonly code: RhoErrorCode | undefined;
  readonly message: string;
}

export function packError(error: unknown): SentError {
  if (error instanceof RhoError) return { name: error.name, code: error.code, message: error.message };
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return { name, code: undefined, message };
}

export function unpackError({ name, code, message }: SentError): Error {
  if (code !== undefined) return new RhoError(code, message);
  return name === 'AbortError' ? new DOMException(message, name) : new RhoError('INTERNAL', `${name}: ${message}`);
}

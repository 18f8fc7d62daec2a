/** Stable reasons for a failure; match on these, never on the message. */
export type RhoErrorCode =
  | 'NO_WEBGPU'
  | 'NO_ADAPTER'
  | 'LIMIT'
  | 'OUT_OF_MEMORY'
  | 'DEVICE_LOST'
  | 'BAD_WEIGHTS'
  | 'BAD_INPUT'
  | 'FETCH'
  | 'DISPOSED'
  | 'INTERNAL';

/**
 * Every error this package throws on purpose. The message is one line: what is wrong, where, and what to do.
 */
export class RhoError extends Error {
  override readonly name = 'RhoError';
  constructor(
    readonly code: RhoErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

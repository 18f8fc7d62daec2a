/** A quiet NaN as float32, and two NaNs as float16: what nobody should ever read. */
export const FLOAT_NAN_WORD = 0x7fc17fc1;

/** Bytes after every buffer that must stay as they were. */
export const GUARD_BYTES = 256;

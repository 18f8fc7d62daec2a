import { badWeights } from './bad-weights';

/** Little-endian reads that move on and never leave the bytes; `what` names them in messages. */
export class ByteCursor {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    private readonly what: string,
    public position = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Moves past `count` bytes and gives where they begin. Throws BAD_WEIGHTS if there are fewer. */
  skip(count: number): number {
    const start = this.position;
    if (!(count >= 0 && count <= this.remaining))
      throw badWeights(`${this.what} ends too early: ${count} bytes wanted at ${start} of ${this.bytes.length}`);
    this.position += count;
    return start;
  }

  /** The next `count` bytes, not copied. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, start + count);
  }

  /** Bytes up to the next line feed, which is passed over; at most `limit` of them. */
  line(limit: number): Uint8Array {
    const end = this.bytes.subarray(this.position, this.position + limit + 1).indexOf(0x0a);
    if (end < 0) throw badWeights(`${this.what} has a name without an end at ${this.position}`);
    const taken = this.take(end);
    this.skip(1);
    return taken;
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  /** Float64, big-endian, as pickles have it. */
  f64be(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  /** A count or an offset of 64 bits. Throws BAD_WEIGHTS beyond 2^53 - 1. */
  u64(): number {
    const start = this.skip(8);
    const value = this.view.getBigUint64(start, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw badWeights(`${this.what} has a size of ${value} at ${start}, which no file can have`);
    return Number(value);
  }
}

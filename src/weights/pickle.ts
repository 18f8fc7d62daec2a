import { badWeights, quoted } from './bad-weights';
import type { ByteCursor } from './byte-cursor';
import { applyGlobal, globalOf, isKind, storageOf, type PickleValue, type StorageReference } from './pickle-values';

/** A checkpoint of 700 tensors takes 15,000. */
const MAX_OPCODES = 1_000_000;
const MAX_TEXT_BYTES = 1 << 16;
const MAX_NAME_BYTES = 256;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Python 2 strings; keys are ASCII in practice. */
const latin1 = new TextDecoder('latin1');

/** Opcodes that torch.save writes, protocols 2 to 5, under the names of Python's pickletools. */
const OP = {
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  STOP: 0x2e,
  BINFLOAT: 0x47,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  NONE: 0x4e,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  APPENDS: 0x65,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  SHORT_BINUNICODE: 0x8c,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
} as const;

/**
 * Reads one pickle at the cursor and moves past it. A machine of plain data: it runs nothing, knows a handful of names
 * (see pickle-values) and refuses the rest. Fills `storages` with those it mentions, by key. Throws BAD_WEIGHTS.
 */
export function unpickle(cursor: ByteCursor, storages = new Map<string, StorageReference>()): PickleValue {
  const machine = new Unpickler(cursor, storages);
  for (let i = 0; i < MAX_OPCODES; i++) {
    if (machine.step()) return machine.result();
  }
  throw badWeights(`its pickle has more than ${MAX_OPCODES} operations`);
}

class Unpickler {
  private readonly stack: PickleValue[] = [];
  /** Stack heights at the open marks. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly cursor: ByteCursor,
    private readonly storages: Map<string, StorageReference>,
  ) {}

  result(): PickleValue {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw badWeights('its pickle leaves something on the stack');
    return value;
  }

  /** Does one operation; true when it was STOP. */
  step(): boolean {
    const { cursor } = this;
    const start = cursor.position;
    const opcode = cursor.u8();
    switch (opcode) {
      case OP.PROTO: {
        const protocol = cursor.u8();
        if (protocol < 2 || protocol > 5)
          throw badWeights(`it is a pickle of protocol ${protocol}; 2 to 5 can be read`);
        return false;
      }
      case OP.FRAME:
        if (cursor.u64() > cursor.remaining) throw badWeights('its pickle has a frame that is longer than the file');
        return false;
      case OP.STOP:
        return true;
      case OP.MARK:
        this.marks.push(this.stack.length);
        return false;
      case OP.NONE:
        return this.push(null);
      case OP.NEWTRUE:
        return this.push(true);
      case OP.NEWFALSE:
        return this.push(false);
      case OP.BININT:
        return this.push(cursor.i32());
      case OP.BININT1:
        return this.push(cursor.u8());
      case OP.BININT2:
        return this.push(cursor.u16());
      case OP.LONG1:
        return this.push(integerOf(cursor.take(cursor.u8())));
      case OP.BINFLOAT:
        return this.push(cursor.f64be());
      case OP.BINUNICODE:
        return this.push(this.text(cursor.u32()));
      case OP.SHORT_BINUNICODE:
        return this.push(this.text(cursor.u8()));
      case OP.BINSTRING:
        return this.push(this.text(cursor.u32(), latin1));
      case OP.SHORT_BINSTRING:
        return this.push(this.text(cursor.u8(), latin1));
      case OP.EMPTY_TUPLE:
        return this.push({ kind: 'tuple', items: [] });
      case OP.TUPLE1:
      case OP.TUPLE2:
      case OP.TUPLE3:
        return this.push({ kind: 'tuple', items: this.popMany(opcode - OP.TUPLE1 + 1) });
      case OP.TUPLE:
        return this.push({ kind: 'tuple', items: this.popToMark() });
      case OP.EMPTY_LIST:
        return this.push({ kind: 'list', items: [] });
      case OP.APPEND:
        return this.append(this.popMany(1));
      case OP.APPENDS:
        return this.append(this.popToMark());
      case OP.EMPTY_DICT:
        return this.push({ kind: 'dict', isOrdered: false, entries: new Map() });
      case OP.SETITEM:
        return this.setItems(this.popMany(2));
      case OP.SETITEMS:
        return this.setItems(this.popToMark());
      case OP.BINPUT:
        return this.remember(cursor.u8());
      case OP.LONG_BINPUT:
        return this.remember(cursor.u32());
      case OP.MEMOIZE:
        return this.remember(this.memo.size);
      case OP.BINGET:
        return this.recall(cursor.u8());
      case OP.LONG_BINGET:
        return this.recall(cursor.u32());
      case OP.GLOBAL: {
        const module = latin1.decode(cursor.line(MAX_NAME_BYTES));
        return this.push(globalOf(`${module}.${latin1.decode(cursor.line(MAX_NAME_BYTES))}`));
      }
      case OP.STACK_GLOBAL: {
        const [module, name] = this.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          throw badWeights('its pickle has a nameless global');
        return this.push(globalOf(`${module}.${name}`));
      }
      case OP.REDUCE: {
        const [callee, args] = this.popMany(2);
        return this.push(applyGlobal(callee!, args!));
      }
      case OP.BUILD:
        return this.dropMetadata();
      case OP.BINPERSID:
        return this.push(this.storage(storageOf(this.pop())));
      default:
        throw badWeights(
          `its pickle has operation 0x${opcode.toString(16).padStart(2, '0')} at ${start}, which weights do not need`,
        );
    }
  }

  private push(value: PickleValue): false {
    this.stack.push(value);
    return false;
  }

  /** Takes the last `count` values, none of them from below the last mark. */
  private popMany(count: number): PickleValue[] {
    if (this.stack.length - count < (this.marks.at(-1) ?? 0)) throw badWeights('its pickle takes more than it has');
    return this.stack.splice(this.stack.length - count);
  }

  private pop(): PickleValue {
    return this.popMany(1)[0]!;
  }

  private popToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw badWeights('its pickle closes a mark that it never set');
    return this.stack.splice(mark);
  }

  /** The value on top, which stays there. */
  private top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  private text(byteLength: number, decoder = utf8): string {
    if (byteLength > MAX_TEXT_BYTES) throw badWeights(`its pickle has a text of ${byteLength} bytes`);
    const bytes = this.cursor.take(byteLength);
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw badWeights(`its pickle has a text that is not UTF-8 before ${this.cursor.position}`, { cause });
    }
  }

  private append(items: readonly PickleValue[]): false {
    const list = this.top();
    if (!isKind(list, 'list')) throw badWeights('its pickle appends to what is no list');
    for (const item of items) list.items.push(item);
    return false;
  }

  private setItems(items: readonly PickleValue[]): false {
    const dict = this.top();
    if (!isKind(dict, 'dict') || items.length % 2 !== 0) throw badWeights('its pickle sets items of what is no dict');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]!;
      if (typeof key === 'object') throw badWeights('its pickle has a dict key that is neither text nor number');
      if (dict.entries.has(key)) throw badWeights(`its pickle sets ${quoted(String(key))} twice`);
      dict.entries.set(key, items[i + 1]!);
    }
    return false;
  }

  private remember(index: number): false {
    this.memo.set(index, this.top());
    return false;
  }

  private recall(index: number): false {
    const value = this.memo.get(index);
    if (value === undefined) throw badWeights(`its pickle recalls ${index}, which it never stored`);
    return this.push(value);
  }

  /** The state dict of a module carries `_metadata`, versions of its layers. */
  private dropMetadata(): false {
    const state = this.pop();
    const target = this.top();
    const isMetadata = isKind(state, 'dict') && state.entries.size === 1 && state.entries.has('_metadata');
    if (!isKind(target, 'dict') || !target.isOrdered || !isMetadata)
      throw badWeights('its pickle sets attributes of an object (nothing was run); save net.state_dict() and not more');
    return false;
  }

  /** Every mention of a storage must agree with the first. */
  private storage(storage: StorageReference): StorageReference {
    const first = this.storages.get(storage.key);
    if (!first) {
      this.storages.set(storage.key, storage);
      return storage;
    }
    if (first.dtype !== storage.dtype || first.length !== storage.length)
      throw badWeights(
        `storage ${quoted(storage.key)} is ${first.dtype} x ${first.length} and ${storage.dtype} x ${storage.length}`,
      );
    return first;
  }
}

/** A little-endian two's complement integer; a number where that is exact. */
function integerOf(bytes: Uint8Array): number | bigint {
  const unsigned = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const value = BigInt.asIntN(bytes.length * 8, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

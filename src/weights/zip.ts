import { badWeights, quoted } from './bad-weights';
import { ByteCursor } from './byte-cursor';
import { crc32 } from './crc32';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_RECORD = 0x06064b50;
const ZIP64_END_RECORD_BYTES = 56;
const STORED = 0;
const ENCRYPTED_FLAG = 1;
/** Bit 3: sizes follow the data; bit 11: names are UTF-8. */
const ALLOWED_FLAGS = 0x0808;

/** What a central directory says of one entry. */
interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly localHeader: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Entries of a zip archive as torch.save writes it, as views of `bytes`: stored, not compressed. Only the central directory
 * is believed, and the local headers must agree with it. Throws BAD_WEIGHTS for anything compressed, encrypted,
 * damaged, doubled or overlapping.
 */
export function readZip(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const { entries, directory } = readDirectory(bytes);
  const files = new Map<string, Uint8Array>();
  const extents: { name: string; start: number; end: number }[] = [];
  for (const entry of entries) {
    const data = readEntry(bytes, entry, directory);
    if (files.has(entry.name)) throw badWeights(`the archive has ${quoted(entry.name)} twice`);
    files.set(entry.name, data);
    extents.push({ name: entry.name, start: entry.localHeader, end: data.byteOffset - bytes.byteOffset + data.length });
  }
  extents.sort((a, b) => a.start - b.start);
  extents.forEach(({ name, start }, i) => {
    const before = extents[i - 1];
    if (before && before.end > start)
      throw badWeights(`${quoted(before.name)} and ${quoted(name)} overlap in the archive`);
  });
  for (const { name, crc } of entries) {
    if (crc32(files.get(name)!) !== crc)
      throw badWeights(`the checksum of ${quoted(name)} is wrong: the file is damaged; download or copy it again`);
  }
  return files;
}

/** All entries, and where their directory starts. */
function readDirectory(bytes: Uint8Array): { entries: Entry[]; directory: number } {
  const endAt = bytes.length - END_RECORD_BYTES;
  const end = new ByteCursor(bytes, 'the archive', Math.max(endAt, 0));
  if (endAt < 0 || end.u32() !== END_RECORD)
    throw badWeights('the archive has no end: the file was cut short or added to; download or copy it again');
  const disks = [end.u16(), end.u16()];
  const counts = [end.u16(), end.u16()];
  const [size, start, commentLength] = [end.u32(), end.u32(), end.u16()];
  if (disks.some((disk) => disk !== 0) || counts[0] !== counts[1] || commentLength !== 0)
    throw badWeights('the archive spans disks or has a comment, as no torch.save writes it');
  const count = counts[0]!;
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff)
    throw badWeights('the archive is larger than 4 GiB or has more than 65534 entries');
  const directoryEnd = start + size;
  if (directoryEnd !== endOfDirectory(bytes, endAt, { count, size, start }))
    throw badWeights('the directory of the archive is not where its end says: the file is damaged');
  const cursor = new ByteCursor(bytes.subarray(0, directoryEnd), 'the directory of the archive', start);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) entries.push(readCentralHeader(cursor));
  if (cursor.remaining > 0) throw badWeights('the directory of the archive is longer than its entries');
  return { entries, directory: start };
}

interface DirectoryExtent {
  readonly count: number;
  readonly size: number;
  readonly start: number;
}

/**
 * Where the directory must end. PyTorch adds the 64-bit end record to archives of any size; it has to repeat what the
 * plain one says, or two programs would read two different archives.
 */
function endOfDirectory(bytes: Uint8Array, endAt: number, { count, size, start }: DirectoryExtent): number {
  const locatorAt = endAt - ZIP64_LOCATOR_BYTES;
  if (locatorAt < 0) return endAt;
  const locator = new ByteCursor(bytes, 'the archive', locatorAt);
  if (locator.u32() !== ZIP64_LOCATOR) return endAt;
  const recordAt = locatorAt - ZIP64_END_RECORD_BYTES;
  const [disk, pointer, disks] = [locator.u32(), locator.u64(), locator.u32()];
  const record = new ByteCursor(bytes, 'the archive', Math.max(recordAt, 0));
  const isRecord = record.u32() === ZIP64_END_RECORD && record.u64() === ZIP64_END_RECORD_BYTES - 12;
  record.skip(4);
  const numbers = [record.u32(), record.u32(), record.u64(), record.u64(), record.u64(), record.u64()];
  const agrees = pointer === recordAt && disk === 0 && disks <= 1;
  if (!isRecord || !agrees || numbers.join() !== [0, 0, count, count, size, start].join())
    throw badWeights('the two ends of the archive do not agree: the file is damaged');
  return recordAt;
}

function readCentralHeader(cursor: ByteCursor): Entry {
  if (cursor.u32() !== CENTRAL_HEADER) throw badWeights('the directory of the archive is damaged');
  cursor.skip(4); // versions
  const [flags, method] = [cursor.u16(), cursor.u16()];
  cursor.skip(4); // time and date
  const [crc, compressedSize, size] = [cursor.u32(), cursor.u32(), cursor.u32()];
  const [nameLength, extraLength, commentLength, disk] = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  cursor.skip(6); // attributes
  const localHeader = cursor.u32();
  const name = nameOf(cursor.take(nameLength));
  cursor.skip(extraLength + commentLength);
  if (flags & ENCRYPTED_FLAG) throw badWeights(`${quoted(name)} in the archive is encrypted; save it again without`);
  if (method !== STORED)
    throw badWeights(
      `${quoted(name)} in the archive is compressed (method ${method}): TorchScript, or zipped again; save net.state_dict() with torch.save`,
    );
  if ((flags & ~ALLOWED_FLAGS) !== 0 || compressedSize !== size || disk !== 0 || localHeader === 0xffffffff)
    throw badWeights(`${quoted(name)} in the archive is stored in a way that torch.save does not use`);
  return { name, flags, method, crc, size, localHeader };
}

function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw badWeights('the archive has a name that is not UTF-8', { cause });
  }
}

function nameOf(bytes: Uint8Array): string {
  const name = decodeName(bytes);
  const parts = name.split('/');
  if (/[\p{Cc}\\:]/u.test(name) || parts.includes('..') || parts[0] === '')
    throw badWeights(`the archive has an entry named ${quoted(name)}, which could lead out of it`);
  return name;
}

/** The data of an entry, after checking its local header against the directory. */
function readEntry(bytes: Uint8Array, entry: Entry, directory: number): Uint8Array {
  const local = new ByteCursor(bytes.subarray(0, directory), `${quoted(entry.name)} in the archive`, 0);
  local.skip(entry.localHeader);
  const signature = local.u32();
  local.skip(2); // version
  const [flags, method] = [local.u16(), local.u16()];
  local.skip(4); // time and date
  const stated = [local.u32(), local.u32(), local.u32()];
  const [nameLength, extraLength] = [local.u16(), local.u16()];
  const name = nameOf(local.take(nameLength));
  local.skip(extraLength);
  const known = [entry.crc, entry.size, entry.size];
  // With flag 3 the sizes come after the data, and stand as 0 here.
  const isStatedLater = (entry.flags & 0x8) !== 0 && stated.every((value) => value === 0);
  const isSame = name === entry.name && flags === entry.flags && method === entry.method;
  if (signature !== LOCAL_HEADER || !isSame || !(isStatedLater || stated.join() === known.join()))
    throw badWeights(`${quoted(entry.name)} differs between the archive and its directory: the file is damaged`);
  return local.take(entry.size);
}

/** A value that needs memory while it lives: from the dispatch that writes it to the last that reads it. */
export interface Lifetime {
  readonly name: string;
  readonly byteLength: number;
  readonly first: number;
  readonly last: number;
}

/** Which slot each value lies in, and how large each slot must be, largest first. */
export interface MemoryPlan {
  readonly slotOf: ReadonlyMap<string, number>;
  readonly slotBytes: readonly number[];
}

/**
 * Lets values that never live at the same time share memory: largest first, each into the slot that wastes least. A slot
 * becomes a buffer of its own rather than a range of one big buffer, because WebGPU allows no dispatch to read one part
 * of a buffer and write another.
 */
export function planMemory(values: readonly Lifetime[]): MemoryPlan {
  const slots: { byteLength: number; values: Lifetime[] }[] = [];
  const slotOf = new Map<string, number>();
  for (const value of [...values].sort((a, b) => b.byteLength - a.byteLength || a.first - b.first)) {
    const fits = (slot: { values: Lifetime[] }): boolean =>
      slot.values.every((other) => other.last < value.first || value.last < other.first);
    // Slots were opened largest first, so the last that fits is the smallest.
    let at = slots.findLastIndex(fits);
    if (at < 0) at = slots.push({ byteLength: value.byteLength, values: [] }) - 1;
    slots[at]!.values.push(value);
    slotOf.set(value.name, at);
  }
  return { slotOf, slotBytes: slots.map((slot) => slot.byteLength) };
}

/** The page's element of this id, of the kind that is expected. */
export function element<K extends keyof HTMLElementTagNameMap>(id: string, kind: K): HTMLElementTagNameMap[K] {
  const found = document.getElementById(id);
  if (found?.localName !== kind) throw new Error(`the page has no <${kind} id="${id}">`);
  return found as HTMLElementTagNameMap[K];
}

/** An error in words. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Bytes for people. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(Math.round(bytes / 1e3), 1)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

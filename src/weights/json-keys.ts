/**
 * The first key that an object of a JSON text has twice, at any depth. JSON.parse keeps the last one silently, and other
 * readers the first. The text must be valid JSON.
 */
export function repeatedKey(json: string): string | undefined {
  /** The keys of each open object; an array has none. */
  const open: Set<string>[] = [];
  // In valid JSON these tokens are all that matter: strings, with the colon that makes one a key, and brackets.
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[[\]{}]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(text!) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

/** The element of this id and kind, which the page's own HTML holds. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no #${id}`);
  return element;
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A new element with attributes (true is an empty one, false and undefined none) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : `${value}`);
  made.append(...children);
  return made;
}

/** Labels and texts as a list; a text may be an element. */
export const pairList = (pairs: readonly (readonly [label: string, text: Node | string])[]): HTMLDListElement =>
  element(
    'dl',
    { class: 'pairs' },
    ...pairs.flatMap(([label, text]) => [element('dt', {}, label), element('dd', {}, text)]),
  );

/** A heading cell or a cell; figures stand to the right. */
export const cell = (tag: 'th' | 'td', text: Node | string, isNumber = false): HTMLTableCellElement =>
  element(tag, { class: isNumber ? 'number' : undefined, scope: tag === 'th' ? 'col' : undefined }, text);

import { element } from './elements';

/** A text area with the numbers of its lines. */
export interface CodeEditor {
  readonly get: () => string;
  readonly set: (code: string) => void;
  /** Marks lines that something is wrong with; none without arguments. */
  readonly mark: (lines: readonly number[]) => void;
  /** Puts the caret at a place and brings it into view. */
  readonly goTo: (line: number, column: number) => void;
}

export function createCodeEditor(container: HTMLElement, label: string, onInput: () => void): CodeEditor {
  const area = element('textarea', {
    class: 'code',
    spellcheck: 'false',
    wrap: 'off',
    autocapitalize: 'off',
    'aria-label': label,
    'aria-describedby': 'editor-keys',
  });
  const gutter = element('div', { class: 'gutter', 'aria-hidden': 'true' });
  let marked: readonly number[] = [];
  const number = (): void => {
    const count = area.value.split('\n').length;
    const lines = Array.from({ length: count }, (_, i) =>
      element('span', { class: marked.includes(i + 1) ? 'bad' : undefined }, `${i + 1}`),
    );
    gutter.replaceChildren(...lines);
  };
  const follow = (): void => void (gutter.scrollTop = area.scrollTop);
  area.addEventListener('scroll', follow);
  area.addEventListener('input', () => {
    number();
    onInput();
  });
  container.replaceChildren(element('div', { class: 'editor' }, gutter, area));
  return {
    get: () => area.value,
    set(code) {
      area.value = code;
      marked = [];
      number();
      area.scrollTop = 0;
      follow();
    },
    mark(lines) {
      marked = lines;
      number();
      follow();
    },
    goTo(line, column) {
      const before = area.value.split('\n').slice(0, line - 1);
      const at = before.reduce((sum, text) => sum + text.length + 1, 0) + Math.max(column - 1, 0);
      area.focus();
      area.setSelectionRange(at, at);
      const lineHeight = area.scrollHeight / area.value.split('\n').length;
      area.scrollTop = Math.max(0, (line - 6) * lineHeight);
    },
  };
}

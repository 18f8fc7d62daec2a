import { element } from './elements';
import { capitalized, PEOPLE, sourceOf, type DemoSource } from './source';

/** Pictures to choose from. */
export interface Gallery {
  /** Adds a picture of the user's own, and chooses it. */
  add(source: DemoSource): void;
}

/** Shows the gallery; `onChoose` gets every source that is chosen, the first person to begin with. */
export function createGallery(
  onChoose: (source: DemoSource) => void,
  onError: (name: string, error: unknown) => void,
): Gallery {
  const list = element('people', 'div');
  /** The last choice wins, whichever picture is loaded first. */
  let choice = 0;

  const button = (name: string, picture: HTMLElement, load: () => DemoSource | Promise<DemoSource>): HTMLElement => {
    const made = document.createElement('button');
    made.type = 'button';
    made.setAttribute('aria-pressed', 'false');
    made.append(picture, name);
    // The same object each time, so that what has been registered with the engine is found again.
    let loaded: Promise<DemoSource> | undefined;
    const choose = async (): Promise<void> => {
      const own = ++choice;
      for (const other of list.children) other.setAttribute('aria-pressed', String(other === made));
      try {
        loaded ??= Promise.resolve(load());
        const source = await loaded;
        if (own === choice) onChoose(source);
      } catch (error) {
        loaded = undefined;
        onError(name, error);
      }
    };
    made.addEventListener('click', () => void choose());
    list.append(made);
    return made;
  };

  for (const person of PEOPLE) {
    const picture = new Image(96, 96);
    picture.src = person.url;
    picture.alt = '';
    button(capitalized(person.name), picture, () => sourceOf(person));
  }
  (list.firstElementChild as HTMLElement).click();

  return {
    add(source) {
      const small = document.createElement('canvas');
      small.width = small.height = 96;
      small.getContext('2d')!.drawImage(source.picture, 0, 0, 96, 96);
      button(source.name, small, () => source).click();
    },
  };
}

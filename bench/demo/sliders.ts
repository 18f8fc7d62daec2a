import { RIG_RANGES, type RigParameter, type RigParameters } from '../../src/drivers/rig';
import { element } from './elements';

const LABELS: Readonly<Record<RigParameter, string>> = {
  yaw: 'Turn',
  pitch: 'Nod',
  roll: 'Tilt',
  shiftX: 'Right',
  shiftY: 'Down',
  zoom: 'Near',
  jawOpen: 'Jaw',
  smile: 'Smile',
  pucker: 'Pucker',
  browRaise: 'Brows up',
  browFrown: 'Frown',
  blinkLeft: 'Left eye',
  blinkRight: 'Right eye',
};

const inWords = (value: number, unit: (typeof RIG_RANGES)[RigParameter]['unit']): string =>
  unit === 'radians' ? `${Math.round((value * 180) / Math.PI)}°` : value.toFixed(2);

/** The sliders of the head. */
export interface Sliders {
  /** How they stand; the same object until one is moved. */
  readonly parameters: RigParameters;
  /** Moves some; values out of range stop at its end. */
  set(parameters: RigParameters): void;
}

/** Makes the sliders in the panel. */
export function createSliders(): Sliders {
  const list = element('sliders', 'div');
  let parameters: RigParameters = {};
  const rows = new Map<RigParameter, { input: HTMLInputElement; show: () => void }>();
  for (const [name, { min, max, unit }] of Object.entries(RIG_RANGES) as [
    RigParameter,
    (typeof RIG_RANGES)[RigParameter],
  ][]) {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'range', name, value: '0' });
    Object.assign(input, { min: String(min), max: String(max), step: String((max - min) / 200) });
    input.value = '0';
    const output = document.createElement('output');
    const show = (): void => {
      output.value = inWords(input.valueAsNumber, unit);
    };
    input.addEventListener('input', () => {
      parameters = { ...parameters, [name]: input.valueAsNumber };
      show();
    });
    label.append(LABELS[name], input, output);
    list.append(label);
    rows.set(name, { input, show });
    show();
  }
  const set = (wanted: RigParameters): void => {
    for (const [name, value] of Object.entries(wanted) as [RigParameter, number][]) {
      const { input, show } = rows.get(name)!;
      input.valueAsNumber = value;
      parameters = { ...parameters, [name]: input.valueAsNumber };
      show();
    }
  };
  element('rest', 'button').addEventListener('click', () =>
    set(Object.fromEntries([...rows.keys()].map((name) => [name, 0]))),
  );
  return {
    get parameters() {
      return parameters;
    },
    set,
  };
}

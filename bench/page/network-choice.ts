import type { PrecisionChoice } from '../../src/engine/support';
import { element } from './elements';

/** Models that lie in demo when the page is built or served: none, or the bundled one. */
const BUNDLED = import.meta.glob<string>('../../demo/model.safetensors', { query: '?url', import: 'default' });

/** Where weights come from. */
export type WeightsChoice =
  | { readonly kind: 'seeded'; readonly name: string; readonly seed: string }
  | { readonly kind: 'url'; readonly name: string; readonly url: () => Promise<string> }
  | { readonly kind: 'file'; readonly name: string; readonly file: File };

/** A network as it was chosen. */
export interface NetworkChoice {
  readonly weights: WeightsChoice;
  readonly size: number;
  /** Undefined for the engine's own choice. */
  readonly motionSize: number | undefined;
  readonly precision: PrecisionChoice;
}

export interface NetworkForm {
  /** Throws in words where something is not chosen. */
  readonly read: () => NetworkChoice;
}

const SIZES = [256, 512, 1024, 1440];
const MOTION_SIZES = [256, 512];

/**
 * Fills an element with the controls that choose a network. The page's address may name others: `?size=64&motion=64`, sizes in
 * multiples of 16 and of 64.
 */
export function createNetworkForm(container: HTMLElement): NetworkForm {
  const asked = new URLSearchParams(location.search);
  const [bundled] = Object.entries(BUNDLED);
  const weights = select('weights', 'Weights', [
    ...(bundled ? [['bundled', 'bundled model'] as const] : []),
    ['synthetic', 'synthetic:1 (seeded noise)'],
    ['file', 'own .safetensors file …'],
  ]);
  const file = element('input', { type: 'file', id: 'model-file', accept: '.safetensors' });
  const fileField = element('label', { class: 'field', hidden: true }, 'Model file', file);
  const size = select('size', 'Size', withAsked(SIZES, asked.get('size')), asked.get('size') ?? '512');
  const motion = select(
    'motion-size',
    'Motion size',
    [['auto', 'auto'], ...withAsked(MOTION_SIZES, asked.get('motion'))],
    asked.get('motion') ?? 'auto',
  );
  const precision = select('precision', 'Precision', [
    ['auto', 'auto (f32)'],
    ['f32', 'f32'],
    ['f16', 'f16'],
  ]);
  const showFile = (): void => void (fileField.hidden = weights.input.value !== 'file');
  weights.input.addEventListener('change', showFile);
  container.append(weights.field, fileField, size.field, motion.field, precision.field);
  showFile();
  const readWeights = (): WeightsChoice => {
    if (weights.input.value === 'bundled' && bundled) return { kind: 'url', name: 'bundled model', url: bundled[1] };
    if (weights.input.value === 'synthetic') return { kind: 'seeded', name: 'synthetic:1', seed: '1' };
    const chosen = file.files?.[0];
    if (!chosen) throw new Error('no model file is chosen');
    return { kind: 'file', name: chosen.name, file: chosen };
  };
  return {
    read: () => ({
      weights: readWeights(),
      size: Number(size.input.value),
      motionSize: motion.input.value === 'auto' ? undefined : Number(motion.input.value),
      precision: precision.input.value as PrecisionChoice,
    }),
  };
}

type Option = readonly [value: string, text: string];

const withAsked = (values: readonly number[], asked: string | null): Option[] => {
  const extra = asked !== null && /^\d{1,5}$/.test(asked) ? [Number(asked)] : [];
  return [...new Set([...values, ...extra])].sort((a, b) => a - b).map((value) => [`${value}`, `${value}`] as const);
};

function select(
  id: string,
  label: string,
  options: readonly Option[],
  chosen?: string,
): { field: HTMLLabelElement; input: HTMLSelectElement } {
  const input = element('select', { id }, ...options.map(([value, text]) => element('option', { value }, text)));
  if (chosen !== undefined && options.some(([value]) => value === chosen)) input.value = chosen;
  return { field: element('label', { class: 'field' }, label, input), input };
}

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { choosePrecision, MIN_PSNR } from '../../src/engine/choose-precision';
import { adapterKey, type TuningStore } from '../../src/profile/tune';
import { HALF_CASES, halfQuality } from '../engine/half-quality';
import { TINY_MODEL } from '../engine/tiny-model';
import { openTestDevice } from './device';

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());
afterEach(() => vi.restoreAllMocks());

describe('half precision against f32', () => {
  // The rest takes minutes to compile here; tests/naga has them all.
  test.each(HALF_CASES.filter((_, i) => i !== 1))('$name', { timeout: 300_000 }, async (halfCase) => {
    expect(await halfQuality(device, halfCase)).toBeGreaterThanOrEqual(MIN_PSNR);
  });
});

describe('the choice', () => {
  const notes: string[] = [];
  const texts = new Map<string, string>();
  const tuning: TuningStore = {
    load: (adapter) => Promise.resolve(texts.get(adapter)),
    save: (adapter, text) => Promise.resolve(void texts.set(adapter, text)),
  };
  const onNote = (note: string): void => void notes.push(note);
  const options = () => ({ device, model: TINY_MODEL, size: 64, onNote });
  const key = (): string => `${adapterKey(device.adapterInfo)}, precision`;
  const kept = (): Record<string, string> =>
    (JSON.parse(texts.get(key())!) as { choices: Record<string, string> }).choices;
  /** Frames that take a second in one precision, and none in the other; f32 is timed first, five frames each. */
  const pretendSlow = (slow: 'f32' | 'packed', { queue } = device): void => {
    let [frames, now] = [0, 0];
    const done = queue.onSubmittedWorkDone.bind(queue);
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    vi.spyOn(queue, 'onSubmittedWorkDone').mockImplementation(() => {
      if (frames++ < 5 === (slow === 'f32')) now += 1000;
      return done();
    });
  };
  beforeEach(() => {
    notes.length = 0;
    texts.clear();
  });

  test('is f32 where nothing is measured', async () => {
    expect(await choosePrecision(options(), 'auto')).toBe('f32');
    expect(await choosePrecision({ ...options(), tuning }, 'f32')).toBe('f32');
    expect(notes).toEqual([]);
  });

  test('of f16 falls back to half storage, and says so', async () => {
    expect(device.features.has('shader-f16')).toBe(false);
    expect(await choosePrecision(options(), 'f16')).toBe('packed');
    expect(notes).toEqual([expect.stringContaining('no shader-f16')]);
  });

  test('is half precision where that is right and faster, and is remembered', async () => {
    pretendSlow('f32');
    expect(await choosePrecision({ ...options(), tuning }, 'auto')).toBe('packed');
    vi.restoreAllMocks();
    expect(Object.values(kept())).toEqual(['packed']);
    const shaders = vi.spyOn(device, 'createBuffer');
    expect(await choosePrecision({ ...options(), tuning }, 'auto')).toBe('packed');
    expect(shaders).not.toHaveBeenCalled();
  });

  test('is f32 where half precision is slower', async () => {
    pretendSlow('packed');
    expect(await choosePrecision({ ...options(), tuning }, 'auto')).toBe('f32');
    expect(notes.at(-1)).toMatch(/^f32 was chosen over packed: PSNR \d+\.\d dB, 1000\.00 ms a frame, f32 0\.00 ms$/);
  });

  /** The choice on a device whose driver compiles other code than it is given. */
  async function chooseWith(alter: (code: string) => string): Promise<string> {
    const faulty = await openTestDevice();
    pretendSlow('f32', faulty.device);
    const create = faulty.device.createShaderModule.bind(faulty.device);
    vi.spyOn(faulty.device, 'createShaderModule').mockImplementation((descriptor) =>
      create({ ...descriptor, code: alter(descriptor.code) }),
    );
    try {
      return await choosePrecision({ ...options(), device: faulty.device, tuning }, 'auto');
    } finally {
      faulty.close();
    }
  }

  test('is f32 where half precision gives another picture, however fast', async () => {
    const halve = (code: string): string => code.replace('pack2x16float(v.xy)', 'pack2x16float(v.xy * 0.5)');
    expect(await chooseWith(halve)).toBe('f32');
    expect(notes.at(-1)).toMatch(/^f32 was chosen over packed: PSNR \d\d?\.\d dB/);
  });

  test('is f32 where half precision does not compile', async () => {
    const spoil = (code: string): string => code.replace('pack2x16float(v.xy)', 'no_such_builtin(v.xy)');
    expect(await chooseWith(spoil)).toBe('f32');
    expect(notes.at(-1)).toMatch(/^packed was dropped: .*no_such_builtin/);
  });

  test.each(['', 'no JSON', '[1]', '{"version": 0}', '{"version": 1, "adapter": "somebody else", "choices": {}}'])(
    'that a store holds as %j is measured anew',
    async (text) => {
      texts.set(key(), text);
      pretendSlow('f32');
      expect(await choosePrecision({ ...options(), tuning }, 'auto')).toBe('packed');
      vi.restoreAllMocks();
      expect(Object.values(kept())).toEqual(['packed']);
    },
  );
});

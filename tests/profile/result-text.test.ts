import { expect, test } from 'vitest';
import { clocksDiffer, resultMarkdown, resultPairs, sustainedText } from '../../src/profile/result-text';
import { RESULT } from './result';

test('Markdown: a headline, every label once, no cell broken by what it holds', () => {
  const lines = resultMarkdown(RESULT).split('\n');
  expect(lines[0]).toBe('**rho-webgpu: 4.12 ms a frame (243 fps) at 256, f32**');
  expect(lines).toContain('| Browser | Browser/1.0 (X11; \\| Linux) |');
  for (const [label] of resultPairs(RESULT))
    expect(
      lines.filter((line) => line.startsWith(`| ${label} |`)),
      label,
    ).toHaveLength(1);
  expect(lines).toContain('| onnxruntime-web | WASM | 40.0 | 10.0 x | 1.0e-5 |');
  expect(lines).toContain('| onnxruntime-web | WebGPU (JSEP) | failed: no \\| luck | - | - |');
});

test('the two clocks are said to differ, either way', () => {
  expect(clocksDiffer(RESULT.gpu!)).toBe(
    "wall time is 20.0 % above GPU time: recording, submitting and waiting lie between; GPU times are multiples of 0.100 ms, the clock's grain",
  );
  const reversed = { ...RESULT.gpu!, gpuMs: { ...RESULT.gpu!.gpuMs, median: 7.2 }, grainMs: null };
  expect(clocksDiffer(reversed)).toBe('GPU time is 100.0 % above wall time: the stamps are not to be trusted here');
});

test('a machine that grows slow is said to', () => {
  expect(sustainedText(RESULT)).toBe(
    '4000 frames in 20.0 s: 25.0 % slower at the end than at the beginning, so the machine throttles or is busy',
  );
  expect(sustainedText({ sustained: { seconds: 3, frames: 9, medians: [4, 4, 3.9] } })).toMatch(
    /2\.5 % faster at the end than at the beginning$/,
  );
  expect(sustainedText({ sustained: null })).toBe('not run');
});

test('a wrong result is said to be wrong', () => {
  const wrong = resultPairs({ ...RESULT, check: { isRight: false, said: ['off by 7'] } });
  expect(wrong).toContainEqual(['Check', 'WRONG: off by 7']);
});

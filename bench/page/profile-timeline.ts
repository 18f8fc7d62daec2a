import { percent, short } from '../../src/profile/short';
import type { ProfileReport } from '../../tools/profile-report';
import { element } from './elements';

/** The frame in one pass over its dispatches end to end, on one scale of milliseconds. */
export function timeline(
  { frame, dispatches }: ProfileReport,
  colors: ReadonlyMap<string, string>,
  onChoose: (index: number) => void,
): HTMLElement {
  const totalMs = Math.max(frame.gpuMs ?? 0, frame.wallMs, frame.sumMs);
  const width = (ms: number): string => `${(ms / totalMs) * 100}%`;
  const whole = (label: string, ms: number | undefined): HTMLElement[] =>
    ms === undefined
      ? []
      : [
          element('div', { class: 'lane-label' }, label),
          element(
            'div',
            { class: 'lane' },
            element('div', { class: 'span whole', style: `width: ${width(ms)}` }, `${short(ms)} ms`),
          ),
        ];
  const spans = dispatches.flatMap((row, i) => {
    if (row.gpuMs === undefined) return [];
    const title = `${row.layer}: ${row.kernel}, ${short(row.gpuMs)} ms, ${percent(row.share)}`;
    const style = `width: ${width(row.gpuMs)}; background: ${colors.get(row.kernel)!}`;
    const span = element('div', { class: 'span', style, title });
    span.addEventListener('click', () => onChoose(i));
    return [span];
  });
  const legend = [...colors].map(([kernel, color]) =>
    element('span', {}, element('i', { style: `background: ${color}` }), kernel),
  );
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'timeline', role: 'img', 'aria-label': 'dispatches in the order of the frame, as wide as they take' },
      ...whole('wall time', frame.wallMs),
      ...whole('frame, one pass', frame.gpuMs),
      element('div', { class: 'lane-label' }, `kernels, a pass each: ${short(frame.sumMs)} ms`),
      element('div', { class: 'lane' }, ...spans),
    ),
    element('p', { class: 'legend small' }, ...legend),
  );
}

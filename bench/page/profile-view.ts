import { chromeTrace } from '../../src/profile/trace';
import { short } from '../../src/profile/short';
import type { ProfileDocument } from '../../tools/profile-network';
import { profileOf, profileTitle, sumDiffers, type ProfileReport } from '../../tools/profile-report';
import { dispatchDetails } from './dispatch-details';
import { element, pairList } from './elements';
import { explain } from './explain';
import { kernelColors } from './kernel-colors';
import { openInPerfetto } from './open-perfetto';
import { profileTable } from './profile-table';
import { timeline } from './profile-timeline';
import { drawRoofline } from './roofline-chart';
import { saveFile } from './save-file';

/** Shows a profile in an element: the profiler page and `rho profile --html` both end here. */
export async function showProfile(container: HTMLElement, { report, facts }: ProfileDocument): Promise<void> {
  const { dispatches } = report;
  const colors = kernelColors(dispatches.map(({ kernel }) => kernel));
  const details = element('section', { class: 'card', 'aria-label': 'the chosen dispatch', id: 'dispatch' });
  const choose = (index: number): void => {
    table.select(index);
    details.replaceChildren(dispatchDetails(dispatches[index]!, facts[index]!));
    details.hidden = false;
    details.querySelector('h3')?.focus();
  };
  details.hidden = true;
  const table = profileTable(dispatches, choose);
  const roof = element('div', { class: 'chart', id: 'roof-chart' });
  container.replaceChildren(
    element('section', { class: 'card' }, element('h2', {}, 'Profile'), head(report), exports(report)),
    element('section', { class: 'card' }, element('h2', {}, 'Timeline'), timeline(report, colors, choose)),
    element(
      'section',
      { class: 'card' },
      element('h2', {}, 'Roofline'),
      element(
        'p',
        { class: 'small' },
        'A dot a dispatch, its area the share of the time. Bytes count every tensor and constant once; above the line, caches served what memory would have had to.',
      ),
      roof,
    ),
    element(
      'section',
      { class: 'card' },
      element('h2', {}, 'Dispatches'),
      element('p', { class: 'small' }, 'Titles sort; a click or Enter on a row shows the kernel below.'),
      table.element,
    ),
    details,
  );
  const points = dispatches.map((row) => ({ ...row, name: row.layer, group: row.kernel }));
  await drawRoofline(roof, report.ceilings, points, choose, colors);
}

/** The three sums of a frame and what they say of each other. */
function head(report: ProfileReport): HTMLElement {
  const { frame, ceilings, dispatches } = report;
  const missing = dispatches.reduce((sum, row) => sum + row.missing, 0);
  const samples = dispatches.reduce((sum, row) => sum + row.samples, 0);
  const overhead =
    frame.gpuMs === undefined
      ? ''
      : `; wall time is ${short((frame.wallMs / frame.gpuMs - 1) * 100)} % above the GPU's: recording, submitting and waiting`;
  return pairList([
    ['GPU', report.adapter],
    ['Network', `size ${report.size}, motion size ${report.motionSize}, ${report.precision}`],
    ['Sum of kernels', `${short(frame.sumMs)} ms: ${dispatches.length} dispatches in a pass each`],
    ['Frame, GPU time', `${short(frame.gpuMs)} ms in one pass`],
    ['Frame, wall time', `${short(frame.wallMs)} ms`],
    ['Disagreement', `${sumDiffers(frame)}${overhead}`],
    ['Ceilings', `${short(ceilings.gflops)} GFLOP/s, ${short(ceilings.gbPerS)} GB/s, measured on the spot`],
    ['Stamps', `${missing} of ${samples} missing`],
    ['Commit', report.commit ?? 'none'],
  ]);
}

function exports(report: ProfileReport): HTMLElement {
  const title = profileTitle(report);
  const trace = (): string => chromeTrace(profileOf(report), title);
  const said = element('p', { class: 'status', role: 'status', id: 'exported' });
  const button = (id: string, text: string, act: () => void): HTMLElement => {
    const made = element('button', { id, type: 'button' }, text);
    made.addEventListener('click', act);
    return made;
  };
  const name = `rho-profile-${report.size}-${report.precision}`;
  const save = (file: string, text: string): void => {
    saveFile(file, text, 'application/json');
    said.textContent = `Saved as ${file}.`;
  };
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'controls' },
      button('save-trace', 'Save trace', () => save(`${name}.trace.json`, trace())),
      button('open-perfetto', 'Open in Perfetto', () => {
        said.textContent = 'Waiting for ui.perfetto.dev …';
        openInPerfetto(trace(), title).then(
          () => (said.textContent = 'Handed to Perfetto, which computes in its window and uploads nothing.'),
          (error: unknown) => (said.textContent = explain(error)),
        );
      }),
      button('save-report', 'Save JSON', () => save(`${name}.json`, JSON.stringify(report, undefined, 1))),
    ),
    said,
  );
}

import { isResultHash, resultFromLink } from '../../src/profile/result-link';
import { createCompareSlots } from './compare-slots';
import { byId } from './elements';
import { createFrameChart, type FrameChart } from './frame-chart';
import { createNetworkForm } from './network-choice';
import { chartStored, showResult, shownResult, wireExports } from './result-section';
import type { RunChoice, RunEvents } from './run-benchmark';
import { sayProblem, wireRunForm } from './run-form';
import type { PeerId } from './run-peers';

const status = byId('status', HTMLElement);
const progress = byId('progress', HTMLProgressElement);
const network = createNetworkForm(byId('network', HTMLElement));
const put = createCompareSlots(byId('comparison', HTMLElement));

function readChoice(): RunChoice {
  const frames = Number(byId('frames', HTMLInputElement).value);
  const peers = [...byId('peers', HTMLElement).querySelectorAll<HTMLInputElement>('input:checked')];
  return {
    ...network.read(),
    frames,
    withRoofline: byId('roofline', HTMLInputElement).checked,
    sustainedSeconds: Number(byId('seconds', HTMLSelectElement).value),
    peers: peers.map(({ value }) => value as PeerId),
  };
}

/** What a run tells, on the page. A phase is announced once; its numbers are not. */
function liveEvents(frames: FrameChart, sustained: FrameChart): RunEvents {
  let phase = '';
  return {
    onPhase(text, done, total) {
      if (text !== phase) status.textContent = `${(phase = text)} …`;
      byId('count', HTMLElement).textContent = total === undefined ? '' : `${Math.floor(done ?? 0)} of ${total}`;
      if (total === undefined) progress.removeAttribute('value');
      else [progress.max, progress.value] = [total, done ?? 0];
    },
    onFrame: (number, ms) => frames.push(number, ms),
    onSustainedFrame: (at, ms) => sustained.push(at, ms),
    onVisibility: (isHidden) =>
      (status.textContent = isHidden
        ? 'This tab is hidden: browsers slow such tabs down, and the result will say so.'
        : `${phase} …`),
  };
}

async function openCharts(sustainedSeconds: number): Promise<[FrameChart, FrameChart]> {
  byId('live', HTMLElement).hidden = false;
  byId('sustained', HTMLElement).hidden = sustainedSeconds === 0;
  const [live, sustained] = ['live-chart', 'sustained-chart'].map((id) => byId(id, HTMLElement)) as [
    HTMLElement,
    HTMLElement,
  ];
  live.replaceChildren();
  sustained.replaceChildren();
  return Promise.all([createFrameChart(live, 'frame'), createFrameChart(sustained, 's')]);
}

async function run(signal: AbortSignal): Promise<void> {
  const choice = readChoice();
  const [frames, sustained] = await openCharts(choice.sustainedSeconds);
  const { runBenchmark } = await import('./run-benchmark');
  const { result, image } = await runBenchmark(choice, liveEvents(frames, sustained), signal);
  await showResult(result, 'Measured on this page.', image);
  if (result.sustained) {
    const { medians } = result.sustained;
    sustained.setMedians(
      medians.map((_, i) => i + 0.5),
      medians,
    );
  }
  status.textContent = result.check.isRight
    ? 'Done; the result is right.'
    : 'Done, but the result is WRONG: see the check.';
  if (!result.check.isRight) sayProblem(new Error(`the result is wrong: ${result.check.said.join('; ')}`));
}

/** Shows the result that the address holds, if it holds one. */
async function showLinked(): Promise<void> {
  if (!isResultHash(location.hash)) return;
  try {
    const result = await resultFromLink(location.hash);
    await showResult(result, 'Out of the link that this page was opened with; measured elsewhere or earlier.');
    await chartStored(result);
  } catch (error) {
    sayProblem(error);
  }
}

/** Small numbers for tests and slow machines: `?frames=3&seconds=2`. */
function readAddress(): void {
  const asked = new URLSearchParams(location.search);
  const frames = Number(asked.get('frames'));
  if (Number.isInteger(frames) && frames > 0) byId('frames', HTMLInputElement).value = `${frames}`;
  const seconds = Number(asked.get('seconds'));
  if (!(seconds > 0 && seconds <= 600)) return;
  const select = byId('seconds', HTMLSelectElement);
  if (![...select.options].some(({ value }) => value === `${seconds}`))
    select.add(new Option(`${seconds} s`, `${seconds}`));
  select.value = `${seconds}`;
}

/** Once the page has loaded and nothing else is to be done. */
function whenIdle(work: () => void): void {
  const soon = (): void => {
    // Safari has no requestIdleCallback.
    if ('requestIdleCallback' in window) requestIdleCallback(work);
    else setTimeout(work, 200);
  };
  if (document.readyState === 'complete') soon();
  else window.addEventListener('load', soon);
}

/** Fetches what a run wants while people look at the page: it starts at once, and runs without a network from then on. */
function prepare(): void {
  const wanted = [
    import('./run-benchmark'),
    import('./bundled-faces').then(({ loadBundled }) => loadBundled()),
    import('../answers/answers.json'),
    import('uplot'),
    import('uplot/dist/uPlot.min.css'),
    import('@observablehq/plot'),
  ];
  // What does not come is asked for again when it is needed, and missed in words then.
  void Promise.allSettled(wanted).then((results) => {
    const isWhole = results.every((result) => result.status === 'fulfilled');
    if (isWhole && status.textContent === '') status.textContent = 'Ready; a run needs no network from now on.';
  });
}

readAddress();
wireExports();
for (const slot of ['first', 'second'] as const) {
  byId(`to-${slot}`, HTMLButtonElement).addEventListener('click', () => {
    const result = shownResult();
    if (!result) return;
    put(slot, result);
    byId('comparison', HTMLElement).scrollIntoView({ block: 'nearest' });
  });
}
window.addEventListener('hashchange', () => void showLinked());
void showLinked();
void wireRunForm({
  run,
  stopped: 'Stopped before there was anything to show.',
  nothing: 'Nothing can be measured here.',
  onStop: () => (status.textContent = 'Stopping …'),
  onEnd: () => (byId('count', HTMLElement).textContent = ''),
}).then((hasDevice) => {
  if (hasDevice) whenIdle(prepare);
});

import { writeResult, type BenchmarkResult } from '../../src/profile/benchmark-result';
import { resultToHash } from '../../src/profile/result-link';
import { resultMarkdown, sustainedText } from '../../src/profile/result-text';
import { byId } from './elements';
import { createFrameChart } from './frame-chart';
import { drawRoofline } from './roofline-chart';
import { copyText, saveFile } from './save-file';
import { headFigures, peersTable, resultDetails, rooflineTable } from './show-result';

const section = (id: string): HTMLElement => byId(id, HTMLElement);

let shown: BenchmarkResult | undefined;

/** The result on the page, if any. */
export const shownResult = (): BenchmarkResult | undefined => shown;

/** Shows a result; `origin` says where it comes from, the image is that of the first frame where there is one. */
export async function showResult(result: BenchmarkResult, origin: string, image?: ImageData): Promise<void> {
  shown = result;
  section('origin').textContent = origin;
  section('figures').replaceChildren(headFigures(result));
  section('details').replaceChildren(resultDetails(result));
  section('markdown').textContent = resultMarkdown(result);
  section('exported').textContent = '';
  showImage(image);
  section('result').hidden = false;
  section('roof').hidden = result.roofline === null;
  section('peers-result').hidden = result.peers === null;
  section('peers-table').replaceChildren(peersTable(result));
  section('roof-table').replaceChildren(rooflineTable(result));
  section('sustained').hidden = result.sustained === null;
  section('sustained-text').textContent = sustainedText(result);
  if (result.roofline) {
    const points = result.roofline.kernels.map((row) => ({ ...row, name: row.kernel, group: row.kernel }));
    await drawRoofline(section('roof-chart'), result.roofline, points);
  }
}

/** Draws what a stored result tells of its frames. */
export async function chartStored({ times, sustained }: BenchmarkResult): Promise<void> {
  section('live').hidden = false;
  section('live-chart').replaceChildren();
  const frames = await createFrameChart(section('live-chart'), 'frame');
  times.forEach((ms, i) => frames.push(i + 1, ms));
  if (!sustained) return;
  section('sustained').hidden = false;
  section('sustained-chart').replaceChildren();
  const seconds = await createFrameChart(section('sustained-chart'), 's');
  seconds.setMedians(
    sustained.medians.map((_, i) => i + 0.5),
    sustained.medians,
  );
}

function showImage(image: ImageData | undefined): void {
  const canvas = byId('image', HTMLCanvasElement);
  canvas.hidden = image === undefined;
  if (!image) return;
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** Wires the buttons that give a result away. */
export function wireExports(): void {
  const say = (text: string): void => void (section('exported').textContent = text);
  const on = (id: string, act: (result: BenchmarkResult) => void): void =>
    byId(id, HTMLButtonElement).addEventListener('click', () => {
      if (shown) act(shown);
    });
  on('save', (result) => {
    const name = `rho-benchmark-${result.size}-${result.precision}-${result.date.slice(0, 10)}.json`;
    saveFile(name, writeResult(result, 1), 'application/json');
    say(`Saved as ${name}.`);
  });
  on('copy-markdown', (result) => {
    void copyText(resultMarkdown(result)).then((isCopied) => {
      if (!isCopied) byId('markdown-block', HTMLDetailsElement).open = true;
      say(isCopied ? 'Copied.' : 'This browser does not let pages copy; the text stands below.');
    });
  });
  on('copy-link', (result) => {
    void resultToHash(result).then(async (hash) => {
      history.replaceState(null, '', `#${hash}`);
      const isCopied = await copyText(location.href);
      say(isCopied ? 'Copied; it is the address of this page now.' : 'It is the address of this page now.');
    });
  });
}

import type { BackendChoice, PrecisionChoice } from '../../src/index';
import { createDriverPanel } from './driver-panel';
import { element, wordsOf } from './elements';
import { EngineHost } from './engine-host';
import { showFigures, tellSupport } from './figures';
import { takeFiles } from './files';
import { createGallery } from './gallery';
import { keepForOffline } from './offline';
import { drawLandmarks, drawMotion } from './overlay';
import { ownSource } from './own-picture';
import { createRecordPanel } from './record-panel';
import type { DemoSource } from './source';
import { firstWeights, weightsOf } from './weights';

const query = new URLSearchParams(location.search);
const size = element('size', 'select');
const backend = element('backend', 'select');
const precision = element('precision', 'select');
const showLandmarks = element('show-landmarks', 'input');
const showMotion = element('show-motion', 'input');
const sourceCanvas = element('source', 'canvas').getContext('2d')!;
const overlay = element('overlay', 'canvas').getContext('2d')!;

let source: DemoSource | undefined;
let weights = firstWeights(query);

const host: EngineHost = new EngineHost(() => records.engineChanged());
const records = createRecordPanel(host);
const panel = createDriverPanel();

function drawSource(): void {
  if (!source) return;
  const side = sourceCanvas.canvas.width;
  sourceCanvas.drawImage(source.picture, 0, 0, side, side);
  if (showLandmarks.checked) drawLandmarks(sourceCanvas, source.face.landmarks);
}

function choose(chosen: DemoSource): void {
  source = chosen;
  element('source-name', 'span').textContent = chosen.name;
  element('source-status', 'p').textContent = '';
  panel.drive(chosen);
  drawSource();
}

const gallery = createGallery(choose, (name, error) => {
  element('source-status', 'p').textContent = `The picture of ${name} could not be loaded: ${wordsOf(error)}`;
});

function frame(now: number): void {
  requestAnimationFrame(frame);
  if (!source) return;
  const face = panel.face(now) ?? source.face;
  records.note(face, now);
  host.show(source, face, now);
  const { width } = overlay.canvas;
  overlay.clearRect(0, 0, width, width);
  if (showMotion.checked && host.motion) drawMotion(overlay, host.motion);
  // Those of the frame beneath, which may be late; where there is none, they are what can be seen.
  if (showLandmarks.checked || !host.rho) drawLandmarks(overlay, (host.seenFace ?? face).landmarks);
}

function openEngine(): void {
  const note = element('weights-note', 'p');
  note.hidden = weights.note === undefined;
  note.textContent = weights.note ?? '';
  void host.open({
    weights,
    size: Number(size.value),
    precision: precision.value as PrecisionChoice,
    backend: backend.value as BackendChoice,
  });
}

async function takePicture(file: File): Promise<void> {
  const status = element('source-status', 'p');
  try {
    const own = await ownSource(file);
    if (own) gallery.add(own);
    status.textContent = own ? '' : `${file.name} was left out.`;
  } catch (error) {
    status.textContent = wordsOf(error);
  }
}

function takeWeights(files: readonly File[]): void {
  try {
    weights = weightsOf(files);
    openEngine();
  } catch (error) {
    element('engine-status', 'p').textContent = wordsOf(error);
  }
}

takeFiles({
  picture: (file) => void takePicture(file),
  weights: takeWeights,
  recording: (file) => void panel.play(file),
  refuse: (why) => (element('source-status', 'p').textContent = why),
});
size.addEventListener('change', openEngine);
backend.addEventListener('change', openEngine);
precision.addEventListener('change', openEngine);
showLandmarks.addEventListener('change', drawSource);
showMotion.addEventListener('change', () => (host.wantsMotion = showMotion.checked));
host.wantsMotion = showMotion.checked;
requestAnimationFrame(frame);

/** A size that the page's address asks for; else one that a CPU can bear, or the network's own. */
function chooseSize(isOnCpu: boolean): void {
  const wanted = query.get('size') ?? (isOnCpu ? '256' : size.value);
  if (![...size.options].some(({ value }) => value === wanted)) size.prepend(new Option(wanted));
  size.value = wanted;
}

const support = await tellSupport();
chooseSize(!support.supported || support.isSoftware);
if ([...backend.options].some(({ value }) => value === query.get('backend'))) backend.value = query.get('backend')!;
showFigures(host, support);
await keepForOffline();
openEngine();

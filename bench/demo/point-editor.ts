import { landmarksOfMesh } from '../../src/drivers/mediapipe-points';
import { poseHead } from '../../src/drivers/rig';
import { element, wordsOf } from './elements';
import { FACE_LINES, PART_COLORS } from './overlay';
import { groupOf, movePoints, nearestPoint, partOf, reshapePoints, type PointGroup } from './point-moves';
import { currentTracker } from './tracker';

const SVG = 'http://www.w3.org/2000/svg';

/** A step of the arrow keys, in halves of the picture's shorter side, and one with Shift. */
const STEP = 1 / 128;
const LARGE_STEP = 1 / 16;
const GROWTH = 1.04;
const TURN = Math.PI / 90;

const PART_NAMES = {
  contour: 'outline',
  leftBrow: 'left brow',
  rightBrow: 'right brow',
  nose: 'nose',
  leftEye: 'left eye',
  rightEye: 'right eye',
  mouth: 'mouth',
} as const;

function draw<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/**
 * Lets the user place the 72 points on a picture, in a dialog: starting from the mean face, or from what a tracker finds. The points
 * are in units of the picture's middle square, [-1, 1] being its shorter side; undefined where the user thinks better of it.
 */
export async function placePoints(picture: HTMLCanvasElement): Promise<Float32Array | undefined> {
  const dialog = element('points', 'dialog');
  const editor = createEditor(picture);
  const ending = new AbortController();
  const { signal } = ending;
  const onClick = (id: string, listener: () => void): void =>
    element(id, 'button').addEventListener('click', listener, { signal });
  onClick('larger', () => editor.reshape(GROWTH, 0));
  onClick('smaller', () => editor.reshape(1 / GROWTH, 0));
  onClick('turn-left', () => editor.reshape(1, -TURN));
  onClick('turn-right', () => editor.reshape(1, TURN));
  onClick('points-find', () => void find(picture, editor));
  element('points-status', 'p').textContent = '';
  element('point-stage', 'div').replaceChildren(editor.svg);
  dialog.returnValue = 'cancel';
  dialog.showModal();
  editor.focus();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  ending.abort();
  element('point-stage', 'div').replaceChildren();
  return dialog.returnValue === 'use' ? editor.landmarks : undefined;
}

async function find(picture: HTMLCanvasElement, editor: Editor): Promise<void> {
  const status = element('points-status', 'p');
  try {
    const tracker = await currentTracker();
    if (!tracker) {
      status.textContent = 'There is no face tracker yet. It can be loaded under Driver, Webcam, Face tracker.';
      return;
    }
    status.textContent = 'Looking for a face …';
    const [mesh] = (await tracker.detect(picture)).faceLandmarks;
    if (mesh) editor.set(landmarksOfMesh(mesh, picture.width, picture.height));
    status.textContent = mesh ? 'Found. Move what does not fit.' : 'The tracker finds no face in this picture.';
  } catch (error) {
    status.textContent = `The tracker failed: ${wordsOf(error)}`;
  }
}

interface Editor {
  readonly svg: SVGSVGElement;
  readonly landmarks: Float32Array;
  set(landmarks: Float32Array): void;
  reshape(scale: number, turn: number): void;
  focus(): void;
}

function createEditor(picture: HTMLCanvasElement): Editor {
  const short = Math.min(picture.width, picture.height);
  const [halfWidth, halfHeight] = [picture.width / short, picture.height / short];
  const frame = { x: -halfWidth, y: -halfHeight, width: 2 * halfWidth, height: 2 * halfHeight };
  const svg = draw('svg', {
    viewBox: Object.values(frame).join(' '),
    role: 'group',
    'aria-label': 'Points of the face',
  });
  svg.style.setProperty('--ratio', String(halfWidth / halfHeight));
  svg.append(draw('image', { ...frame, href: picture.toDataURL('image/jpeg', 0.9) }));
  const landmarks = Float32Array.from(poseHead({}, {}).landmarks);
  const lines = FACE_LINES.map(({ part, points }) => ({
    points,
    line: draw('polyline', { stroke: PART_COLORS[part] }),
  }));
  const circles = Array.from({ length: 72 }, (_, i) =>
    draw('circle', {
      r: 0.017,
      fill: PART_COLORS[partOf(i)],
      tabindex: -1,
      role: 'button',
      'aria-label': `Point ${i + 1}, ${PART_NAMES[partOf(i)]}`,
    }),
  );
  svg.append(...lines.map(({ line }) => line), ...circles);
  let current = 30; // the tip of the nose

  const show = (): void => {
    circles.forEach((circle, i) => {
      circle.setAttribute('cx', String(landmarks[i * 2]));
      circle.setAttribute('cy', String(landmarks[i * 2 + 1]));
    });
    for (const { points, line } of lines)
      line.setAttribute('points', points.map((i) => `${landmarks[i * 2]},${landmarks[i * 2 + 1]}`).join(' '));
  };
  const choose = (point: number): void => {
    circles[current]!.setAttribute('tabindex', '-1');
    current = point;
    circles[current]!.setAttribute('tabindex', '0');
    circles[current]!.focus({ preventScroll: true });
  };
  const moving = (): readonly number[] => groupOf(current, element('group', 'select').value as PointGroup);
  const move = (dx: number, dy: number): void => {
    movePoints(landmarks, moving(), dx, dy);
    show();
  };
  const reshape = (scale: number, turn: number): void => {
    reshapePoints(landmarks, moving(), scale, turn);
    show();
  };

  svg.addEventListener('keydown', (event) => {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
      '+': () => reshape(GROWTH, 0),
      '=': () => reshape(GROWTH, 0),
      '-': () => reshape(1 / GROWTH, 0),
      '<': () => reshape(1, -TURN),
      '>': () => reshape(1, TURN),
      PageUp: () => choose((current + 71) % 72),
      PageDown: () => choose((current + 1) % 72),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]!();
  });

  const at = ({ clientX, clientY }: PointerEvent): DOMPoint =>
    new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM()!.inverse());
  svg.addEventListener('pointerdown', (down) => {
    down.preventDefault();
    svg.setPointerCapture(down.pointerId);
    let last = at(down);
    choose(nearestPoint(landmarks, last.x, last.y));
    const drag = (event: PointerEvent): void => {
      const next = at(event);
      move(next.x - last.x, next.y - last.y);
      last = next;
    };
    const drop = (): void => svg.removeEventListener('pointermove', drag);
    svg.addEventListener('pointermove', drag);
    svg.addEventListener('lostpointercapture', drop, { once: true });
  });

  show();
  circles[current]!.setAttribute('tabindex', '0');
  return {
    svg,
    landmarks,
    set(found) {
      landmarks.set(found);
      show();
    },
    reshape,
    focus: () => circles[current]!.focus({ preventScroll: true }),
  };
}

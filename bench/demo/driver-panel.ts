import { readRecording, type Recording } from '../../src/drivers/recording';
import type { RetargetMode } from '../../src/drivers/retarget';
import { performanceDriver, recordingDriver, slidersDriver, type Driver } from './driver';
import { element, wordsOf } from './elements';
import { createSliders } from './sliders';
import type { DemoSource } from './source';
import { offerTracker } from './tracker';
import { createWebcam } from './webcam';

const KINDS = ['recording', 'sliders', 'webcam'] as const;
type Kind = (typeof KINDS)[number];

/** What moves the picture, as the panel says. */
export interface DriverPanel extends Driver {
  /** Drives another source from now on. */
  drive(source: DemoSource): void;
  /** Plays a recording of the user's. */
  play(file: File): Promise<void>;
}

/** Makes the panel work. */
export function createDriverPanel(): DriverPanel {
  const sliders = createSliders();
  const webcam = createWebcam();
  const name = element('recording-name', 'p');
  const mode = element('mode', 'select');
  const output = element('output', 'div');
  let kind: Kind = 'recording';
  let recording: Recording | undefined;
  let source: DemoSource | undefined;
  let driver: Driver | undefined;
  offerTracker();
  name.textContent = 'The bundled performance, round and round.';

  const renew = (): void => {
    for (const each of KINDS) element(`${each}-panel`, 'div').hidden = each !== kind;
    element('mode-field', 'label').hidden = !(kind === 'webcam' || (kind === 'recording' && recording));
    output.classList.toggle('draggable', kind === 'sliders');
    if (kind !== 'webcam') webcam.stop();
    if (!source) return;
    const carry = mode.value as RetargetMode;
    if (kind === 'webcam') {
      webcam.drive(source, carry);
      driver = webcam;
    } else if (kind === 'sliders') driver = slidersDriver(source, () => sliders.parameters);
    else driver = recording ? recordingDriver(source, recording, carry) : performanceDriver(source);
  };

  const choose = (chosen: Kind): void => {
    kind = chosen;
    document.querySelector<HTMLInputElement>(`input[name=driver][value=${kind}]`)!.checked = true;
    renew();
  };

  for (const input of document.querySelectorAll<HTMLInputElement>('input[name=driver]'))
    input.addEventListener('change', () => choose(input.value as Kind));
  mode.addEventListener('change', renew);

  // The result can be turned by hand: a picture's width is 90 degrees.
  output.addEventListener('pointermove', (event) => {
    if (kind !== 'sliders' || event.buttons !== 1) return;
    const { yaw = 0, pitch = 0 } = sliders.parameters;
    const turn = Math.PI / 2 / output.clientWidth;
    sliders.set({ yaw: yaw + event.movementX * turn, pitch: pitch + event.movementY * turn });
  });

  // Browsers keep a form's state over a reload.
  choose((document.querySelector<HTMLInputElement>('input[name=driver]:checked')?.value as Kind | undefined) ?? kind);

  return {
    face: (nowMs) => driver?.face(nowMs),
    drive(chosen) {
      source = chosen;
      renew();
    },
    async play(file) {
      try {
        recording = readRecording(JSON.parse(await file.text()));
        const seconds = (recording.durationMs / 1000).toFixed(1);
        name.textContent = `${file.name}: ${recording.frames.length} frames, ${seconds} s, forth and back.`;
      } catch (error) {
        name.textContent = `${file.name} cannot be played: ${wordsOf(error)}`;
      }
      choose('recording');
    },
  };
}

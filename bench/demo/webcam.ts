import { createMediaPipeDriver, type MediaPipeDriver, type RetargetMode } from '../../src/drivers/mediapipe';
import type { Face } from '../../src/index';
import type { Driver } from './driver';
import { element, wordsOf } from './elements';
import type { DemoSource } from './source';
import { currentTracker, type Tracker } from './tracker';

/** The camera's panel, and the driver that the camera makes. */
export interface Webcam extends Driver {
  drive(source: DemoSource, mode: RetargetMode): void;
  /** Switches the camera off. */
  stop(): void;
}

const REFUSALS: Readonly<Record<string, string>> = {
  NotAllowedError:
    'The camera was refused. Allow it for this page (the sign is in the address bar, or in the site’s settings), then start again. Its pictures stay here.',
  NotFoundError: 'There is no camera. Connect one, then start again; sliders and recordings work without.',
  NotReadableError: 'The camera cannot be read; perhaps another program uses it. Close that, then start again.',
  OverconstrainedError: 'The camera has no picture of a useful size.',
};

async function openCamera(): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new Error('Cameras are only there on pages from https or localhost.');
  try {
    return await devices.getUserMedia({ video: { width: 640, height: 480, facingMode: 'user' } });
  } catch (error) {
    throw new Error(REFUSALS[(error as DOMException).name] ?? `The camera does not start: ${wordsOf(error)}`, {
      cause: error,
    });
  }
}

const NO_TRACKER = 'There is no face tracker yet: open “Face tracker” below and load one, then start again.';

/** Makes the camera's panel work. */
export function createWebcam(): Webcam {
  const video = element('camera', 'video');
  const start = element('camera-start', 'button');
  const calibrate = element('calibrate', 'button');
  const status = element('camera-status', 'p');
  let driven: { source: DemoSource; mode: RetargetMode } | undefined;
  let driver: MediaPipeDriver | undefined;
  let face: Face | undefined;
  let run = 0;
  /** Until when the last word stays before the next frame's. */
  let quietUntil = 0;

  const renew = (): void => {
    driver = driven && createMediaPipeDriver({ source: driven.source.face, mode: driven.mode, mirror: true });
    face = undefined;
  };

  const follow = (tracker: Tracker, own: number): void => {
    if (own !== run) return;
    try {
      const { videoWidth: width, videoHeight: height } = video;
      const now = performance.now();
      const found = driver?.update(tracker.detectForVideo(video, now), now, { width, height });
      if (found) face = found;
      if (now > quietUntil) status.textContent = found ? 'Following your face.' : 'No face is to be seen.';
      video.requestVideoFrameCallback(() => follow(tracker, own));
    } catch (error) {
      stop();
      status.textContent = `The tracker failed: ${wordsOf(error)}`;
    }
  };

  const stop = (): void => {
    run++;
    for (const track of (video.srcObject as MediaStream | null)?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = calibrate.disabled = true;
    start.textContent = 'Start the camera';
  };

  const begin = async (): Promise<void> => {
    const own = ++run;
    start.disabled = true;
    try {
      const tracker = await currentTracker();
      if (!tracker) {
        element('tracker', 'details').open = true;
        throw new Error(NO_TRACKER);
      }
      element('tracker', 'details').open = false;
      status.textContent = 'Waiting for the camera …';
      const stream = await openCamera();
      if (own !== run) return stream.getTracks().forEach((track) => track.stop());
      video.srcObject = stream;
      video.hidden = calibrate.disabled = false;
      await video.play();
      start.textContent = 'Stop the camera';
      renew();
      video.requestVideoFrameCallback(() => follow(tracker, own));
    } catch (error) {
      stop();
      status.textContent = wordsOf(error);
    } finally {
      start.disabled = false;
    }
  };

  start.addEventListener('click', () => {
    if (video.srcObject) {
      stop();
      status.textContent = 'The camera is off.';
    } else void begin();
  });
  calibrate.addEventListener('click', () => {
    driver?.calibrate();
    quietUntil = performance.now() + 2000;
    status.textContent = 'Calibrated: this is your face at rest.';
  });

  return {
    face: () => face,
    drive(source, mode) {
      const isSame = driven?.source === source;
      driven = { source, mode };
      if (isSame && driver) driver.mode = mode;
      else renew();
    },
    stop,
  };
}

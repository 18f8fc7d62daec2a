import type { MediaPipeResult } from '../../src/drivers/mediapipe';
import { element, wordsOf } from './elements';

/** Finds the mesh of a face: MediaPipe's landmarker, or what stands in for it. */
export interface Tracker {
  /** In the next frame of a video; times in milliseconds must rise. */
  detectForVideo(frame: HTMLVideoElement, timeMs: number): MediaPipeResult;
  /** In a still picture. */
  detect(picture: CanvasImageSource): MediaPipeResult | Promise<MediaPipeResult>;
}

declare global {
  interface Window {
    /** Gives a tracker in place of MediaPipe's: another model, or a test's. */
    rhoTracker?: () => Tracker | Promise<Tracker>;
  }
}

/** What of `@mediapipe/tasks-vision` 1.1.0 is called. */
interface VisionModule {
  readonly FilesetResolver: { forVisionTasks(folder: string): Promise<unknown> };
  readonly FaceLandmarker: {
    createFromOptions(
      files: unknown,
      options: {
        readonly baseOptions: { readonly modelAssetPath: string; readonly delegate: 'GPU' | 'CPU' };
        readonly runningMode: RunningMode;
        readonly numFaces: number;
        readonly outputFaceBlendshapes: boolean;
      },
    ): Promise<FaceLandmarker>;
  };
}

type RunningMode = 'IMAGE' | 'VIDEO';

interface FaceLandmarker {
  setOptions(options: { readonly runningMode: RunningMode }): Promise<void>;
  detect(picture: CanvasImageSource): MediaPipeResult;
  detectForVideo(frame: HTMLVideoElement, timeMs: number): MediaPipeResult;
}

let loaded: Tracker | undefined;

/** The tracker, if there is one: one that the page was given, or the one that the user has loaded. */
export async function currentTracker(): Promise<Tracker | undefined> {
  if (window.rhoTracker) loaded ??= await window.rhoTracker();
  return loaded;
}

/** Makes the panel load MediaPipe from the addresses in it, when asked to and not before. */
export function offerTracker(): void {
  const button = element('tracker-load', 'button');
  const status = element('tracker-status', 'p');
  const load = async (): Promise<void> => {
    button.disabled = true;
    status.textContent = 'Loading the tracker …';
    try {
      loaded = await loadMediaPipe(element('tracker-base', 'input').value, element('tracker-model', 'input').value);
      status.textContent = 'The tracker is loaded.';
    } catch (error) {
      status.textContent = `The tracker could not be loaded: ${wordsOf(error)}. Check the addresses and the connection.`;
    } finally {
      button.disabled = false;
    }
  };
  button.addEventListener('click', () => void load());
}

async function loadMediaPipe(folder: string, model: string): Promise<Tracker> {
  const base = new URL(folder.endsWith('/') ? folder : `${folder}/`, location.href);
  const address = new URL('vision_bundle.mjs', base).href;
  const vision = (await import(/* @vite-ignore */ address)) as VisionModule;
  const files = await vision.FilesetResolver.forVisionTasks(new URL('wasm', base).href);
  const landmarker = await vision.FaceLandmarker.createFromOptions(files, {
    baseOptions: { modelAssetPath: new URL(model, location.href).href, delegate: 'GPU' },
    runningMode: 'VIDEO',
    numFaces: 1,
    outputFaceBlendshapes: true,
  });
  return {
    detectForVideo: (frame, timeMs) => landmarker.detectForVideo(frame, timeMs),
    async detect(picture) {
      await landmarker.setOptions({ runningMode: 'IMAGE' });
      try {
        return landmarker.detect(picture);
      } finally {
        await landmarker.setOptions({ runningMode: 'VIDEO' });
      }
    },
  };
}

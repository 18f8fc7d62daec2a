import headPose from '../../demo/source_headpose.txt?raw';
import landmarks from '../../demo/source_landmark.txt?raw';
import pictureUrl from '../../demo/source.png?url';
import type { Face } from '../../src/engine/face';
import type { MeasuredFaces } from '../../tools/benchmark';

const FRAMES = {
  landmarks: import.meta.glob<string>('../../demo/driving/landmark/*.txt', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
  headPoses: import.meta.glob<string>('../../demo/driving/headpose/*.txt', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
};

const numbers = (text: string): Float32Array => Float32Array.from(text.trim().split(/\s+/), Number);

/** The picture and the driving sequence that come with the checkout: what `rho bench` runs too. */
export function loadBundled(): Promise<MeasuredFaces> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

let loaded: Promise<MeasuredFaces> | undefined;

async function load(): Promise<MeasuredFaces> {
  const driving = Object.keys(FRAMES.landmarks)
    .sort()
    .map((path): Face => {
      const pose = FRAMES.headPoses[path.replace('/landmark/', '/headpose/')];
      return { landmarks: numbers(FRAMES.landmarks[path]!), headPose: numbers(pose ?? '') };
    });
  const face = { landmarks: numbers(landmarks), headPose: numbers(headPose) };
  return { picture: await decode(pictureUrl), face, driving };
}

/** The stored bytes of a picture: no colour management, no premultiplication. */
async function decode(url: string): Promise<ImageData> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the bundled picture does not load: ${response.status}`);
  const bitmap = await createImageBitmap(await response.blob(), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser draws on no canvas');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

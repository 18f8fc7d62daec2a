import { fileURLToPath } from 'node:url';
import type { MeasuredFaces } from './benchmark';
import { readDrivingFolder, readFace } from './landmark-files';
import { readPicture } from './pictures';

const path = (name: string): string => fileURLToPath(new URL(`../demo/${name}`, import.meta.url));

/** The picture of a face and the driving sequence that come with the checkout. */
export async function readBundled(): Promise<MeasuredFaces> {
  const [picture, face, frames] = await Promise.all([
    readPicture(path('source.png')),
    readFace(path('source_landmark.txt'), path('source_headpose.txt')),
    readDrivingFolder(path('driving')),
  ]);
  return { picture, face, driving: frames.map((frame) => frame.face) };
}

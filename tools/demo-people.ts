import { join } from 'node:path';
import { poseHead, type Expression, type Identity, type Pose } from '../src/drivers/rig';
import type { Face } from '../src/engine/face';
import type { Picture } from '../src/engine/pictures';
import { RhoError } from '../src/errors';
import { readFace } from './landmark-files';
import { readPicture } from './pictures';
import { readFileOrExplain } from './read-file';

const DEMO = 'demo';

/** Someone of the bundled gallery, and the bundled performance played by their own head. */
export interface DemoPerson {
  readonly picture: Picture;
  readonly face: Face;
  readonly driving: readonly Face[];
}

interface PerformanceFrame {
  readonly expression: Expression;
  readonly pose: Pose;
}

/** `source` or a name of demo/gallery. Throws BAD_INPUT, naming who there is. */
export async function readDemoPerson(name: string): Promise<DemoPerson> {
  const people = await readJson<Readonly<Record<string, Identity>>>('people.json');
  const identity = people[name];
  if (!identity)
    throw new RhoError('BAD_INPUT', `nobody here is called ${name}; there are ${Object.keys(people).join(', ')}`);
  const performance = await readJson<readonly PerformanceFrame[]>('performance.json');
  const stem = join(DEMO, name === 'source' ? name : join('gallery', name));
  return {
    picture: await readPicture(`${stem}.png`),
    face: await readFace(`${stem}_landmark.txt`, `${stem}_headpose.txt`),
    driving: performance.map(({ expression, pose }) => poseHead(identity, expression, pose)),
  };
}

const readJson = async <T>(name: string): Promise<T> =>
  JSON.parse(new TextDecoder().decode(await readFileOrExplain(join(DEMO, name)))) as T;

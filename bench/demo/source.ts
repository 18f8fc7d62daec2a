import type { Expression, Identity, Pose } from '../../src/drivers/rig';
import type { Face } from '../../src/index';
import bundled from '../../demo/performance.json';
import people from '../../demo/people.json';

/** A picture and the face in it. */
export interface DemoSource {
  readonly name: string;
  readonly picture: HTMLImageElement | HTMLCanvasElement;
  readonly face: Face;
  /** Shape of a drawn head; undefined for a picture of one's own. */
  readonly identity: Identity | undefined;
}

/** A frame of the bundled performance. */
export interface PerformanceFrame {
  readonly expression: Expression;
  readonly pose: Pose;
}

export const PERFORMANCE = bundled as unknown as readonly PerformanceFrame[];

const pictures = import.meta.glob<string>('../../demo/gallery/*.png', {
  query: '?url',
  import: 'default',
  eager: true,
});
const numbers = import.meta.glob<string>('../../demo/gallery/*.txt', { query: '?raw', import: 'default', eager: true });

/** Someone of the gallery, whose picture need not be loaded yet. */
export interface Person {
  readonly name: string;
  readonly url: string;
}

const nameOf = (path: string): string => /([^/]+)\.png$/.exec(path)![1]!;

/** The people of demo/gallery. */
export const PEOPLE: readonly Person[] = Object.entries(pictures).map(([path, url]) => ({ name: nameOf(path), url }));

const read = (name: string): Float32Array =>
  Float32Array.from(numbers[`../../demo/gallery/${name}.txt`]!.trim().split(/\s+/).map(Number));

/** The source that a person's picture makes, once it has been loaded. */
export async function sourceOf({ name, url }: Person): Promise<DemoSource> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return {
    name: capitalized(name),
    picture,
    face: { landmarks: read(`${name}_landmark`), headPose: read(`${name}_headpose`) },
    identity: (people as Readonly<Record<string, Identity>>)[name],
  };
}

export const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

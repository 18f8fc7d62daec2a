import { GraphBuilder } from '../../src/graph/builder';
import { landmarkSegments, segmentCount, type LandmarkLevel } from '../../src/model/landmarks';
import { EXACT, map, random, randomInputs, ROUNDING, TRUNCATION, type Case } from './case';

const bytes = (name: string, count: number): Uint8Array =>
  Uint8Array.from(random(name, count), (v) => Math.round((v + 1) * 127.5));

function normalize(): Case {
  const graph = new GraphBuilder();
  const src = graph.input('src', 'rgba8', map(7, 11, 4));
  const built = graph.build([graph.normalize('dst', src)]);
  const inputs = new Map([['src', bytes('normalize', 7 * 11 * 4)]]);
  return { name: 'normalize 7x11', kernel: 'normalize', graph: built, inputs, tolerance: ROUNDING };
}

function toRgba8(): Case {
  const graph = new GraphBuilder();
  const built = graph.build([graph.toRgba8('dst', graph.input('src', 'map', map(9, 13, 3)))]);
  const inputs = randomInputs(built);
  // Beyond [-1, 1] on both sides, and both ends.
  const src = inputs.get('src');
  if (src && 'data' in src) src.data.set([-1, 1, 0, -1.5, 2, 1e30, -1e30, 0.999]);
  return { name: 'to-rgba8 9x13', kernel: 'to-rgba8', graph: built, inputs, tolerance: TRUNCATION };
}

function resizeImage(axis: 'horizontal' | 'vertical', from: number, to: number): Case {
  const graph = new GraphBuilder();
  const layout = axis === 'horizontal' ? map(5, from, 4) : map(from, 5, 4);
  const name = `resize-image ${axis} ${from} to ${to}`;
  const built = graph.build([graph.resizeImage('dst', graph.input('src', 'rgba8', layout), axis, to)]);
  return {
    name,
    kernel: 'resize-image',
    graph: built,
    inputs: new Map([['src', bytes(name, 5 * from * 4)]]),
    tolerance: EXACT,
  };
}

/** `reach` scales the points: above 1 some of them lie outside. */
function rasterizeLandmarks(level: LandmarkLevel, size: number, reach: number): Case {
  const graph = new GraphBuilder();
  const segments = graph.input('segments', 'segments', map(1, segmentCount(level), 8));
  const built = graph.build([graph.rasterizeLandmarks('dst', segments, size)]);
  const name = `rasterize-landmarks level ${level} size ${size} reach ${reach}`;
  const inputs = new Map([['segments', landmarkSegments(random(name, 144, reach), level, size)]]);
  return { name, kernel: 'rasterize-landmarks', graph: built, inputs, tolerance: EXACT };
}

function rasterizeAtlas(sizes: readonly number[]): Case {
  const graph = new GraphBuilder();
  const name = `rasterize-landmarks atlas of ${sizes.join(', ')}`;
  const levels = sizes.map((size, i) => ({ size, x: i === 0 ? 0 : sizes[0]!, y: i === 2 ? sizes[1]! : 0 }));
  const segments = sizes.map((size, i) => ({ level: (2 - i) as LandmarkLevel, size, name: `segments${i}` }));
  const inputs = segments.map(({ level, name: role }) => graph.input(role, 'segments', map(1, segmentCount(level), 8)));
  const dst = map(
    Math.max(
      sizes[0]!,
      sizes.slice(1).reduce((a, b) => a + b, 0),
    ),
    sizes[0]! + sizes[1]!,
    3,
  );
  const roles = Object.fromEntries(inputs.map((tensor) => [tensor.name, tensor]));
  const built = graph.build([graph.node('rasterize_atlas', 'dst', roles, { levels }, dst)]);
  const values = segments.map(({ level, size, name: role }): [string, Int32Array] => [
    role,
    landmarkSegments(random(name, 144, 1.1), level, size),
  ]);
  return { name, kernel: 'rasterize-landmarks', graph: built, inputs: new Map(values), tolerance: EXACT };
}

export const PICTURE_CASES: Case[] = [
  normalize(),
  toRgba8(),
  resizeImage('horizontal', 40, 16),
  resizeImage('vertical', 7, 32),
  resizeImage('horizontal', 1, 16),
  resizeImage('vertical', 333, 16),
  rasterizeLandmarks(0, 9, 0.9),
  rasterizeLandmarks(1, 32, 1.3),
  rasterizeLandmarks(2, 64, 0.9),
  rasterizeLandmarks(2, 50, 20),
  rasterizeLandmarks(2, 1, 1),
  rasterizeAtlas([48, 24, 12]),
  rasterizeAtlas([9, 7]),
];

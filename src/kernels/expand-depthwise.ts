import hiddenTileCode from './chunks/hidden-tile.wgsl?raw';
import code from './expand-depthwise.wgsl?raw';
import {
  expandedPixels,
  hiddenTile,
  hiddenTileConstants,
  tileCount,
  type HiddenSpec,
  type HiddenTile,
} from './hidden-tile';
import { readMap, readMatrices, readWords, writeMap, type Kernel } from './kernel';
import { channelCount, pixelCount } from './layout';

/** Threads of one workgroup: three or four subgroups, of which several workgroups fit on one core. */
const THREADS = 128;

/** The tile of one workgroup. */
export const expandDepthwiseTile = (spec: HiddenSpec): HiddenTile => hiddenTile(spec, THREADS);

/** Expansion and depthwise 3 x 3 in one, with the expanded tile in workgroup memory. */
export const expandDepthwise: Kernel<HiddenSpec> = {
  name: 'expand-depthwise',
  code: [hiddenTileCode, code].join('\n'),
  bindings: { src: readMap, expand: readMatrices, depthwise: readWords, dst: writeMap },
  constants: (spec) => ({
    HEIGHT: spec.dst.height,
    WIDTH: spec.dst.width,
    ...hiddenTileConstants(spec, expandDepthwiseTile(spec)),
  }),
  workgroup: () => THREADS,
  threads: (spec) => {
    const tile = expandDepthwiseTile(spec);
    return tileCount(spec, tile) * Math.ceil(Math.ceil(spec.hidden / 4) / tile.chunk) * THREADS;
  },
  macs: (spec) =>
    spec.hidden * (expandedPixels(spec, expandDepthwiseTile(spec)) * channelCount(spec.src) + 9 * pixelCount(spec.dst)),
};

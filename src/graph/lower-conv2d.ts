import { conv2d, conv2dTileWork, type Conv2dTileSpec } from '../kernels/conv2d';
import { gpuVariant, plainVariant, type DenseVariant, type DenseWork } from '../kernels/dense';
import { blockCount, type Layout } from '../kernels/layout';
import { interleaveBlocks, packDense, packVector } from '../kernels/pack';
import { pointwise, pointwiseWork } from '../kernels/pointwise';
import { spadeConv2d } from '../kernels/spade-conv2d';
import { columnTable, groupTaps, joinWeights, rowTable } from '../kernels/tap-groups';
import { isIdentity } from '../kernels/taps';
import { dispatchOf, type Dispatch } from './dispatch';
import type { Dense, Node, Ops, Tensor } from './graph';
import { indexTable, joinTables, joinVectors, packBias, residualOf } from './lower-constants';

type ConvAttrs = Dense & Pick<Ops['conv2d']['attrs'], 'kernel' | 'taps' | 'part'>;

/** Which variant of a dense kernel to run for the work at hand. */
export type ChooseVariant = (kernel: string, work: DenseWork) => DenseVariant;

export const choosePlain: ChooseVariant = (_, work) => plainVariant(work);

export const chooseForGpu: ChooseVariant = (_, work) => gpuVariant(work);

/** Output blocks are filled up to pairs, for threads that own two. */
const PADDING = 2;

/** A dense convolution: a product of matrices where it is 1 x 1, else through index tables. */
export function lowerDense(node: Node<'conv2d'>, choose: ChooseVariant): Dispatch {
  const { name, attrs, output } = node;
  const { src, addend, residual } = node.inputs;
  const { kernel, taps, activation, part } = attrs;
  const dst = output.layout;
  const blocks = PADDING;
  const epilogue = { activation, addend: addend !== undefined, residual: residualOf(residual, output) };
  const resources = { src, bias: packBias(attrs, dst, blocks), addend, residual, dst: output };
  const { height, width } = src.layout;
  const wide = output.format === 'field';
  if (
    !wide &&
    kernel[0] * kernel[1] === 1 &&
    part === undefined &&
    isIdentity(taps.rows, height) &&
    isIdentity(taps.cols, width)
  ) {
    const weight = packDense(attrs.weight, src.layout, dst, 1, blocks);
    const shape = { src: src.layout, dst };
    const spec = { ...shape, ...epilogue, variant: choose('pointwise', pointwiseWork(shape)) };
    return dispatchOf(name, pointwise, spec, { ...resources, weight });
  }
  const { spec, weight, tables, share } = lowerTile(src, attrs, dst);
  const variant = choose('conv2d', conv2dTileWork(spec));
  return dispatchOf(
    name,
    conv2d,
    { ...spec, ...epilogue, wide, variant },
    { ...resources, weight, tables },
    { src: share },
  );
}

export function lowerSpadeConv2d(
  { name, inputs, attrs, output }: Node<'spade_conv2d'>,
  choose: ChooseVariant,
): Dispatch {
  const { src, content, feature, field } = inputs;
  const dst = output.layout;
  const order = modulationOrder(dst);
  const sums = { ...dst, channels: order.map((channels) => channels.length) };
  const count = order.flat().length / 2;
  const perOutput = attrs.weight.length / (2 * count);
  const { weight: own, bias } = attrs;
  const weight = new Float64Array(own.length);
  order.flat().forEach((o, at) => weight.set(own.subarray(o * perOutput, (o + 1) * perOutput), at * perOutput));
  const tile = lowerTile(src, { ...attrs, weight }, sums);
  const spec = {
    ...tile.spec,
    // Gamma and beta of a block are in one thread.
    variant: { ...choose('spade-conv2d', conv2dTileWork(tile.spec)), blocks: 2 },
    content: content?.layout,
    feature: feature?.layout,
    field: field?.layout,
    dst,
  };
  const vectors = interleaveBlocks(
    blockCount(dst),
    packVector(bias?.subarray(0, count) ?? [], dst),
    packVector(bias?.subarray(count) ?? [], dst),
    packVector(attrs.scale, dst),
    packVector(attrs.shift, dst),
  );
  const tables = joinTables(tile.tables, spadeIndex(attrs, dst));
  const resources = { src, weight: tile.weight, tables, vectors, content, feature, field, dst: output };
  return dispatchOf(name, spadeConv2d, spec, resources, { src: tile.share });
}

/** For each block of dst the output channels of its gamma, then those of its beta, where gamma's all come before beta's. */
function modulationOrder({ channels }: Layout): number[][] {
  const count = channels.reduce((a, b) => a + b, 0);
  const order: number[][] = [];
  let first = 0;
  for (const part of channels) {
    for (let at = first; at < first + part; at += 4) {
      const gamma = Array.from({ length: Math.min(4, first + part - at) }, (_, i) => at + i);
      order.push(
        gamma,
        gamma.map((o) => count + o),
      );
    }
    first += part;
  }
  return order;
}

/** What a SPADE reads its content and its field through. */
export function spadeIndex(
  { contentIndex, fieldIndex }: Pick<Ops['spade']['attrs'], 'contentIndex' | 'fieldIndex'>,
  { height, width }: Layout,
): Int32Array {
  const none = { rows: new Int32Array(height), cols: new Int32Array(width) };
  return joinTables(indexTable(contentIndex ?? none), indexTable(fieldIndex ?? none));
}

interface LoweredTile {
  readonly spec: Omit<Conv2dTileSpec, 'variant'>;
  readonly weight: Float32Array;
  readonly tables: Int32Array;
  /** Share of the source tensor that is read. */
  readonly share: number;
}

function lowerTile({ layout }: Tensor, attrs: ConvAttrs, sums: Layout): LoweredTile {
  const { kernel, taps, part } = attrs;
  const src = part === undefined ? layout : { ...layout, channels: [layout.channels[part]!] };
  const srcFirst = part === undefined ? 0 : blockCount({ ...layout, channels: layout.channels.slice(0, part) });
  const rows = groupTaps(taps.rows, kernel[0]);
  const cols = groupTaps(taps.cols, kernel[1]);
  const weights = rows.flatMap((row) =>
    cols.map((col) => packDense(joinWeights(attrs.weight, row, col), src, sums, row.size * col.size, PADDING)),
  );
  let matrices = 0;
  const starts = weights.map(({ length }) => (matrices += length / 16) - length / 16);
  return {
    spec: { src, srcFirst, sums, rows, cols },
    weight: joinVectors(...weights),
    tables: joinTables(rowTable(rows, taps.rows, layout.width), columnTable(cols, taps.cols), Int32Array.from(starts)),
    share: blockCount(src) / blockCount(layout),
  };
}

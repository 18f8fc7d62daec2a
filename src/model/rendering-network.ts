import type { Tensor } from '../graph/graph';
import { conv, invertedResidual, normRelu, spadeRelu, type BlockConfiguration, type Layers } from './layers';

/** Inverted residuals one after another, under one published key. */
interface Stage {
  readonly key: string;
  /** Stride of the first block. */
  readonly stride: 1 | 2;
  /** Doubling after the last block. */
  readonly up: boolean;
}

/** A SPADE and the stages around it. */
interface Level {
  readonly spade: string;
  readonly stages: readonly Stage[];
}

const stage = (key: string, stride: 1 | 2 = 1, up = false): Stage => ({ key, stride, up });

/** Stages, then the SPADE that makes the feature map. */
export const ENCODER: readonly Level[] = [
  {
    stages: [stage('en_down_block1.0'), stage('en_down_block1.1', 2), stage('en_down_block1.2', 2)],
    spade: 'en_SPADE1',
  },
  { stages: [stage('en_down_block2.0', 2), stage('en_down_block2.1')], spade: 'en_SPADE_2' },
  { stages: [stage('en_down_block3.0', 2)], spade: 'en_SPADE_3' },
  { stages: [stage('en_res_block.0')], spade: 'en_SPADE_4' },
];

/** The SPADE of the warped feature map, then the stages. */
export const DECODER: readonly Level[] = [
  { spade: 'de_SPADE_1', stages: [stage('de_res_block.0')] },
  { spade: 'de_SPADE_2', stages: [stage('de_up_block1.0', 1, true)] },
  { spade: 'de_SPADE_3', stages: [stage('de_up_block2.0'), stage('de_up_block2.1', 1, true)] },
  {
    spade: 'de_SPADE_4',
    stages: [stage('de_up_block3.0', 1, true), stage('de_up_block3.1', 1, true), stage('de_up_block3.2')],
  },
];

export const POSE_ENCODERS = { source: 'src_headpose_encoder', driving: 'drv_headpose_encoder' } as const;

/** Widths of a pose encoder's two layers. */
export interface PoseEncoderConfiguration {
  readonly hidden: number;
  readonly embedding: number;
}

export interface RenderingConfiguration {
  readonly poseEncoders: { readonly source: PoseEncoderConfiguration; readonly driving: PoseEncoderConfiguration };
  /** Channels of the first convolution. */
  readonly stem: number;
  /** Width of the convolution that gamma and beta share, by the SPADE's key. */
  readonly spades: ReadonlyMap<string, number>;
  /** The blocks of each stage, by the stage's key. */
  readonly stages: ReadonlyMap<string, readonly BlockConfiguration[]>;
}

/** A size of the rendering network must be a multiple of this: its encoder halves four times. */
export const SIZE_MULTIPLE = 16;

/** Values of a head pose: axis-angle x y z, translation x y, scale. */
export const HEAD_POSE_SIZE = 6;

/** Head pose (6, 1, 1) to the embedding (C, 16, 16) that every SPADE of one half of the network reads. */
export function poseEncoder(
  layers: Layers,
  key: string,
  pose: Tensor,
  { hidden, embedding }: PoseEncoderConfiguration,
): Tensor {
  const { graph, parameters } = layers;
  const first = `${key}.embedding_module1.0`;
  const second = `${key}.embedding_module2.0`;
  let x = graph.convTranspose2d(first, pose, {
    weight: parameters(`${first}.weight`, [HEAD_POSE_SIZE, hidden, 4, 4]),
    outChannels: hidden,
    kernel: [4, 4],
  });
  x = normRelu(layers, `${key}.embedding_module1.1`, x);
  return graph.convTranspose2d(second, x, {
    weight: parameters(`${second}.weight`, [hidden, embedding, 4, 4]),
    outChannels: embedding,
    kernel: [4, 4],
    stride: 4,
  });
}

/** Source image (3, S, S) to the feature maps `feature_0` to `feature_3` at 1/4, 1/8, 1/16 and 1/16 of S. */
export function encoder(
  layers: Layers,
  { stem, stages, spades }: RenderingConfiguration,
  image: Tensor,
  embedding: Tensor,
): Tensor[] {
  let x = normRelu(
    layers,
    'en_conv_block.1',
    conv(layers, 'en_conv_block.0', image, { channels: stem, kernel: 3, bias: false }),
  );
  return ENCODER.map((level, i) => {
    for (const { key, stride } of level.stages) x = blocks(layers, key, x, stages.get(key)!, stride);
    x = spadeRelu(layers, level.spade, x, embedding, spades.get(level.spade)!, `feature_${i}`);
    return x;
  });
}

/** Feature maps, motion field and driving pose to the image (3, S, S) in [-1, 1], named `image`. */
export function decoder(
  layers: Layers,
  { stages, spades }: RenderingConfiguration,
  features: readonly Tensor[],
  field: Tensor,
  embedding: Tensor,
): Tensor {
  const { graph } = layers;
  let x: Tensor | undefined;
  DECODER.forEach((level, i) => {
    const at = features.length - 1 - i;
    const warped = graph.gridSample(`warped_${at}`, features[at]!, field);
    const joined: Tensor = x ? graph.cat(`${level.spade}.cat`, [x, warped]) : warped;
    x = spadeRelu(layers, level.spade, joined, embedding, spades.get(level.spade)!);
    for (const { key, up } of level.stages) {
      x = blocks(layers, key, x, stages.get(key)!, 1);
      const { height, width } = x.layout;
      if (up) x = graph.interpolate(`${key}.up`, x, height * 2, width * 2);
    }
  });
  return graph.tanh('image', conv(layers, 'de_conv_block.0', x!, { channels: 3, kernel: 3, bias: false }));
}

function blocks(
  layers: Layers,
  key: string,
  src: Tensor,
  configurations: readonly BlockConfiguration[],
  stride: 1 | 2,
): Tensor {
  return configurations.reduce(
    (x, block, i) => invertedResidual(layers, `${key}.0.${i}`, x, block, i === 0 ? stride : 1),
    src,
  );
}

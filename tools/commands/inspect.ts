import type { Command } from 'commander';
import { mapsAsObjects, type Configuration } from '../../src/convert';
import { inspectFile, inspectSynthetic, type Inspection } from '../inspection';
import { pairTable } from '../table';

const SYNTHETIC = 'synthetic:';

/** Adds `inspect`: says what a model, a checkpoint or synthetic weights hold. */
export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('configuration, sizes, parameters, precision and checksum of a model or a checkpoint')
    .argument('<model>', 'a model.safetensors, a checkpoint (.pth), or synthetic:SEED')
    .option('--json', 'print one JSON object')
    .action(async (model: string, { json = false }: { json?: boolean }) => {
      const inspection = model.startsWith(SYNTHETIC)
        ? await inspectSynthetic(model.slice(SYNTHETIC.length))
        : await inspectFile(model);
      console.log(json ? JSON.stringify(inspection, mapsAsObjects, 2) : pairTable(rowsOf(inspection)));
    });
}

type Row = readonly [label: string, text: string];

const grouped = (count: number): string => count.toLocaleString('en');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function rowsOf(inspection: Inspection): Row[] {
  const { name, bytes, kind } = inspection;
  const head: Row = [kind, `${name} (${megabytes(bytes)})`];
  if (inspection.kind === 'checkpoint') {
    const { network, tensors, parameters, elements } = inspection;
    const types = Object.entries(elements).map(([dtype, count]) => `${dtype} ${grouped(count)}`);
    return [
      head,
      ['network', network],
      ['tensors', `${tensors}`],
      ['parameters', grouped(parameters)],
      ['elements', types.join(', ')],
    ];
  }
  const { precision, checksum, sources, parameters, tensors, motionSize, multiples, configuration } = inspection;
  return [
    head,
    ...(sources.length > 0 ? [['made from', sources.join(' + ')] as const] : []),
    ['precision', precision === 'f32' ? 'f32' : 'f16 convolutions, f32 biases and norms'],
    ['checksum', `sha256 ${checksum}`],
    ...(['rendering', 'motion', 'total'] as const).map((part): Row => [
      part,
      `${grouped(parameters[part])} parameters in ${tensors[part]} tensors`,
    ]),
    ['sizes', `image a multiple of ${multiples.size}, motion of ${multiples.motionSize}`],
    ...(motionSize === undefined ? [] : [['trained for', `motion size ${motionSize}`] as const]),
    ...configurationRows(configuration),
  ];
}

function configurationRows({ motion, rendering }: Configuration): Row[] {
  const { poseEncoders, stem, spades, stages } = rendering;
  const poses = Object.entries(poseEncoders).map(([who, { hidden, embedding }]) => `${who} ${hidden} ${embedding}`);
  return [
    ...motion.map(({ stem: first, layers }, i): Row => {
      const list = layers.map(({ kind, channels }) => `${kind} ${channels}`);
      return [`motion ${i}`, [`stem ${first}`, ...list].join(', ')];
    }),
    ['pose encoders', poses.join(', ')],
    ['stem', `${stem}`],
    ...[...stages].map(([key, blocks]): Row => {
      const list = blocks.map(({ channels, hidden, expand }) =>
        expand ? `${channels} (hidden ${hidden})` : `${channels}`,
      );
      return [key, list.join(', ')];
    }),
    ['SPADE', [...spades].map(([key, channels]) => `${key} ${channels}`).join(', ')],
  ];
}

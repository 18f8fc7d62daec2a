import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A constant of the model. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

/** One operation of the default domain. An input that is left out is an empty name. */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output: float32 of a fixed shape. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly number[];
}

export interface OnnxModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Version of the file format that opset 17 came with. */
const IR_VERSION = 8;

// Numbers of TensorProto.DataType and AttributeProto.AttributeType.
const DATA_TYPE = { float: 1, int64: 7 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

type Field = (writer: BinaryWriter) => void;

/** A model as the bytes of ONNX's ModelProto; field numbers are those of onnx.proto. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  int(1, IR_VERSION)(writer);
  text(2, 'rho-webgpu')(writer);
  message(7, graphFields(model))(writer);
  message(8, [text(1, ''), int(2, model.opset)])(writer);
  return writer.finish();
}

const graphFields = ({ name, nodes, constants, inputs, outputs }: OnnxModel): Field[] => [
  ...nodes.map((node) => message(1, nodeFields(node))),
  text(2, name),
  ...constants.map((tensor) => message(5, tensorFields(tensor))),
  ...inputs.map((value) => message(11, valueFields(value))),
  ...outputs.map((value) => message(12, valueFields(value))),
];

const nodeFields = ({ name, opType, inputs, output, attributes }: OnnxNode): Field[] => [
  ...inputs.map((input) => text(1, input)),
  text(2, output),
  text(3, name),
  text(4, opType),
  ...Object.entries(attributes).map(([key, attribute]) => message(5, attributeFields(key, attribute))),
];

function attributeFields(name: string, attribute: OnnxAttribute): Field[] {
  const typed = (kind: keyof typeof ATTRIBUTE_TYPE, ...values: Field[]): Field[] => [
    text(1, name),
    ...values,
    int(20, ATTRIBUTE_TYPE[kind]),
  ];
  if ('float' in attribute) return typed('float', (writer) => writer.tag(2, WireType.Bit32).float(attribute.float));
  if ('int' in attribute) return typed('int', int(3, attribute.int));
  if ('string' in attribute) return typed('string', text(4, attribute.string));
  return typed('ints', ...attribute.ints.map((value) => int(8, value)));
}

/** Values go in as they lie in memory: little-endian, on every machine that has WebGPU. */
const tensorFields = ({ name, dims, data }: OnnxTensor): Field[] => [
  ...dims.map((dim) => int(1, dim)),
  int(2, data instanceof Float32Array ? DATA_TYPE.float : DATA_TYPE.int64),
  text(8, name),
  (writer) =>
    writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
];

const valueFields = ({ name, dims }: OnnxValue): Field[] => {
  const shape = dims.map((dim) => message(1, [int(1, dim)]));
  return [text(1, name), message(2, [message(1, [int(1, DATA_TYPE.float), message(2, shape)])])];
};

const int =
  (field: number, value: number): Field =>
  (writer) =>
    writer.tag(field, WireType.Varint).int64(value);

const text =
  (field: number, value: string): Field =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).string(value);

const message =
  (field: number, fields: readonly Field[]): Field =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const write of fields) write(writer);
    writer.join();
  };

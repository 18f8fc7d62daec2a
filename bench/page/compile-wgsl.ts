import { bindGroupLayout } from '../../src/gpu/pipelines';
import type { Program } from '../../src/graph/program';

/** What the compiler says of a line; lines count from 1, 0 is the module as a whole. */
export interface CompilerMessage {
  readonly line: number;
  readonly column: number;
  readonly type: 'error' | 'warning' | 'info';
  readonly text: string;
}

/** WGSL that does not compile. */
export class WgslError extends Error {
  constructor(readonly messages: readonly CompilerMessage[]) {
    super(messages.map(({ line, column, text }) => `line ${line}:${column}: ${text}`).join('\n'));
  }
}

/** A program of one dispatch with other WGSL in its place. Throws {@link WgslError}, and the browser's error where only the pipeline fails. */
export async function withWgsl(program: Program, code: string): Promise<Program> {
  const { device, dispatches } = program;
  const [dispatch] = dispatches;
  if (!dispatch || dispatches.length !== 1)
    throw new Error(`a case of ${dispatches.length} dispatches cannot be edited`);
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: 'edited', code });
  // Its errors are read from the module; uncaught they would go to the console too.
  void device.popErrorScope();
  const { messages } = await module.getCompilationInfo();
  if (messages.some(({ type }) => type === 'error')) {
    throw new WgslError(
      messages.map(({ lineNum, linePos, type, message }) => ({ line: lineNum, column: linePos, type, text: message })),
    );
  }
  const access = dispatch.bindings.map((binding) => binding.access);
  const layout = device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout(device, access)] });
  const pipeline = await device.createComputePipelineAsync({
    label: 'edited',
    layout,
    compute: { module, entryPoint: 'main' },
  });
  return { ...program, pipelines: [pipeline] };
}

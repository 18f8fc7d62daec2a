import { readFileSync } from 'node:fs';
import { decodeSafetensors, readSafetensors, type SafetensorsFile } from '../src/weights/safetensors';
import type { StateDict } from '../src/weights/state-dict';

/** A golden file that a script in tools/goldens wrote. */
export const goldenFile = (name: string): SafetensorsFile =>
  readSafetensors(new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url))));

/** What the script had to say about it, from its metadata. */
export const aboutGolden = (file: SafetensorsFile): unknown => JSON.parse(file.metadata.get('about') ?? 'null');

/** The tensors of a golden file that holds only floats. */
export const goldenTensors = (name: string): StateDict => decodeSafetensors(goldenFile(name));

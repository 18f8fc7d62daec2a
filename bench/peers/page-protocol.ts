import type { GpuCounts } from './peer';

/** What the page can load. */
export type PageId = 'ours' | 'ours-f16' | 'ort-jsep' | 'ort-native' | 'ort-wasm';

/** What the bench calls in the page, as `window.peers`. */
export interface PeersPage {
  open(id: PageId): Promise<void>;
  time(id: PageId, count: number): Promise<number[]>;
  /** Float32 values in base64. */
  image(id: PageId): Promise<string>;
  counts(id: PageId): GpuCounts | undefined;
  close(id: PageId): Promise<void>;
  /** Of the adapter that every peer here asks for. */
  adapter(): Promise<string>;
}

interface FaceNumbers {
  readonly landmarks: readonly number[];
  readonly headPose: readonly number[];
}

/** `inputs.json` of the page; everything else that it fetches is named here or is a model. */
export interface PageInputs {
  readonly size: number;
  readonly motionSize: number;
  readonly source: FaceNumbers;
  readonly driving: FaceNumbers;
  /** Shapes of the frame model's inputs; the values are files of these names. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

import type { FrameTaker } from './engine-host';

/** Containers that clips are written in. */
export type ClipFormat = 'mp4' | 'webm';

/** A clip being recorded. */
export interface Clip extends FrameTaker {
  /** The file, or undefined where no frame was taken. */
  finish(): Promise<FinishedClip | undefined>;
}

export interface FinishedClip {
  readonly blob: Blob;
  readonly frames: number;
  readonly seconds: number;
}

/** How long the last frame of a clip stays. */
const LAST_SECONDS = 1 / 15;

/** Begins a clip of `size` x `size` pixels. Throws, in words, where the browser has no encoder for it. */
export async function startClip(format: ClipFormat, size: number): Promise<Clip> {
  if (!('VideoEncoder' in window)) throw new Error('This browser cannot encode video: it has no WebCodecs.');
  const bunny = await import('mediabunny');
  const container = format === 'mp4' ? new bunny.Mp4OutputFormat() : new bunny.WebMOutputFormat();
  const quality = new bunny.Quality('high');
  const codec = await bunny.getFirstEncodableVideoCodec(container.getSupportedVideoCodecs(), {
    width: size,
    height: size,
    quality,
  });
  if (!codec) {
    const other = format === 'mp4' ? 'WebM' : 'MP4';
    throw new Error(
      `This browser has no encoder for ${format === 'mp4' ? 'MP4' : 'WebM'} at this size; ${other} or a smaller size may do.`,
    );
  }
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d')!;
  const target = new bunny.BufferTarget();
  const output = new bunny.Output({ format: container, target });
  const track = new bunny.CanvasSource(canvas, { codec, quality });
  output.addVideoTrack(track);
  await output.start();

  let [frames, first, last] = [0, 0, 0];
  /** The frame on the canvas: how long it lasts is known when the next one comes. */
  const write = (untilSeconds: number): Promise<void> => track.add(last, untilSeconds - last);
  return {
    async take(frame, timeMs) {
      if (frames === 0) first = timeMs;
      const now = (timeMs - first) / 1000;
      if (frames > 0 && now <= last) return;
      if (frames > 0) await write(now);
      context.putImageData(frame, 0, 0);
      last = now;
      frames++;
    },
    async finish() {
      if (frames === 0) {
        await output.cancel();
        return undefined;
      }
      await write(last + LAST_SECONDS);
      await output.finalize();
      const blob = new Blob([target.buffer!], { type: format === 'mp4' ? 'video/mp4' : 'video/webm' });
      return { blob, frames, seconds: last + LAST_SECONDS };
    },
  };
}

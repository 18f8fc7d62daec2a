import { createRecorder, type Recorder } from '../../src/drivers/recording';
import type { Face } from '../../src/index';
import { startClip, type Clip, type ClipFormat, type FinishedClip } from './clip';
import { bytesInWords, element, wordsOf } from './elements';
import type { EngineHost } from './engine-host';

/** What records: clips of the result, and the drive itself. */
export interface RecordPanel {
  /** Hears of every face that is shown. */
  note(face: Face, timeMs: number): void;
  /** Hears when an engine comes or goes. */
  engineChanged(): void;
}

/** Makes the buttons that record work. */
export function createRecordPanel(host: EngineHost): RecordPanel {
  const clipButton = element('clip', 'button');
  const driveButton = element('drive', 'button');
  const status = element('record-status', 'p');
  const format = element('clip-format', 'select');
  let clip: Clip | undefined;
  let drive: Recorder | undefined;

  const offer = (blob: Blob, name: string, words: string): void => {
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    Object.assign(link, { href: url, download: name, textContent: `${name} (${words}, ${bytesInWords(blob.size)})` });
    const item = document.createElement('li');
    item.append(link);
    if (blob.type.startsWith('video/')) {
      const video = document.createElement('video');
      Object.assign(video, { src: url, controls: true, loop: true, muted: true });
      item.append(video);
    }
    element('downloads', 'ul').prepend(item);
  };

  const begin = async (): Promise<void> => {
    const { rho } = host;
    if (!rho) return;
    clipButton.disabled = true;
    status.textContent = 'Preparing the encoder …';
    try {
      clip = await startClip(format.value as ClipFormat, rho.size);
      host.takeFrames(clip);
      clipButton.textContent = 'Stop recording';
      status.textContent = 'Recording. Keep this page in view: hidden pages draw no frames.';
    } catch (error) {
      status.textContent = wordsOf(error);
    } finally {
      clipButton.disabled = host.rho === undefined;
    }
  };

  const end = async (ended: Clip): Promise<void> => {
    clip = undefined;
    host.takeFrames(undefined);
    clipButton.textContent = 'Record a clip';
    clipButton.disabled = true;
    try {
      offerClip(await ended.finish());
    } catch (error) {
      status.textContent = `The clip could not be written: ${wordsOf(error)}`;
    } finally {
      clipButton.disabled = host.rho === undefined;
    }
  };

  const offerClip = (finished: FinishedClip | undefined): void => {
    status.textContent = finished ? 'The clip is below.' : 'No frame was drawn meanwhile.';
    if (!finished) return;
    const { blob, frames, seconds } = finished;
    offer(blob, `clip.${blob.type === 'video/mp4' ? 'mp4' : 'webm'}`, `${frames} frames, ${seconds.toFixed(1)} s`);
  };

  clipButton.addEventListener('click', () => void (clip ? end(clip) : begin()));

  driveButton.addEventListener('click', () => {
    if (!drive) {
      drive = createRecorder();
      driveButton.textContent = 'Stop the drive';
      status.textContent = 'Recording landmarks and head pose.';
      return;
    }
    const ended = drive;
    drive = undefined;
    driveButton.textContent = 'Record the drive';
    status.textContent =
      ended.frames > 0 ? 'The drive is below; drop it on this page to play it.' : 'Nothing has moved.';
    if (ended.frames === 0) return;
    const blob = new Blob([JSON.stringify(ended.finish())], { type: 'application/json' });
    offer(blob, 'drive.json', `${ended.frames} frames`);
  });

  return {
    note: (face, timeMs) => drive?.add(face, timeMs),
    engineChanged() {
      if (clip && !host.rho) void end(clip);
      clipButton.disabled = host.rho === undefined;
    },
  };
}

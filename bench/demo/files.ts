import { element } from './elements';

/** What to do with files of each kind. */
export interface FileTakers {
  readonly picture: (file: File) => void;
  readonly weights: (files: readonly File[]) => void;
  readonly recording: (file: File) => void;
  /** For what is none of these: a sentence. */
  readonly refuse: (why: string) => void;
}

const isWeights = ({ name }: File): boolean => /\.(safetensors|pth|pt)$/i.test(name);
const isRecording = ({ name }: File): boolean => /\.json$/i.test(name);
const isPicture = ({ name, type }: File): boolean =>
  type.startsWith('image/') || /\.(png|jpe?g|webp|avif|gif|bmp)$/i.test(name);

/** Takes files from the buttons, and those that are dropped anywhere on the page. */
export function takeFiles(takers: FileTakers): void {
  const sort = (files: readonly File[]): void => {
    const [weights, recording, picture] = [files.filter(isWeights), files.find(isRecording), files.find(isPicture)];
    if (weights.length > 0) takers.weights(weights);
    else if (recording) takers.recording(recording);
    else if (picture) takers.picture(picture);
    else if (files.length > 0)
      takers.refuse(
        `${files[0]!.name} is neither a picture, nor weights (.safetensors, .pth), nor a recording (.json).`,
      );
  };
  for (const id of ['picture-file', 'weights-file', 'recording-file']) {
    const input = element(id, 'input');
    input.addEventListener('change', () => {
      sort([...(input.files ?? [])]);
      // The same file may be chosen again.
      input.value = '';
    });
  }
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) document.body.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.remove('dropping');
    sort([...event.dataTransfer!.files]);
  });
}

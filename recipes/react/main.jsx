// A React component that owns an engine: gone from the page, it stops and frees the GPU's memory.
import { useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { create } from 'rho-webgpu';
import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';

const json = async (url) => (await fetch(url)).json();

async function play(canvas, signal) {
  const rho = await create({ weights: 'model.safetensors', size: canvas.width, signal });
  signal.addEventListener('abort', () => rho.dispose());
  const photo = new Image();
  photo.src = 'face.png';
  const source = await rho.setSource(photo, await json('face.json'), { signal });
  const driver = createPlayer(readRecording(await json('driving.json')));
  while (!signal.aborted) await rho.reenact(source, driver.at(performance.now()), canvas);
}

function Reenactment({ size }) {
  const canvas = useRef(null);
  useEffect(() => {
    const gone = new AbortController();
    play(canvas.current, gone.signal).catch((error) => gone.signal.aborted || console.error(error));
    return () => gone.abort();
  }, [size]);
  return <canvas ref={canvas} width={size} height={size} />;
}

createRoot(document.getElementById('root')).render(<Reenactment size={512} />);

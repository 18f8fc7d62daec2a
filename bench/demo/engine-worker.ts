/** The worker of the page's engine. onnxruntime is loaded only where no GPU computes the frames. */
import { serve } from '../../src/worker';

serve(undefined, { onnxruntime: () => import('onnxruntime-web/wasm') });

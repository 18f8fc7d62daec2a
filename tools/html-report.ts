import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
// At once: the runner that loads the tools takes no import later, and has loaded it anyway.
import { build } from 'vite';
import type { ProfileDocument } from './profile-network';

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The profiler page's view of a profile as one self-contained page: its script bundled, its style and the profile inlined. */
export async function htmlReport(profile: ProfileDocument): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: path('bench/page/report-page.ts'), formats: ['es'], fileName: 'report' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const outputs = [built].flat().flatMap((part) => ('output' in part ? part.output : []));
  const script = outputs.map((part) => (part.type === 'chunk' ? part.code : '')).join('\n');
  const sheets = await Promise.all(['style', 'measure'].map((name) => readFile(path(`bench/${name}.css`), 'utf8')));
  const style = sheets.join('\n');
  const title = `rho-webgpu: profile at ${profile.report.size}, ${profile.report.adapter}`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="data:," />
    <style>${style}</style>
  </head>
  <body>
    <header class="site"><span>${escapeHtml(title)}</span></header>
    <main><h1>Where the time of a frame goes</h1><div id="profile"></div></main>
    <script type="application/json" id="data">${escapeScript(JSON.stringify(profile))}</script>
    <script type="module">${escapeScript(script)}</script>
  </body>
</html>
`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** No text may end the script that holds it; `\\x3c` is the same letter in JSON strings (as \\u003c) and in JavaScript's. */
const escapeScript = (text: string): string => text.replaceAll(/<(?=\/script|!--)/gi, '\\u003c');

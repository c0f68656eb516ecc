// What goes over the wire, compressed as the gateway sends it.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const web = process.env.LIGHTBOX_WEB;
const assets = JSON.parse(readFileSync(join(web, 'assets.json'), 'utf8'));
const sent = (path) => {
  const file = join(web, path);
  try { return statSync(`${file}.br`).size; } catch { return statSync(file).size; }
};
const sum = (...names) => names.reduce((total, name) => total + sent(assets[name]), 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);

const rows = [
  ['before the first preview (page with boot script)', sent('index.html'), 12],
  ['application', sum('app.js', 'app.wasm', 'app.css', 'store.js', 'store-worker.js', 'store-files.js'), 200],
  ['lightest decoder, baseline', sum('decoder-light-base.js', 'decoder-light-base.wasm'), 350],
  ['lightest decoder, SIMD', sum('decoder-light-simd.js', 'decoder-light-simd.wasm'), 350],
  ['first decoder, baseline', sum('decoder-base.js', 'decoder-base.wasm'), 350],
  ['first decoder, SIMD', sum('decoder-simd.js', 'decoder-simd.wasm'), 350],
  ['whole decoder, baseline', sum('decoder-whole-base.js', 'decoder-whole-base.wasm'), 350],
  ['whole decoder, SIMD', sum('decoder-whole-simd.js', 'decoder-whole-simd.wasm'), 350],
  ['every decoder, baseline (films with JPEG XL)', sum('decoder-jxl-base.js', 'decoder-jxl-base.wasm'), 450],
  ['every decoder, SIMD (films with JPEG XL)', sum('decoder-jxl-simd.js', 'decoder-jxl-simd.wasm'), 450],
  ['presenter of states and overlays', sum('presenter.js', 'presenter.wasm'), NaN],
  ['renderer, WebGPU', sum('renderer-webgpu.js', 'renderer-webgpu.wasm'), NaN],
  ['renderer, WebGL2', sum('renderer-webgl.js', 'renderer-webgl.wasm'), NaN],
];
for (const [name, bytes, bound] of rows) {
  console.log(`${name.padEnd(50)}${kb(bytes)}${Number.isNaN(bound) ? '' : `   bound ${bound} KB, ratio ${(bytes / 1024 / bound).toFixed(2)}`}`);
}

// The browser's side of decoders.mjs: the same measuring, with what the server hands out.

import { decoders, lut } from './measure.mjs';
import { PEERS } from './peers.mjs';

const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

const from = {
  wasm: (path) => bytes(`/npm/${path}`),
  esm: (path) => import(`/npm/${path}`),
  load: async (path) => {
    const module = { exports: {} };
    const text = await (await fetch(`/npm/${path}`)).text();
    new Function('module', 'exports', text)(module, module.exports);
    return module.exports;
  },
};

async function ours(name) {
  const module = await import(`/modules/${name}/${name}.js`);
  await module.default({ module_or_path: `/modules/${name}/${name}_bg.wasm` });
  return module;
}

const now = () => performance.now();
const modules = Promise.all([ours('bench-decoders-simd'), ours('bench-decoders-base')]);
const opened = new Map();

window.measureCase = async (index) => {
  const [simd, base] = await modules;
  const one = await (await fetch(`/cases/${index}`)).json();
  one.coded = await bytes(`/coded/${index}`);
  if (!opened.has(one.peer)) opened.set(one.peer, await PEERS[one.peer].open(from));
  return decoders(one, { simd, base, peer: opened.get(one.peer), now });
};

window.measureLut = async (kind) => {
  const [simd, base] = await modules;
  return lut(kind, { simd, base, now });
};

window.ready = modules.then(() => true);

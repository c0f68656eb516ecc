// Node's side of decoders.mjs: modules of ours and of others, and the cases with what has to be encoded for them.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CASES } from './cases.mjs';
import { PEERS } from './peers.mjs';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const NPM = join(HERE, 'node_modules');
export const MODULES = process.env.LIGHTBOX_MODULES;

const require = createRequire(import.meta.url);

export const from = {
  wasm: (path) => readFileSync(join(NPM, path)),
  esm: (path) => import(join(NPM, path)),
  load: (path) => require(join(NPM, path)),
};

// A module of ours; a fresh one for each `copy`.
export async function ours(name, copy = 0) {
  const at = join(MODULES, name, name);
  const module = await import(`${at}.js?${copy}`);
  module.initSync({ module: readFileSync(`${at}_bg.wasm`) });
  return module;
}

// The folder with MANIFEST.tsv: LIGHTBOX_CORPUS, else shared/dicom beside the checkout or one of its parents.
export function corpus() {
  if (process.env.LIGHTBOX_CORPUS) return process.env.LIGHTBOX_CORPUS;
  for (let folder = HERE; dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(join(folder, 'shared/dicom/MANIFEST.tsv'))) return join(folder, 'shared/dicom');
  }
  throw new Error('the corpus is missing; set LIGHTBOX_CORPUS to its folder');
}

// The upper eight of the stored bits.
function narrowed(samples, bitsStored) {
  return Uint8Array.from(samples, (value) => value >> (bitsStored - 8));
}

// Cases whose name holds `only`, with the bytes to decode and what a decoder has to know of them.
export async function prepared({ Picture }, only) {
  const folder = corpus();
  const cases = [];
  for (const one of CASES.filter(({ syntax, picture }) => `${syntax} ${picture}`.includes(only))) {
    const picture = new Picture(readFileSync(join(folder, one.file)));
    let { coded, uid } = picture;
    if (one.encoder) {
      const samples = picture.decode(coded);
      const encode = await PEERS[one.encoder].encoder(from);
      coded = encode(picture, one.bits === 8 ? narrowed(samples, picture.bitsStored) : samples);
      uid = one.uid;
    }
    cases.push({ ...one, uid, coded, description: [...picture.description] });
  }
  return cases;
}

// Leaves cases in a folder for the native program: `<number>.coded`, and `<number>.txt` with what has to be known of it.
export function leave(cases, folder) {
  for (const [index, { uid, bits = 0, coded, description }] of cases.entries()) {
    writeFileSync(join(folder, `${index}.coded`), coded);
    writeFileSync(join(folder, `${index}.txt`), [uid, ...description, bits].join(' '));
  }
}

// The decoders that browsers run, as they are served, with and without SIMD: each picture of the corpus, whole and cut
// short, comes out as it does natively, where it is held against other decoders (viewer-core/tests/codec_corpus.rs).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, describe, test } from 'node:test';

const { LIGHTBOX_WEB, LIGHTBOX_DECODER_REQUESTS } = process.env;
const CORPUS = process.env.LIGHTBOX_CORPUS ?? join(import.meta.dirname, '../../../shared/dicom');
const absent = !existsSync(CORPUS) && process.env.CI !== 'true' && 'no corpus; set LIGHTBOX_CORPUS to its folder';

// Builds, and the transfer syntaxes (after 1.2.840.10008.1.2) that the page loads them for (app/src/builds.rs).
const PLAIN = ['', '.1', '.1.98', '.2', '.5', '.4.80', '.4.81'];
const LOSSLESS = [...PLAIN, '.4.57', '.4.70'];
const JPEG_XL = ['.4.110', '.4.111', '.4.112'];
const BUILDS = {
  'decoder-light-simd': (syntax) => PLAIN.includes(syntax),
  'decoder-light-base': (syntax) => PLAIN.includes(syntax),
  'decoder-simd': (syntax) => LOSSLESS.includes(syntax),
  'decoder-base': (syntax) => LOSSLESS.includes(syntax),
  'decoder-whole-simd': (syntax) => !JPEG_XL.includes(syntax),
  'decoder-whole-base': (syntax) => !JPEG_XL.includes(syntax),
  'decoder-jxl-simd': () => true,
  'decoder-jxl-base': () => true,
};

// One build, in this process.
async function decoder(build) {
  const assets = JSON.parse(readFileSync(join(LIGHTBOX_WEB, 'assets.json'), 'utf8'));
  const served = (name) => readFileSync(join(LIGHTBOX_WEB, assets[name]));
  // All builds have the same script: the fragment makes each a module of its own.
  const script = await import(`data:text/javascript,${encodeURIComponent(served(`${build}.js`))}#${build}`);
  await script.default({ module_or_path: served(`${build}.wasm`) });
  return script;
}

// What the page would ask for the first frames of all files of the corpus, and what came of it natively.
function requests() {
  const rows = readFileSync(join(CORPUS, 'MANIFEST.tsv'), 'utf8').trim().split('\n').slice(1);
  const paths = rows.map((row) => row.split('\t')[0]);
  const native = spawn(LIGHTBOX_DECODER_REQUESTS, paths, { cwd: CORPUS, stdio: ['ignore', 'pipe', 'inherit'] });
  return { lines: createInterface({ input: native.stdout }), ended: once(native, 'close') };
}

// All of a reply but its last word: how large this decoder's heap is.
const said = (reply) => reply.replace(/\d+ $/, '');

// Whether no sample is more than one level off; `sample` is a reply's type of samples, 0 for bytes and 2 for words of 16 bits.
function alike(sample, found, expected) {
  const values = (bytes) => (sample === 0 ? bytes : new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  const [ours, theirs] = [values(found), values(expected)];
  return ours.length === theirs.length && ours.every((value, at) => Math.abs(value - theirs[at]) <= 1);
}

// A reply that this build has no decoder for what the bytes are, whatever their transfer syntax says: the page loads a larger
// one then.
const unsupported = (reply) => reply.startsWith('1 1 0 1 ');

describe('decoders', { timeout: 600000, skip: absent }, () => {
  const scripts = {};
  before(async () => { for (const build of Object.keys(BUILDS)) scripts[build] = await decoder(build); });

  test('decode the corpus as natively', async () => {
    const failures = [];
    const alikes = Object.fromEntries(Object.keys(BUILDS).map((build) => [build, 0]));
    const { lines, ended } = requests();
    for await (const line of lines) {
      const { name, syntax, request, bytes, reply, sha256, samples: floats } = JSON.parse(line);
      const coded = new Uint8Array(Buffer.from(bytes, 'base64'));
      for (const [build, script] of Object.entries(scripts)) {
        if (!BUILDS[build](syntax.replace('1.2.840.10008.1.2', ''))) continue;
        const answer = script.handle(request, coded);
        const { text, samples } = answer;
        answer.free();
        if (/light|decoder-(simd|base)/.test(build) && unsupported(text) && !unsupported(reply)) continue;
        const hash = samples ? createHash('sha256').update(samples).digest('hex') : null;
        // What is decoded in floats is rounded by each processor in its own way.
        const same = hash === sha256 || (floats && samples && alike(Number(reply.split(' ')[6]), samples, Buffer.from(floats, 'base64')));
        if (said(text) === said(reply) && same) alikes[build] += sha256 ? 1 : 0;
        else failures.push(`${build}, ${name}: ${text} instead of ${reply}, ${same ? 'the same' : 'other'} samples`);
      }
    }
    const [code] = await ended;
    assert.equal(code, 0, 'the native decoder came to its end');
    assert.deepEqual(failures, []);
    for (const [kind, least] of [['light', 850], ['jxl', 1500], ['whole', 1480], ['', 950]]) {
      for (const simd of ['simd', 'base']) {
        const build = ['decoder', kind, simd].filter(Boolean).join('-');
        assert.ok(alikes[build] >= least, `${build}: only ${alikes[build]} pictures`);
      }
    }
  });
});

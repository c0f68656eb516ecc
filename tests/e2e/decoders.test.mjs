// The decoders that browsers run, as they are served, with and without SIMD: each picture of the corpus, whole and cut
// short, comes out as it does natively, where it is held against other decoders (viewer-core/tests/codec_corpus.rs).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, describe, test } from 'node:test';

const { LIGHTBOX_WEB, LIGHTBOX_DECODER_REQUESTS } = process.env;
const CORPUS = process.env.LIGHTBOX_CORPUS ?? join(import.meta.dirname, '../../../shared/dicom');
const absent = !existsSync(CORPUS) && process.env.CI !== 'true' && 'no corpus; set LIGHTBOX_CORPUS to its folder';

// One build of the decoder, in this process: a module of its own for each frame would be compiled each time.
async function decoder(build) {
  const assets = JSON.parse(readFileSync(join(LIGHTBOX_WEB, 'assets.json'), 'utf8'));
  const served = (name) => readFileSync(join(LIGHTBOX_WEB, assets[name]));
  const script = await import(`data:text/javascript,${encodeURIComponent(served(`${build}.js`))}#${build}`);
  const load = () => script.default({ module_or_path: served(`${build}.wasm`) });
  await load();
  return script;
}

// What the page would ask for the first frames of all files of the corpus, and what came of it natively.
function requests() {
  const rows = readFileSync(join(CORPUS, 'MANIFEST.tsv'), 'utf8').trim().split('\n').slice(1);
  const paths = rows.map((row) => row.split('\t')[0]);
  const native = spawn(LIGHTBOX_DECODER_REQUESTS, paths, { cwd: CORPUS, stdio: ['ignore', 'pipe', 'inherit'] });
  return createInterface({ input: native.stdout });
}

// All of a reply but its last word: how large this decoder's heap is.
const said = (reply) => reply.replace(/\d+ $/, '');

// Whether no sample is more than one level off; `sample` is a reply's type of samples, 0 for bytes and 2 for words of 16 bits.
function alike(sample, found, expected) {
  const values = (bytes) => (sample === 0 ? bytes : new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  const [ours, theirs] = [values(found), values(expected)];
  return ours.length === theirs.length && ours.every((value, at) => Math.abs(value - theirs[at]) <= 1);
}

describe('decoders', { timeout: 600000, skip: absent }, () => {
  const builds = { 'decoder-jxl-simd': null, 'decoder-jxl-base': null };
  before(async () => { for (const build of Object.keys(builds)) builds[build] = await decoder(build); });

  test('decode the corpus as natively', async () => {
    const failures = [];
    let pictures = 0;
    for await (const line of requests()) {
      const { name, request, bytes, reply, sha256, samples: floats } = JSON.parse(line);
      const coded = new Uint8Array(Buffer.from(bytes, 'base64'));
      for (const [build, script] of Object.entries(builds)) {
        const answer = script.handle(request, coded);
        const samples = answer.samples;
        const hash = samples ? createHash('sha256').update(samples).digest('hex') : null;
        // What is decoded in floats is rounded by each processor in its own way.
        const same = hash === sha256 || (floats && alike(Number(reply.split(' ')[6]), samples, Buffer.from(floats, 'base64')));
        if (said(answer.text) !== said(reply) || !same) {
          failures.push(`${build}, ${name}: ${answer.text} instead of ${reply}, ${same ? 'the same' : 'other'} samples`);
        }
        answer.free();
      }
      pictures += sha256 ? 1 : 0;
    }
    assert.deepEqual(failures, []);
    assert.ok(pictures > 1200, `only ${pictures} pictures`);
  });
});

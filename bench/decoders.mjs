// Frames decoded by us and by others, wasm against wasm, in Node and in Chromium; stored values to RGBA; memory.
// LIGHTBOX_ONLY: part of the name of the cases to measure, "HTJ2K" or "CT"; LIGHTBOX_ENGINES: "node", "chromium", "native" or several.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { WITHOUT_GPU, launch } from '../tests/e2e/lib/engines.mjs';
import { LUTS } from './decoders/cases.mjs';
import { decoders, lut, memory } from './decoders/measure.mjs';
import { HERE, MODULES, NPM, from, leave, ours, prepared } from './decoders/node.mjs';
import { PEERS } from './decoders/peers.mjs';

const only = process.env.LIGHTBOX_ONLY ?? '';
const engines = (process.env.LIGHTBOX_ENGINES ?? 'node,chromium,native').split(',');

const simd = await ours('bench-decoders-simd');
const base = await ours('bench-decoders-base');
const cases = await prepared(simd, only);
const luts = LUTS.filter(([kind]) => `LUT ${kind}`.includes(only));

// The processor's time: on a machine that others use, too, time on the wall says nothing.
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

// Both engines offer the same two verbs.
async function inNode() {
  const opened = new Map();
  return {
    measureCase: async (index) => {
      const { peer } = cases[index];
      if (!opened.has(peer)) opened.set(peer, await PEERS[peer].open(from));
      return decoders(cases[index], { simd, base, peer: opened.get(peer), now });
    },
    measureLut: (kind) => lut(kind, { simd, base, now }),
    end: () => {},
  };
}

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.cjs': 'text/javascript', '.wasm': 'application/wasm' };

function answer({ url }, reply) {
  const [, kind, ...rest] = new URL(url, 'http://localhost').pathname.split('/');
  const folder = { npm: NPM, modules: MODULES, bench: HERE }[kind];
  // Isolated from other origins, where the browser's clock is precise.
  reply.setHeader('cross-origin-opener-policy', 'same-origin');
  reply.setHeader('cross-origin-embedder-policy', 'require-corp');
  try {
    if (kind === 'cases') reply.end(JSON.stringify({ ...cases[Number(rest[0])], coded: undefined }));
    else if (kind === 'coded') reply.end(cases[Number(rest[0])].coded);
    else if (folder) {
      const path = normalize(join(folder, decodeURIComponent(rest.join('/'))));
      reply.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      reply.end(readFileSync(path));
    } else reply.setHeader('content-type', 'text/html').end('<!doctype html><script type="module" src="/bench/page.mjs"></script>');
  } catch (error) {
    reply.writeHead(404).end(String(error));
  }
}

async function inChromium() {
  const server = createServer(answer);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const page = await launch(WITHOUT_GPU);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  for (let tries = 0; !(await page.evaluate('window.ready')); tries += 1) {
    if (tries > 100) throw new Error(`the page does not start\n${page.messages.join('\n')}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    measureCase: (index) => page.evaluate(`window.measureCase(${index})`),
    measureLut: (kind) => page.evaluate(`window.measureLut(${JSON.stringify(kind)})`),
    end: async () => { await page.close(); server.close(); },
  };
}

const table = [];
const row = (...cells) => table.push(`| ${cells.join(' | ')} |`);
const heading = (...cells) => { row(...cells); row(...cells.map(() => '---')); };
const whole = (number) => number.toFixed(0);
const verdict = (reached) => (reached ? '' : ' **missed**');

for (const engine of engines.filter((one) => one !== 'native')) {
  const here = await { node: inNode, chromium: inChromium }[engine]();
  table.push('', `### ${engine}`, '');
  heading('coding', 'picture', 'ours, MB/s', 'without SIMD', 'beside', 'MB/s', 'ratio', 'target');
  for (const [index, one] of cases.entries()) {
    const got = await here.measureCase(index);
    row(one.syntax, one.picture, whole(got.simd), whole(got.base), PEERS[one.peer].name, whole(got.peer), `${got.ratio.toFixed(2)}${verdict(got.ratio >= one.target)}`, one.target);
    console.log(`${engine}  ${one.syntax.padEnd(26)}${one.picture.padEnd(26)}ours ${whole(got.simd).padStart(5)} MB/s (${whole(got.base)} without SIMD)  ${PEERS[one.peer].name} ${whole(got.peer)}  ratio ${got.ratio.toFixed(2)} of ${one.target}`);
  }
  table.push('');
  heading('stored values → RGBA', 'SIMD, Mpixel/s', 'target', 'without', 'target');
  for (const [kind, target = 0, without = 0] of luts) {
    const [fast, plain] = await here.measureLut(kind);
    row(kind, `${whole(fast)}${verdict(fast >= target)}`, target || '', `${whole(plain)}${verdict(plain >= without)}`, without || '');
    console.log(`${engine}  LUT ${kind.padEnd(24)}${whole(fast)} Mpixel/s (${whole(plain)} without SIMD)`);
  }
  await here.end();
}

if (engines.includes('native')) {
  const folder = mkdtempSync(join(tmpdir(), 'lightbox-native-'));
  leave(cases, folder);
  const said = execFileSync(process.env.LIGHTBOX_NATIVE, [folder], { encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  table.push('', '### native', '');
  heading('coding', 'picture', 'ours, MB/s', 'beside', 'MB/s', 'ratio', 'memory, in frames');
  const lines = said.trim().split('\n');
  for (const [index, us, name, them, frames] of lines.filter((line) => !line.startsWith('lut')).map((line) => line.split(' '))) {
    const { syntax, picture } = cases[Number(index)];
    const beside = Number(them) > 0 ? [name, whole(Number(them)), (us / them).toFixed(2)] : ['', '', ''];
    row(syntax, picture, whole(Number(us)), ...beside, frames);
  }
  table.push('');
  heading('stored values → RGBA', 'Mpixel/s', 'target');
  for (const [, speed, kind] of lines.map((line) => /^lut (\d+) (.*)$/.exec(line)).filter(Boolean)) row(kind, speed, 1000);
}

table.push('', '### memory', '');
heading('coding', 'picture', 'wasm memory, in frames', 'target');
for (const [index, one] of cases.entries()) {
  const taken = memory(one, await ours('bench-decoders-simd', index + 1));
  row(one.syntax, one.picture, `${taken.toFixed(2)}${verdict(taken <= 3)}`, '≤ 3');
}
console.log(table.join('\n'));

// A reader who scrolls through a CT at random on a weak line: what was fetched for nothing, and how long the page's main
// thread is busy at a stretch. LIGHTBOX_SEED: another reader. LIGHTBOX_SECONDS: how long. LIGHTBOX_PROFILE=1: also what the
// longest tasks are made of; the figures are not to be used then.

import { PHONE, WITHOUT_GPU, launch } from '../tests/e2e/lib/engines.mjs';
import { inOrder, openLink } from '../tests/e2e/lib/client.mjs';
import { centre, shows, state } from '../tests/e2e/lib/film.mjs';
import { FILMS, Gateway } from '../tests/e2e/lib/gateway.mjs';
import { Line } from './lib/line.mjs';
import { LONG_TASKS, profiled } from './lib/tasks.mjs';

const WEAK = { kbps: 1000, rtt: 150 };
const CPU = 4;
// Of a slice of the demo CT.
const ROWS = 512;
const SECONDS = Number(process.env.LIGHTBOX_SECONDS ?? 60);
const FRAME = /\/instances\/([\d.]+)\/frames\/\d+$/;
const PICTURE = /\/(frames\/\d+|rendered)(\?|$)/;
const KB = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;
const PART = (some, all) => `${((100 * some) / all).toFixed(1)} %`;

// What is drawn of which position, as the viewport itself says it. No loop of frames: that would be work of its own.
const WATCH = `(() => {
  const seen = window.__seen = { previews: [], originals: [], rows: {} };
  const look = () => {
    const viewport = document.querySelector('[data-viewport]');
    const { position, picture } = viewport?.dataset ?? {};
    const rows = Number(viewport?.querySelector('canvas')?.dataset.rows ?? 0);
    if (rows > (seen.rows[position] ?? 0)) seen.rows[position] = rows;
    const list = { preview: seen.previews, frame: seen.originals }[picture];
    if (list && !list.includes(position)) list.push(position);
  };
  new MutationObserver(look).observe(document, { subtree: true, attributeFilter: ['data-position', 'data-picture', 'data-rows'] });
})()`;

// Mulberry32: the same seed is the same reader everywhere.
function random(seed) {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let x = Math.imul(at ^ (at >>> 15), at | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const rest = (ms) => new Promise((done) => setTimeout(done, ms));

// Runs of 5 to 40 slices at 5 to 20 a second, jumps with the slider, and looks of 0.3 to 3 s between them.
async function read(page, { x, y, count }, until, next) {
  while (Date.now() < until) {
    if (next() < 0.25) {
      const to = Math.floor(next() * count);
      await page.evaluate(`(() => { const slider = document.querySelector('.slider input'); slider.value = ${to}; slider.dispatchEvent(new Event('input', { bubbles: true })); })()`);
    } else {
      const delta = next() < 0.5 ? 120 : -120;
      const pause = 1000 / (5 + next() * 15);
      for (let left = 5 + Math.floor(next() * 35); left > 0 && Date.now() < until; left -= 1) {
        await page.wheel(x, y, delta);
        await rest(pause);
      }
    }
    await rest(Math.min(300 + next() * 2700, Math.max(0, until - Date.now())));
  }
}

// True lengths of the frames that were asked for, and positions by instance, as another client of the gateway sees them.
async function lengths(client, link, touched) {
  const [{ uid: study, series }] = client.manifest.studies;
  const ct = series.reduce((one, other) => (other.frames > one.frames ? other : one));
  const uids = await inOrder(client, study, ct.uid);
  const all = new Map();
  for (const uid of touched) {
    const answer = await client.get(`/studies/${study}/series/${ct.uid}/instances/${uid}/frames/1`, 'application/octet-stream; transfer-syntax=*');
    all.set(uid, (await answer.arrayBuffer()).byteLength);
  }
  return { uids, all };
}

function waste(requests, seen, { uids, all }) {
  const frames = new Map();
  for (const { url, body } of requests) {
    const [, uid] = FRAME.exec(url) ?? [];
    if (uid && body > 0) frames.set(uid, (frames.get(uid) ?? 0) + body);
  }
  const shown = new Set(seen.originals.map((position) => uids[position - 1]));
  const rows = new Map(Object.entries(seen.rows).map(([position, count]) => [uids[position - 1], count]));
  const sum = { fetched: 0, twice: 0, unseen: 0, drawn: 0, frames: frames.size, unseenFrames: 0, half: 0 };
  for (const [uid, bytes] of frames) {
    const whole = all.get(uid);
    sum.fetched += bytes;
    sum.twice += Math.max(0, bytes - whole);
    if (shown.has(uid)) continue;
    // Rows that lay over the preview have been seen; as many of its bytes have not been fetched for nothing.
    const drawn = Math.min(bytes, whole, (whole * (rows.get(uid) ?? 0)) / ROWS);
    const lost = Math.min(bytes, whole) - drawn;
    sum.drawn += drawn;
    sum.unseen += lost;
    sum.unseenFrames += drawn === 0 ? 1 : 0;
    if (bytes < whole) sum.half += lost;
  }
  return sum;
}

function sketches(requests, seen, count) {
  const streams = requests.filter(({ url }) => /\/rendered\?.*select=/.test(url));
  const bytes = streams.reduce((total, { body }) => total + body, 0);
  const asked = new Set(streams.flatMap(({ url }) => new URL(url).searchParams.get('select').split(',')));
  const shown = new Set(seen.previews);
  return { streams: streams.length, bytes, unseen: bytes * Math.max(0, 1 - shown.size / Math.min(count, asked.size)), shown: shown.size };
}

const gateway = await Gateway.start({ folder: FILMS() });
const line = await Line.start(gateway.origin, WEAK);
let page;
try {
  const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
  const { link } = gateway.film(ct.study_uid);
  page = await launch(WITHOUT_GPU, PHONE);
  // As `reading` does: starting an emulated GPU and reading its pictures back would be the longest tasks.
  await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
  await page.beforeEveryPage(WATCH);
  await page.beforeEveryPage(LONG_TASKS);
  await page.slow({ cpu: CPU });
  await page.goto(line.link(link));
  const seenFirst = await shows(page, { screen: 'film', picture: 'frame', fidelity: 'original' }, { timeout: 60000 });
  const count = Number(seenFirst.count);
  await page.evaluate('window.__tasks.length = 0');
  // Of pictures also what was broken off; of what comes compressed the bytes on the line.
  const bodies = () => page.requests.reduce((total, { url, body, bytes }) => total + (PICTURE.test(url) ? body : bytes), 0);
  const before = { line: line.bytes, bodies: bodies() };
  const next = random(Number(process.env.LIGHTBOX_SEED ?? 1));
  const reading = () => read(page, { ...centre(seenFirst), count }, Date.now() + SECONDS * 1000, next);
  const made = process.env.LIGHTBOX_PROFILE ? await profiled(page, reading) : void await reading();
  // What the line had carried of answers that were broken off, and the browser no longer took; 300 bytes are an answer's head.
  const heads = 300 * page.requests.length;
  const strewn = Math.max(0, line.bytes - before.line - (bodies() - before.bodies) - heads);
  const requests = page.requests.map((one) => ({ ...one }));
  const seen = await page.evaluate('window.__seen');
  const tasks = await page.evaluate('window.__tasks');
  const last = await state(page);
  const touched = new Set(requests.map(({ url }) => FRAME.exec(url)?.[1]).filter(Boolean));
  const known = await lengths(await openLink(link), link, touched);
  const frames = waste(requests, seen, known);
  const small = sketches(requests, seen, count);
  const lost = frames.twice + frames.unseen;
  console.log(`${SECONDS} s of reading, ended at slice ${last.position}; ${seen.originals.length} slices seen as originals, ${small.shown} as previews; ${KB(line.bytes)} came down the line`);
  console.log(`originals: ${frames.frames} fetched, ${KB(frames.fetched)}; shown in part ${KB(frames.drawn)}; never shown ${KB(frames.unseen)} (${KB(frames.half)} of these broken off; of ${frames.unseenFrames} slices nothing at all); twice ${KB(frames.twice)}`);
  console.log(`previews:  ${small.streams} streams, ${KB(small.bytes)}; of slices never seen as previews ${KB(small.unseen)}`);
  console.log(`on the line when broken off: ${KB(strewn)}`);
  console.log(`for nothing, originals alone    ${PART(lost, frames.fetched)}   bound 10 %`);
  console.log(`for nothing, previews included  ${PART(lost + small.unseen, frames.fetched + small.bytes)}   bound 10 %`);
  console.log(`for nothing, of all on the line ${PART(lost + small.unseen + strewn, frames.fetched + small.bytes + strewn)}`);
  console.log(`longest task of the main thread ${Math.max(0, ...tasks.map(({ ms }) => ms)).toFixed(0)} ms   bound 50 ms; tasks over 50 ms: ${tasks.length}`);
  const longest = [...tasks].sort((one, other) => other.ms - one.ms).slice(0, 8);
  for (const task of made ? longest : []) console.log(`  ${task.ms.toFixed(0).padStart(5)} ms at ${(task.at / 1000).toFixed(1)} s: ${made(task)}`);
} finally {
  await page?.close();
  await line.end();
  await gateway.end();
}

// One CT in one Orthanc, opened with Lightbox (its gateway as a bridge) and with OHIF (as a good host would serve it), on a
// phone's viewport with a slow processor: first picture, first original, whole series, reopening, memory.
// LIGHTBOX_ONLY: part of the name of the measurements to make, "weak", "LAN", "unthrottled", "memory", "kept". LIGHTBOX_RUNS: how
// many of each (3). LIGHTBOX_CPU: how many times as slow the processor is (4). LIGHTBOX_AS=archive: Lightbox with the same files in
// an archive of its own.

import { join } from 'node:path';
import { until } from '../tests/e2e/lib/cdp.mjs';
import { PHONE, WITHOUT_GPU, launch } from '../tests/e2e/lib/engines.mjs';
import { FILMS } from '../tests/e2e/lib/gateway.mjs';
import { Orthanc } from '../tests/e2e/lib/orthanc.mjs';
import { Line } from './lib/line.mjs';
import { tabMegabytes } from './lib/tab.mjs';
import { prepared } from './peers/ohif.mjs';
import { Lightbox, OhifViewer, arrived, pictureBytes } from './peers/viewers.mjs';

const WEAK = { kbps: 1000, rtt: 150 };
const HOSPITAL = { kbps: 100000, rtt: 1 };
const CPU = Number(process.env.LIGHTBOX_CPU ?? 4);
const RUNS = Number(process.env.LIGHTBOX_RUNS ?? 3);
const PATIENCE = 180000;
const PATIENCE_AGAIN = 30000;

const archive = process.env.LIGHTBOX_AS === 'archive';
const only = process.env.LIGHTBOX_ONLY ?? '';
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms) => (ms === Infinity ? `>${PATIENCE_AGAIN / 1000} s` : `${(ms / 1000).toFixed(2)} s`);
const folder = prepared(process.env.LIGHTBOX_OHIF, process.env.LIGHTBOX_ESBUILD);

async function browser(viewer) {
  const page = await launch(WITHOUT_GPU, PHONE);
  await viewer.prepare(page);
  await page.slow({ cpu: CPU });
  return page;
}

async function open(viewer, page, link, patience = PATIENCE) {
  await page.goto(link);
  return viewer.opened(page, patience).catch((error) => {
    if (!/did not come within/.test(error.message)) throw error;
    process.stderr.write(`${viewer.name}: ${error.message}\n`);
    return { first: Infinity, original: Infinity };
  });
}

// Cold, then with what the browser has kept by itself.
async function weak(viewer) {
  const cold = [];
  const warm = [];
  for (let run = 0; run < RUNS; run += 1) {
    const line = await Line.start(viewer.origin, WEAK);
    const page = await browser(viewer);
    cold.push({ ...await open(viewer, page, line.link(viewer.link)), bytes: line.bytes });
    warm.push(await open(viewer, page, line.link(viewer.link), PATIENCE_AGAIN));
    await page.close();
    await line.end();
  }
  return {
    'first picture': median(cold.map(({ first }) => first)),
    'first original': median(cold.map(({ original }) => original)),
    'bytes until then': median(cold.map(({ bytes }) => bytes)),
    'first picture, reopened': median(warm.map(({ first }) => first)),
    'first original, reopened': median(warm.map(({ original }) => original)),
  };
}

// What the browser needs for the same frames when a bare page asks for all of them at once.
async function raw(viewer, page, origin, paths) {
  await page.goto(`${origin}/manifest.json`);
  await page.send('Network.setCacheDisabled', { cacheDisabled: true });
  const took = await page.evaluate(`(async () => {
    const begun = performance.now();
    await Promise.all(${JSON.stringify(paths)}.map((path) => fetch(path, { headers: ${JSON.stringify(await viewer.headers())} }).then((answer) => answer.arrayBuffer())));
    return performance.now() - begun;
  })()`);
  await page.send('Network.setCacheDisabled', { cacheDisabled: false });
  return took;
}

async function series(viewer, count, rates) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const line = rates ? await Line.start(viewer.origin, rates) : viewer;
    const link = rates ? line.link(viewer.link) : viewer.link;
    const page = await browser(viewer);
    const { first, original, origin } = await open(viewer, page, link);
    await until(() => arrived(page, viewer).size >= count, { timeout: PATIENCE, every: 10, what: 'the whole series' });
    const whole = Date.now() - origin;
    const floor = await raw(viewer, page, line.origin, [...arrived(page, viewer)]);
    const again = await open(viewer, page, link, PATIENCE_AGAIN);
    runs.push({ first, original, whole, floor, again: again.original });
    await page.close();
    if (rates) await line.end();
  }
  return {
    'first picture': median(runs.map(({ first }) => first)),
    'first original': median(runs.map(({ original }) => original)),
    'whole series': median(runs.map(({ whole }) => whole)),
    'the same frames, bare page': median(runs.map(({ floor }) => floor)),
    'first original, reopened': median(runs.map(({ again }) => again)),
  };
}

// A film that was kept, opened again on the weak line. OHIF keeps nothing but what the browser's cache holds.
async function reopened(viewer, count) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const line = await Line.start(viewer.origin);
    const page = await browser(viewer);
    const link = line.link(viewer.link);
    await open(viewer, page, link);
    if (viewer.keep) await viewer.keep(page);
    else await until(() => arrived(page, viewer).size >= count, { timeout: PATIENCE, what: 'the whole series' });
    line.set(WEAK);
    const from = page.requests.length;
    const { first, original } = await open(viewer, page, link, PATIENCE_AGAIN);
    await new Promise((later) => setTimeout(later, 1000));
    runs.push({ first: Math.min(first ?? Infinity, original), original, bytes: pictureBytes(page, from) });
    await page.close();
    await line.end();
  }
  return {
    'first picture': median(runs.map(({ first }) => first)),
    'first original': median(runs.map(({ original }) => original)),
    'bytes of pictures': median(runs.map(({ bytes }) => bytes)),
  };
}

async function memory(viewer, count) {
  const runs = [];
  for (let run = 0; run < Math.min(RUNS, 2); run += 1) {
    const page = await launch(WITHOUT_GPU, PHONE);
    await viewer.prepare(page);
    await open(viewer, page, viewer.link);
    await viewer.visit(page, count);
    runs.push(tabMegabytes(page.pid));
    await page.close();
  }
  return { 'MB with the series visited': median(runs) };
}

const MEASUREMENTS = {
  weak,
  LAN: (viewer, count) => series(viewer, count, HOSPITAL),
  unthrottled: series,
  'kept, weak': reopened,
  memory,
};

function print(name, [us, them]) {
  for (const [what, ours] of Object.entries(us)) {
    const theirs = them[what];
    const show = (value) => (/bytes/.test(what) ? `${(value / 1024).toFixed(0)} KB` : /MB/.test(what) ? `${value.toFixed(0)} MB` : seconds(value));
    const ratio = ours === Infinity || theirs === Infinity || ours === 0 ? '' : (theirs / ours).toFixed(1);
    console.log(`${name.padEnd(12)}${what.padEnd(28)}Lightbox ${show(ours).padStart(9)}   OHIF ${show(theirs).padStart(9)}   OHIF / Lightbox ${ratio}`);
  }
}

const wanted = Object.entries(MEASUREMENTS).filter(([name]) => name.includes(only));
const orthanc = await Orthanc.start();
let viewers = [];
try {
  await orthanc.store(join(FILMS(), 'ct', 'S2'));
  const [found] = await (await fetch(`${orthanc.dicomWeb}/studies`, { headers: { Accept: 'application/dicom+json' } })).json();
  const study = found['0020000D'].Value[0];
  const count = (await (await fetch(`${orthanc.origin}/instances`)).json()).length;
  viewers = [await Lightbox.start(orthanc, study, archive), await OhifViewer.start(orthanc, study, folder)];
  // Once unmeasured: both servers have then read and compressed what they are asked for.
  for (const viewer of viewers) {
    const page = await browser(viewer);
    await open(viewer, page, viewer.link);
    await until(() => arrived(page, viewer).size >= count, { timeout: PATIENCE, what: 'the whole series' });
    await page.close();
  }
  for (const [name, measure] of wanted) {
    const both = [];
    for (const viewer of viewers) both.push(await measure(viewer, count));
    print(name, both);
  }
} finally {
  for (const viewer of viewers) await viewer.end();
  await orthanc.end();
}

// The memory of the tab on a phone with 2 GB: a CT of 500 slices turned through, a radiograph of 2500 × 3000, and what a
// page that is no longer looked at gives back.
//
// Pictures on their way to the screen are said apart: a browser without a GPU makes each in memory that it shares with the
// program that composes, which on a machine with two cores is a dozen behind.

import { centre, shows } from '../tests/e2e/lib/film.mjs';
import { PHONE, launch } from '../tests/e2e/lib/engines.mjs';
import { FILMS, Gateway } from '../tests/e2e/lib/gateway.mjs';
import { tabMemory } from './lib/tab.mjs';

const BOUND = 200;
const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };

// What a page is told of such a phone.
const SMALL = `
  Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 2 });
  Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 4 });
  try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }`;

// As when another program comes to the front.
const look = (away) => `(() => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${away} });
  document.dispatchEvent(new Event('visibilitychange'));
})()`;

const own = ({ total, pictures }) => total - pictures;
const say = (what, memory) => console.log(`${what.padEnd(50)}${own(memory).toFixed(0).padStart(5)} MB (and ${memory.pictures.toFixed(0)} MB of pictures on their way)   bound ${BOUND} MB, ratio ${(own(memory) / BOUND).toFixed(2)}`);
const rest = (ms) => new Promise((later) => setTimeout(later, ms));

async function open(link) {
  const page = await launch('chromium', PHONE);
  await page.beforeEveryPage(SMALL);
  await page.goto(link);
  return { page, seen: await shows(page, opened, { timeout: 60000 }) };
}

// From end to end by single steps, looking at the memory on the way.
async function turn(page, seen) {
  const { x, y } = centre(seen);
  let most = tabMemory(page.pid);
  await page.key('Home');
  await shows(page, { ...opened, position: '1' }, { timeout: 60000 });
  for (let position = 2; position <= Number(seen.count); position += 1) {
    await page.wheel(x, y, 120);
    await shows(page, { position: String(position), picture: 'frame' }, { timeout: 60000 });
    if (position % 25 === 0) {
      const memory = tabMemory(page.pid);
      if (own(memory) > own(most)) most = memory;
    }
  }
  return most;
}

async function away(page) {
  const before = await page.evaluate("document.querySelector('[data-viewport]').dataset.position");
  await page.evaluate(look(true));
  await rest(4000);
  const memory = tabMemory(page.pid);
  await page.evaluate(look(false));
  await shows(page, { ...opened, position: before });
  return memory;
}

const gateway = await Gateway.start({ folder: FILMS() });
try {
  const film = (modality) => gateway.film(gateway.studies().find((one) => one.modalities.includes(modality)).study_uid).link;
  const ct = await open(film('CT'));
  say(`CT of ${ct.seen.count} slices: the first on screen`, tabMemory(ct.page.pid));
  say('the most while all are turned through', await turn(ct.page, ct.seen));
  say('hidden', await away(ct.page));
  await ct.page.close();
  const dx = await open(film('DX'));
  say('radiograph on screen', tabMemory(dx.page.pid));
  await rest(9000);
  say('after ten seconds: the decoder has been replaced', tabMemory(dx.page.pid));
  say('hidden', await away(dx.page));
  await dx.page.close();
} finally {
  await gateway.end();
}

// Scrolling a cached CT on the CPU path, repainting after a change of window, and the memory of the tab.

import { DESK, UNTHROTTLED, WITHOUT_GPU, launch } from '../tests/e2e/lib/engines.mjs';
import { centre, shows } from '../tests/e2e/lib/film.mjs';
import { FILMS, Gateway } from '../tests/e2e/lib/gateway.mjs';
import { tabMegabytes } from './lib/tab.mjs';

// Paints counted by the browser itself: a picture is a change of the viewport's own pixels, seen once a frame.
const COUNT = `new Promise((done) => {
  const viewport = document.querySelector('[data-viewport]');
  const canvas = viewport.querySelector('canvas');
  const step = (delta) => canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: delta, bubbles: true, cancelable: true }));
  const begun = performance.now();
  let frames = 0; let drawn = 0; let last = viewport.dataset.position; let longest = 0; let before = begun; let down = 1;
  const tick = (now) => {
    frames += 1;
    longest = Math.max(longest, now - before);
    before = now;
    if (viewport.dataset.position !== last && viewport.dataset.picture === 'frame') { drawn += 1; last = viewport.dataset.position; }
    if (now - begun > 4000) { done({ frames, drawn, seconds: (now - begun) / 1000, longest }); return; }
    if (viewport.dataset.position === viewport.dataset.count) down = -1;
    if (viewport.dataset.position === '1') down = 1;
    step(120 * down);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})`;

// A key that changes the window, then the time until the next frame has been made.
const WINDOW = `(async () => {
  const times = [];
  for (let i = 0; i < 20; i += 1) {
    const begun = performance.now();
    dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }));
    await new Promise((made) => requestAnimationFrame(() => requestAnimationFrame(made)));
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[10];
})()`;

async function openCt(browser, link) {
  const page = await launch(browser, DESK);
  // Before the first page: one visited earlier would stay in memory and be counted.
  await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
  await page.goto(link);
  const seen = await shows(page, { picture: 'frame', fidelity: 'original' });
  await page.key('Home');
  const { x, y } = centre(seen);
  for (let position = 2; position <= Number(seen.count); position += 1) {
    await page.wheel(x, y, 120);
    await shows(page, { position: String(position), picture: 'frame' });
  }
  return page;
}

const gateway = await Gateway.start({ folder: FILMS() });
try {
  const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
  const { link } = gateway.film(ct.study_uid);
  let page = await openCt(WITHOUT_GPU, link);
  console.log(`memory of the tab, whole CT visited    ${tabMegabytes(page.pid).toFixed(0)} MB   bound 250 MB`);
  console.log(`change of window until it is on screen ${(await page.evaluate(WINDOW)).toFixed(1)} ms (two frames of the screen are 33 ms)`);
  await page.close();
  page = await openCt(UNTHROTTLED, link);
  await page.key('Home');
  await shows(page, { position: '1', picture: 'frame' });
  const scroll = await page.evaluate(COUNT);
  console.log(`pictures a second while scrolling      ${(scroll.drawn / scroll.seconds).toFixed(1)} of ${(scroll.frames / scroll.seconds).toFixed(1)} frames; longest gap ${scroll.longest.toFixed(0)} ms   bound 60`);
  await page.close();
} finally {
  await gateway.end();
}

// What lies over a picture: an overlay of the file, and a presentation state that somebody has saved with the study.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PNG } from 'pngjs';
import { until } from './lib/cdp.mjs';
import { DESK, ENGINES, launch } from './lib/engines.mjs';
import { pixels, press, shows, state } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };
const PICTURE = 'dx/S1/0001.dcm';
const STATE = 'dx/S900/0001.dcm';

let gateway;
let study;
let folder;

before(async () => {
  gateway = await Gateway.start({ folder: join(FILMS(), 'dx') });
  [study] = gateway.studies();
  folder = mkdtempSync(join(tmpdir(), 'lightbox-marks-'));
}, { timeout: 180000 });

after(async () => {
  await gateway?.end();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// The CPU's picture at its own size.
function reference(...options) {
  const out = join(folder, `${options.length}.png`);
  execFileSync(process.env.LIGHTBOX_RENDER_PNG, [join(FILMS(), PICTURE), out, ...options]);
  return PNG.sync.read(readFileSync(out));
}

const yellow = ([r, g, b]) => r > 140 && g > 110 && b < 0.6 * r;

// Columns and rows, as shares of the picture, between which everything yellow lies; of a page, no farther than a little
// beyond `around`: the letters at its sides are yellow too.
function extent(png, box = { x: 0, y: 0, width: png.width, height: png.height }, around = null) {
  const [low, high] = [around?.low.map((edge) => edge - 0.006), around?.high.map((edge) => edge + 0.006)];
  const outside = (share) => around && [0, 1].some((axis) => share[axis] < low[axis] || share[axis] > high[axis]);
  let found = null;
  for (let y = Math.ceil(box.y); y < Math.floor(box.y + box.height); y += 1) {
    for (let x = Math.ceil(box.x); x < Math.floor(box.x + box.width); x += 1) {
      const at = (y * png.width + x) * 4;
      const share = [(x - box.x) / box.width, (y - box.y) / box.height];
      if (yellow(png.data.subarray(at, at + 3)) && !outside(share)) {
        found ??= { low: [...share], high: [...share] };
        for (const axis of [0, 1]) {
          found.low[axis] = Math.min(found.low[axis], share[axis]);
          found.high[axis] = Math.max(found.high[axis], share[axis]);
        }
      }
    }
  }
  return found;
}

// Where a picture of these rows and columns lies when it is fitted into a box.
function fitted(box, { width, height }) {
  const scale = Math.min(box.width / width, box.height / height);
  const [w, h] = [width * scale, height * scale];
  return { x: box.x + (box.width - w) / 2, y: box.y + (box.height - h) / 2, width: w, height: h };
}

const marks = (page) => page.evaluate(`(() => {
  const canvas = document.querySelector('canvas.marks');
  if (!canvas || canvas.width === 0) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 3; at < data.length; at += 4) drawn += data[at] > 0;
  return drawn;
})()`);

for (const name of Object.keys(ENGINES)) {
  describe(name, { timeout: 300000 }, () => {
    let page;
    before(async () => { page = await launch(name, DESK); });
    after(() => page?.close());

    test('draws the overlay of a file, and takes it away', async () => {
      await page.goto(gateway.film(study.study_uid).link);
      await shows(page, opened, { timeout: 60000 });
      await until(async () => await marks(page) > 100, { what: 'an overlay' });
      await press(page, '[data-tool-button="tool.marks"]');
      await until(async () => await marks(page) === 0, { what: 'a picture without overlay' });
      await press(page, '[data-tool-button="tool.marks"]');
      await until(async () => await marks(page) > 100, { what: 'the overlay again' });
    });

    test('shows the picture as a presentation state has it, and as its file has it again', async () => {
      await page.goto(gateway.film(study.study_uid).link);
      const before = await shows(page, opened, { timeout: 60000 });
      await until(() => page.evaluate("document.querySelectorAll('[data-state]').length === 2"), { what: 'a state to choose' });
      await press(page, '[data-state="1"]');
      await until(async () => (await state(page)).window === '9800,8000', { what: "the state's window" });
      // The circle lies where the CPU reference draws it; the words below it are the browser's.
      const drawn = reference('--state', join(FILMS(), STATE));
      const circle = extent(drawn);
      const found = await until(async () => {
        const { box } = await state(page);
        return extent(await pixels(page), fitted(box, drawn), circle);
      }, { what: 'a yellow circle' });
      for (const axis of [0, 1]) {
        const off = Math.max(Math.abs(found.low[axis] - circle.low[axis]), Math.abs(found.high[axis] - circle.high[axis]));
        assert.ok(off < 0.005, `${JSON.stringify(found)}, not ${JSON.stringify(circle)}`);
      }
      await press(page, '[data-state="0"]');
      await until(async () => (await state(page)).window === before.window, { what: "the file's own window" });
      assert.equal(extent(await pixels(page), fitted((await state(page)).box, drawn), circle), null);
    });
  });
}

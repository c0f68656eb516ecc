// The film page under a thumb, and what a screen reader finds there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { PHONE, launch } from './lib/engines.mjs';
import { centre, press, shows } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };

describe('phone', { timeout: 300000 }, () => {
  let gateway;
  let page;
  let link;

  before(async () => {
    gateway = await Gateway.start({ folder: FILMS() });
    page = await launch('chromium', PHONE);
    // A GPU played by the processor is so slow that a tap becomes a long press: let the processor draw as itself.
    await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
    const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
    ({ link } = gateway.film(ct.study_uid));
    await page.goto(link);
    await shows(page, opened, { timeout: 60000 });
  }, { timeout: 120000 });

  after(async () => {
    await page?.close();
    await gateway?.end();
  });

  test('turns through the whole CT with one thumb', async () => {
    const seen = await shows(page, opened);
    const { x } = centre(seen);
    const top = seen.box.y + 20;
    const bottom = seen.box.y + seen.box.height - 20;
    const swipe = (from, to) => page.drag(Array.from({ length: 13 }, (_, i) => ({ x, y: from + ((to - from) * i) / 12 })));
    for (let i = 0; i < 3; i += 1) await swipe(bottom, top);
    await shows(page, { ...opened, position: '1' });
    for (let i = 0; i < 3; i += 1) await swipe(top, bottom);
    await shows(page, { ...opened, position: seen.count });
  });

  test('windows with one thumb once that is chosen, and says so', async () => {
    const seen = await shows(page, opened);
    await press(page, '[data-tool-button="tool.window"]');
    await shows(page, { tool: 'window' });
    const { x, y } = centre(seen);
    await page.drag([{ x, y }, { x: x + 30, y }, { x: x + 60, y: y + 20 }]);
    await shows(page, { ...opened, window: (value) => value !== seen.window, position: seen.position });
    await press(page, '[data-tool-button="tool.scroll"]');
  });

  test('zooms with two fingers and fits with two taps', async () => {
    const seen = await shows(page, opened);
    const zoom = () => page.evaluate("document.querySelector('.bottom-right').textContent.match(/(\\d+)%/)[1]");
    const fit = Number(await zoom());
    const { x, y } = centre(seen);
    const path = (sign) => Array.from({ length: 9 }, (_, i) => ({ x: x + sign * (20 + 12 * i), y }));
    await page.pinch(path(-1), path(1));
    await until(async () => Number(await zoom()) > fit * 2, { what: 'a nearer picture' });
    await page.click(x, y);
    await page.click(x, y);
    await until(async () => Number(await zoom()) === fit, { what: 'the whole picture' });
  });

  test('has no violation of WCAG 2.2 AA that axe can see, in either size of text', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    for (const elder of ['0', '1']) {
      await page.evaluate(`(document.documentElement.dataset.elder = '${elder}')`);
      await page.evaluate(`(() => { ${axe}; return true; })()`);
      const found = await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
        .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')))`);
      assert.deepEqual(found, []);
    }
  });

  test('asks no other origin for anything', () => {
    const foreign = page.requests.map(({ url }) => url).filter((url) => /^https?:/.test(url) && !url.startsWith(gateway.origin));
    assert.deepEqual(foreign, []);
  });
});

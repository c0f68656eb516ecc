// A weak line: what can be seen of a CT while most of its originals are still minutes away.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { PHONE, launch } from './lib/engines.mjs';
import { greys, pixels, press, shows, state } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';

// Where there are no words over the picture.
const middle = ({ x, y, width, height }) => ({ x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 2 });

const LINE = { kbps: 1000, rtt: 150, cpu: 1 };

describe('weak line', { timeout: 300000 }, () => {
  let gateway;
  let page;

  before(async () => {
    gateway = await Gateway.start({ folder: FILMS() });
    page = await launch('chromium', PHONE);
    await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
  }, { timeout: 120000 });

  after(async () => {
    await page?.close();
    await gateway?.end();
  });

  test('every slice can be seen as a preview, then as itself', async () => {
    await page.slow(LINE);
    const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
    await page.goto(gateway.film(ct.study_uid).link);
    await shows(page, { screen: 'film', picture: 'frame', fidelity: 'original' }, { timeout: 60000 });
    await until(() => page.evaluate('window.__lightbox?.marks.scrollable'), { timeout: 60000, what: 'previews of all slices' });

    const frames = () => page.requests.filter(({ url }) => /\/frames\/\d+$/.test(url)).length;
    const streams = page.requests.filter(({ url }) => /\/rendered\?.*select=/.test(url));
    assert.equal(streams.length, 1, 'one answer for all');
    assert.ok(frames() < 12, `${frames()} originals were asked for meanwhile`);

    await page.key('End');
    const { box } = await shows(page, { position: '160', picture: 'preview', fidelity: 'preview' }, { timeout: 2000 });
    const small = greys(await pixels(page), middle(box), PHONE.scale);
    await shows(page, { position: '160', picture: 'frame', fidelity: 'original' }, { timeout: 30000 });
    const whole = greys(await pixels(page), middle(box), PHONE.scale);
    const mean = whole.reduce((sum, grey, at) => sum + Math.abs(grey - small[at]), 0) / whole.length;
    // Edges are softer in a quarter of the pixels; another slice differs by several times this.
    assert.ok(mean < 8, `the preview differs by ${mean.toFixed(1)} grey levels from its original`);
    assert.equal((await state(page)).position, '160');
  });

  test('what has come of an original lies over its preview', async () => {
    await page.slow({ ...LINE, kbps: 300 });
    await page.key('Home');
    const rows = await until(async () => {
      const shown = Number(await page.evaluate("document.querySelector('[data-viewport] canvas').dataset.rows ?? 0"));
      return shown > 320 && shown;
    }, { timeout: 60000, what: 'more than half of an original' });
    const partly = await pixels(page);
    const { box, picture, fidelity, position } = await state(page);
    assert.deepEqual({ picture, fidelity, position }, { picture: 'preview', fidelity: 'preview', position: '1' });
    assert.ok(rows < 512);
    await shows(page, { position: '1', picture: 'frame', fidelity: 'original' }, { timeout: 60000 });
    const whole = await pixels(page);
    assert.equal(await page.evaluate("document.querySelector('[data-viewport] canvas').dataset.rows"), undefined);
    const side = Math.min(box.width, box.height);
    const [row, top] = [side / 512, box.y + (box.height - side) / 2];
    const strip = (png, from, to) => greys(png, { ...middle(box), y: top + from * row, height: (to - from) * row }, PHONE.scale);
    assert.deepEqual(strip(partly, 150, rows - 4), strip(whole, 150, rows - 4));
    assert.notDeepEqual(strip(partly, 480, 511), strip(whole, 480, 511));
    await page.slow(LINE);
  });

  test('what is stored uncompressed comes smaller, is kept so, and opens from the device as exactly', async () => {
    const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };
    await page.slow(LINE);
    page.requests.length = 0;
    const mr = gateway.studies().find((one) => one.modalities.includes('MR'));
    const { link } = gateway.film(mr.study_uid);
    await page.goto('about:blank');
    await page.goto(link);
    const { box } = await shows(page, opened, { timeout: 60000 });
    // 320 × 320 samples of 16 bits.
    const frames = await until(() => {
      const here = page.requests.filter(({ url, bytes }) => /\/frames\/\d+$/.test(url) && bytes > 1000);
      return here.length > 0 && here;
    }, { what: 'the end of a frame' });
    assert.ok(frames.every(({ bytes }) => bytes < 0.6 * 320 * 320 * 2), `frames of ${frames.map(({ bytes }) => bytes)} bytes`);
    await page.slow({});
    await press(page, '.bar-keep .bar-button');
    await press(page, '[data-keep]');
    await until(() => page.evaluate("/已保存/.test(document.querySelector('.bar-keep').innerText)"), { timeout: 60000, what: 'the film on the device' });
    await until(() => page.evaluate('window.__lightbox.marks.offline'), { timeout: 30000, what: 'a page that opens without a network' });
    const before = greys(await pixels(page), middle(box), PHONE.scale);
    await gateway.stop();
    await page.goto('about:blank');
    await page.goto(link);
    await shows(page, opened, { timeout: 60000 });
    assert.deepEqual(greys(await pixels(page), middle(box), PHONE.scale), before);
  });
});

// What a reader sees when something behind the page fails: the archive upstream, the server's disk, the browser's.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { DESK, launch } from './lib/engines.mjs';
import { press, shows } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';
import { Orthanc } from './lib/orthanc.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };
const says = (page, pattern) => until(async () => pattern.test(await page.evaluate('document.body.innerText')), { what: `words like ${pattern}` });

describe('trouble', { timeout: 300000 }, () => {
  let page;

  before(async () => {
    page = await launch('chromium', DESK);
    await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
  }, { timeout: 120000 });

  after(() => page?.close());

  test('reads a film through the bridge, and keeps what it has when the archive upstream dies', async () => {
    const orthanc = await Orthanc.start();
    let gateway;
    try {
      await orthanc.store(join(FILMS(), 'mr'));
      gateway = await Gateway.start({ flags: ['--upstream', orthanc.dicomWeb] });
      const [{ study_uid: uid }] = gateway.studies();
      const [film, late] = [gateway.film(uid), gateway.film(uid)];
      await page.goto(film.link);
      const seen = await shows(page, opened, { timeout: 60000 });
      assert.ok(Number(seen.count) > 10, `${seen.count} slices`);
      await page.key('Home');
      await shows(page, { ...opened, position: '1' });

      // From the device each frame comes with its transfer syntax: these metadata do not have it.
      await press(page, '.bar-keep .bar-button');
      await press(page, '[data-keep]');
      await until(() => page.evaluate("/已保存/.test(document.querySelector('.bar-keep').innerText)"), { timeout: 60000, what: 'the film on the device' });
      page.requests.length = 0;
      await page.goto(film.link);
      await shows(page, opened, { timeout: 60000 });
      for (const [key, position] of [['End', seen.count], ['Home', '1']]) {
        await page.key(key);
        await shows(page, { ...opened, position });
      }
      const fetched = page.requests.filter(({ url, bytes }) => /\/frames(\/\d+$|\?)/.test(url) && bytes > 2000);
      assert.deepEqual(fetched.map(({ url }) => url), []);

      await orthanc.kill();
      await page.key('Home');
      await shows(page, { ...opened, position: '1' });
      await page.goto(late.link);
      await shows(page, { screen: 'closed' }, { timeout: 60000 });
      assert.equal(await page.evaluate("document.querySelector('[data-code]').dataset.code"), 'LB-502');
      await says(page, /影像没有丢失/);
    } finally {
      await gateway?.end();
      await orthanc.end();
    }
  });

  test('opens films while nothing more can be written to the disk of the server', async () => {
    const gateway = await Gateway.start({ folder: FILMS(), signals: ['XFSZ'] });
    try {
      const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
      const film = gateway.film(ct.study_uid);
      execFileSync('prlimit', ['--pid', String(gateway.child.pid), '--fsize=0:0']);
      await page.goto(film.link);
      await shows(page, opened, { timeout: 60000 });
      await page.key('Home');
      await shows(page, { ...opened, position: '1' });
    } finally {
      await gateway.end();
    }
  });

  test('says that the browser gives no room, and goes on reading', async () => {
    const gateway = await Gateway.start({ folder: FILMS() });
    try {
      const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
      await page.send('Storage.overrideQuotaForOrigin', { origin: gateway.origin, quotaSize: 300000 });
      await page.goto(gateway.film(ct.study_uid).link);
      await shows(page, opened, { timeout: 60000 });
      await page.key('End');
      await shows(page, { ...opened, position: '160' });
      await says(page, /本机空间不足/);
    } finally {
      await gateway.end();
    }
  });
});

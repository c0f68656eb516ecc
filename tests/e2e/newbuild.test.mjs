// The gateway is started with a new build while pages are open: they go on with what they are made of, and say so where
// they cannot.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { PHONE, launch } from './lib/engines.mjs';
import { press, shows, state } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';
import { Proxy } from './lib/proxy.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };

describe('a new build', { timeout: 200000 }, () => {
  let web;
  let gateway;
  let proxy;
  let page;
  let link;

  before(async () => {
    web = mkdtempSync(join(tmpdir(), 'lightbox-web-'));
    cpSync(process.env.LIGHTBOX_WEB, web, { recursive: true });
    gateway = await Gateway.start({ folder: FILMS(), web });
    proxy = await Proxy.start(gateway);
    page = await launch('chromium', PHONE);
    await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
    link = proxy.link(gateway.film(gateway.studies().find((one) => one.modalities.includes('MR')).study_uid).link);
    await page.goto(link);
    await shows(page, opened, { timeout: 60000 });
  }, { timeout: 120000 });

  after(async () => {
    await page?.close();
    await proxy?.end();
    await gateway?.end();
    rmSync(web, { recursive: true, force: true });
  });

  const asset = () => page.evaluate("window.__lightbox.assets['keep.js']");

  // As `cargo xtask build` leaves it: files of the build before stay.
  const rebuild = (old, fresh) => {
    writeFileSync(join(web, fresh), `${readFileSync(join(web, old), 'utf8')}\n`);
    const index = join(web, 'index.html');
    writeFileSync(index, readFileSync(index, 'utf8').replaceAll(old, fresh));
    for (const twin of ['.br', '.gz']) rmSync(index + twin, { force: true });
  };

  test('an open page scrolls on and loads what it had not needed yet', async () => {
    const old = await asset();
    await gateway.stop();
    rebuild(old, '/assets/keep-0123456789abcdef.js');
    await gateway.begin();
    await page.key('End');
    await shows(page, { ...opened, position: (position) => position !== '1' }, { timeout: 60000 });
    await press(page, '.bar-keep .bar-button');
    await press(page, '[data-keep]');
    await until(() => page.evaluate('window.__lightbox.marks.offline'), { timeout: 30000, what: 'the end of keeping' });
    assert.ok(proxy.answers.some(({ path, status }) => path === old && status === 200), `${old} was still there`);
  });

  test('the next page is of the new build', async () => {
    await page.goto('about:blank');
    await page.goto(link);
    await shows(page, opened, { timeout: 60000 });
    assert.equal(await asset(), '/assets/keep-0123456789abcdef.js');
  });

  test('a page that the gateway no longer understands says what to do', async () => {
    const body = JSON.stringify({ code: 'LB-426', message: 'this page is of another version; reload it', protocol: 2 });
    proxy.fault({ match: /\/open$/, status: 400, headers: { 'content-type': 'application/json' }, body, times: 9 });
    await page.goto('about:blank');
    await page.goto(link);
    await until(async () => (await state(page)).screen === 'closed', { timeout: 30000, what: 'the page that says so' });
    const words = await page.evaluate('document.body.innerText');
    assert.match(words, /页面需要更新/);
    assert.match(words, /LB-426/);
  });
});

// A film that is kept on the device: opens with no picture from the network, and without a network at all; goes at one
// press, without a rest.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { PHONE, launch } from './lib/engines.mjs';
import { press, shows } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };
const KEEP = '.bar-keep .bar-button';

const says = (page, pattern) => until(async () => pattern.test(await page.evaluate("document.querySelector('.bar-keep')?.innerText ?? ''")), { timeout: 120000, what: `words like ${pattern}` });

// Files of the page's own (OPFS), or the database where a browser has none.
for (const [engine, kind] of [['chromium-109', 'files'], ['chromium', 'files'], ['chromium', 'database']]) {
  describe(`keeping, ${engine}, ${kind}`, { timeout: 400000 }, () => {
    let gateway;
    let page;
    let link;
    let count;

    before(async () => {
      gateway = await Gateway.start({ folder: FILMS() });
      page = await launch(engine, PHONE);
      await page.beforeEveryPage(`try { sessionStorage.setItem('lightbox.renderer', 'cpu'); sessionStorage.setItem('lightbox.store', '${kind}'); } catch { /* about:blank has none */ }`);
      const mr = gateway.studies().find((one) => one.modalities.includes('MR'));
      ({ link } = gateway.film(mr.study_uid));
      await page.goto(link);
      ({ count } = await shows(page, opened, { timeout: 60000 }));
    }, { timeout: 120000 });

    after(async () => {
      await page?.close();
      await gateway?.end();
    });

    // What came with pictures; the answer to the opening has one unless it is told not to.
    const pictures = () => {
      const some = page.requests.filter(({ url, bytes }) => /\/(frames|rendered)/.test(url) || (/\/open$/.test(url) && bytes > 5000));
      return some.map(({ url, bytes }) => `${bytes} ${url}`);
    };

    test('the whole film comes, with words on how far it is', async () => {
      await press(page, KEEP);
      await says(page, /本机已存 \d+\/\d+ 幅/);
      await press(page, '[data-keep]');
      await says(page, /已保存/);
      await until(() => page.evaluate('window.__lightbox.marks.offline'), { timeout: 30000, what: 'a page that opens without a network' });
    });

    test('it opens again without one byte of a picture', async () => {
      page.requests.length = 0;
      await page.goto('about:blank');
      await page.goto(link);
      await shows(page, opened, { timeout: 60000 });
      await page.key('End');
      await shows(page, { ...opened, position: count }, { timeout: 30000 });
      await says(page, /已保存/);
      assert.deepEqual(pictures(), []);
    });

    test('its first picture does not wait for the line', async () => {
      await page.slow({ kbps: 1000, rtt: 600 });
      await page.goto('about:blank');
      page.requests.length = 0;
      await page.goto(link);
      await shows(page, opened, { timeout: 60000 });
      await page.slow({});
      const { preview, opened: answered } = await page.evaluate('window.__lightbox.marks');
      assert.ok(preview < answered, `the preview after ${preview.toFixed(0)} ms, the gateway's answer after ${answered.toFixed(0)} ms`);
      assert.deepEqual(pictures(), []);
    });

    test('a note of it that was lost is written again', async () => {
      for (const there of [true, false]) {
        if (there) await page.evaluate('localStorage.clear()');
        await page.goto('about:blank');
        page.requests.length = 0;
        await page.goto(link);
        await shows(page, opened, { timeout: 60000 });
        assert.equal(pictures().length > 0, there, 'whether the gateway was asked for a picture');
        await until(() => page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('lightbox.seen/'))"), { what: 'the note' });
      }
    });

    test('it opens without a network', async () => {
      await gateway.stop();
      await page.goto('about:blank');
      page.requests.length = 0;
      await page.goto(link);
      await shows(page, opened, { timeout: 60000 });
      for (const [key, position] of [['Home', '1'], ['End', count]]) {
        await page.key(key);
        await shows(page, { ...opened, position }, { timeout: 30000 });
      }
      assert.ok(await page.evaluate("[...document.querySelectorAll('[data-notice]')].some((one) => one.dataset.notice === 'notice.from_device')"));
    });

    // What is on the device of this origin.
    const left = () => page.evaluate(`(async () => {
        const names = await caches.keys();
        const workers = (await navigator.serviceWorker.getRegistrations()).length;
        let records = 0;
        for (const { name } of await indexedDB.databases()) {
          const base = await new Promise((done, failed) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); asked.onerror = () => failed(asked.error); });
          for (const table of base.objectStoreNames) {
            records += await new Promise((done) => { const asked = base.transaction(table).objectStore(table).count(); asked.onsuccess = () => done(asked.result); });
          }
          base.close();
        }
        try {
          for await (const _ of (await navigator.storage.getDirectory()).keys()) records += 1;
        } catch { /* a browser without files */ }
        const notes = Object.keys(localStorage).filter((name) => name.startsWith('lightbox.seen/'));
        return { names, workers, records, notes };
      })()`);
    const clear = async () => {
      await press(page, KEEP);
      await press(page, '[data-forget]');
      await until(() => page.evaluate('window.__lightbox.marks.forgotten'), { what: 'the end of clearing' });
      await until(async () => /本机数据已清除/.test(await page.evaluate('document.body.innerText')), { what: 'words that it is cleared' });
    };

    test('it is where this browser keeps such things', async () => {
      assert.equal((await left()).records > 3, kind === 'database');
    });

    test('a gateway that takes it back has the browser lose the page, not the film', async () => {
      gateway.flags = ['--no-offline'];
      await gateway.begin();
      await page.goto('about:blank');
      await page.goto(link);
      await shows(page, opened, { timeout: 60000 });
      await until(async () => { const { names, workers } = await left(); return names.length + workers === 0; }, { timeout: 30000, what: 'the end of the service worker' });
      await says(page, /已保存/);
    });

    test('it goes at one press, and nothing stays', async () => {
      await clear();
      assert.deepEqual(await left(), { names: [], workers: 0, records: 0, notes: [] });
    });

    test('it goes in the middle of being kept, and nothing comes after', async () => {
      await gateway.stop();
      gateway.flags = [];
      await gateway.begin();
      const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
      await page.goto('about:blank');
      await page.goto(gateway.film(ct.study_uid).link);
      await shows(page, opened, { timeout: 60000 });
      await press(page, KEEP);
      await press(page, '[data-keep]');
      await says(page, /保存中 [1-9]/);
      await press(page, '[data-forget]');
      await until(() => page.evaluate('window.__lightbox.marks.forgotten'), { what: 'the end of clearing' });
      await new Promise((later) => setTimeout(later, 1500));
      assert.deepEqual(await left(), { names: [], workers: 0, records: 0, notes: [] });
    });
  });
}

// What a bad line does to a film, and what of it a reader notices: nothing but waiting.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { DESK, launch } from './lib/engines.mjs';
import { shows, state } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';
import { Proxy } from './lib/proxy.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };
const FRAME = /\/frames\/\d+$/;

describe('faults', { timeout: 400000 }, () => {
  let gateway;
  let proxy;
  let page;
  let study;

  before(async () => {
    gateway = await Gateway.start({ folder: FILMS() });
    proxy = await Proxy.start(gateway);
    study = gateway.studies().find((one) => one.modalities.includes('CT')).study_uid;
  }, { timeout: 120000 });

  after(async () => {
    await page?.close();
    await proxy?.end();
    await gateway?.end();
  });

  // A film with nothing kept on the device, so that every byte is seen to come.
  const open = async (...faults) => {
    await page?.close();
    page = await launch('chromium', DESK);
    await page.beforeEveryPage("try { sessionStorage.setItem('lightbox.renderer', 'cpu'); } catch { /* about:blank has none */ }");
    proxy.answers.length = 0;
    proxy.faults = [];
    const set = faults.map((fault) => proxy.fault(fault));
    await page.goto(proxy.link(gateway.film(study).link));
    await shows(page, { ...opened, fidelity: (fidelity) => fidelity === 'original' || fidelity === 'incomplete' }, { timeout: 60000 });
    return set;
  };

  // Bytes of whole frames, and those of them that came more than once.
  const counted = () => {
    const frames = new Map();
    for (const { path, bytes, status } of proxy.answers.filter((one) => FRAME.test(one.path) && one.status < 300)) {
      frames.set(path, [...(frames.get(path) ?? []), { bytes, status }]);
    }
    return frames;
  };

  const everything = async () => {
    await page.key('End');
    const { count } = await shows(page, { ...opened, position: (position) => position !== '1' }, { timeout: 60000 });
    await until(() => counted().size >= Number(count), { timeout: 90000, what: 'every slice' });
    await page.key('Home');
    await shows(page, { ...opened, position: '1' }, { timeout: 60000 });
  };

  test('a reset in the middle of a frame costs the rest of that frame', async () => {
    const [cut] = await open({ match: FRAME, cut: 40000, times: 6 });
    await everything();
    assert.equal(cut.happened, 6);
    const again = [...counted().values()].filter((answers) => answers.length > 1);
    assert.ok(again.length > 0, 'something was asked for again');
    for (const [first, ...rest] of again) {
      assert.ok(first.bytes <= 40000);
      assert.ok(rest.every(({ status }) => status === 206), `asked for from where it broke off: ${JSON.stringify([first, ...rest])}`);
    }
    assert.ok([...counted().values()].some((answers) => answers.length === 1), 'the others came once');
  });

  test('a body that is shorter than it says is not taken for whole', async () => {
    // Shorter than the picture, though HTTP cannot tell: the decoder does, and the page says so.
    await open({ match: FRAME, lie: 2000, times: 1 });
    assert.equal((await state(page)).fidelity, 'incomplete');
  });

  test('a busy gateway is asked again when it says so', async () => {
    const [busy] = await open({ match: FRAME, status: 503, headers: { 'Retry-After': '3' }, times: 3 });
    assert.equal(busy.happened, 3);
    const [many] = await open({ match: FRAME, status: 429, headers: { 'Retry-After': '2' }, times: 5 });
    assert.equal(many.happened, 5);
    assert.equal((await state(page)).fidelity, 'original');
  });

  test('a token that runs out between two slices is renewed unseen', async () => {
    const [late] = await open({ match: FRAME, status: 401, after: 20, times: 4 });
    await everything();
    assert.equal(late.happened, 4);
    const opened = proxy.answers.filter(({ path }) => /\/open$/.test(path)).length;
    assert.ok(opened >= 2, `opened ${opened} times: once more for a new token`);
    assert.equal((await state(page)).screen, 'film');
  });

  test('offline and online again: what is here stays, the rest comes', async () => {
    await open();
    // Slow enough that most is still to come.
    const line = (offline, downloadThroughput) => page.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput, uploadThroughput: -1 });
    await line(false, 500000);
    await line(true, -1);
    const { count } = await state(page);
    const had = counted().size;
    assert.ok(had < Number(count), `${had} of ${count} were here before the network went`);
    await page.key('Home');
    await until(async () => (await state(page)).position === '1', { what: 'the first position' });
    await line(false, -1);
    await shows(page, { ...opened, position: '1' }, { timeout: 60000 });
    await everything();
  });

  test('a line that stalls is left for another', async () => {
    const [stall] = await open({ match: FRAME, stall: 30000, times: 1 });
    assert.equal(stall.happened, 1);
    await everything();
  });
});

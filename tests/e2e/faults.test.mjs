// What a bad line does to a film, and what of it a reader notices: nothing but waiting.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { openLink } from './lib/client.mjs';
import { DESK, launch } from './lib/engines.mjs';
import { shows, state } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';
import { Proxy } from './lib/proxy.mjs';

const opened = { screen: 'film', picture: 'frame', fidelity: 'original' };
const FRAME = /\/frames\/\d+$/;
const GROUP = /\/frames\?select=/;
const FRAMES = /\/frames(\/\d+$|\?select=)/;

describe('faults', { timeout: 400000 }, () => {
  let gateway;
  let proxy;
  let page;
  let study;
  // Of the CT's largest series: its instances as `select` counts them, and bytes of all frames.
  let uids;
  let total = 0;

  before(async () => {
    gateway = await Gateway.start({ folder: FILMS() });
    proxy = await Proxy.start(gateway);
    study = gateway.studies().find((one) => one.modalities.includes('CT')).study_uid;
    const client = await openLink(gateway.film(study).link);
    const series = client.manifest.studies[0].series.reduce((one, other) => (other.frames > one.frames ? other : one));
    const path = `/studies/${study}/series/${series.uid}`;
    const metadata = await (await client.get(`${path}/metadata?includefield=lightbox`, 'application/dicom+json')).json();
    uids = metadata.map((instance) => instance['00080018'].Value[0]);
    for (const uid of uids) {
      const frame = await client.get(`${path}/instances/${uid}/frames/1`, 'application/octet-stream; transfer-syntax=*');
      total += (await frame.arrayBuffer()).byteLength;
    }
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

  // Answers with frames, of one or of several.
  const answers = () => proxy.answers.filter(({ path, status }) => FRAMES.test(path) && status < 300);
  const framesOf = (path) => (GROUP.test(path) ? path.split('select=')[1].split(',').map((at) => uids[at]) : [path.split('/').at(-3)]);
  const asked = () => new Set(answers().flatMap(({ path }) => framesOf(path)));
  const came = () => answers().reduce((sum, { bytes }) => sum + bytes, 0);

  const everything = async () => {
    await page.key('End');
    await shows(page, { ...opened, position: (position) => position !== '1' }, { timeout: 60000 });
    await until(() => asked().size === uids.length && came() >= total, { timeout: 90000, what: 'every slice' });
    await page.key('Home');
    await shows(page, { ...opened, position: '1' }, { timeout: 60000 });
  };

  // What says where parts of an answer begin is less than a hundredth of them.
  const onceOnly = () => assert.ok(came() < 1.01 * total, `${came()} bytes of frames that have ${total}`);

  test('a fast line brings several frames in one answer', async () => {
    await open();
    await everything();
    assert.ok(answers().length < uids.length / 4, `${answers().length} answers for ${uids.length} frames`);
    onceOnly();
  });

  test('a reset in the middle costs what had not come', async () => {
    const [one, many] = await open({ match: FRAME, cut: 40000, times: 2 }, { match: GROUP, cut: 200000, times: 4 });
    await everything();
    assert.deepEqual([one.happened, many.happened], [2, 4]);
    const goneOn = answers().filter(({ status }) => status === 206);
    assert.ok(goneOn.length >= 6, `${goneOn.length} were gone on with from where they broke off`);
    onceOnly();
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
    const [late] = await open({ match: FRAMES, status: 401, after: 3, times: 4 });
    await everything();
    assert.equal(late.happened, 4);
    const opened = proxy.answers.filter(({ path }) => /\/open$/.test(path)).length;
    assert.ok(opened >= 2, `opened ${opened} times: once more for a new token`);
    assert.equal((await state(page)).screen, 'film');
  });

  test('offline and online again: what is here stays, the rest comes', async () => {
    // Two answers at once are under way, and stay so until the network goes: most is still to come then.
    const [held] = await open({ match: GROUP, stall: 100000, times: 2 });
    await until(() => held.happened === 2, { what: 'answers that are under way' });
    const line = (offline) => page.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await line(true);
    const had = asked().size;
    assert.ok(had < uids.length, `${had} of ${uids.length} were here or on their way before the network went`);
    await page.key('Home');
    await until(async () => (await state(page)).position === '1', { what: 'the first position' });
    await line(false);
    await shows(page, { ...opened, position: '1' }, { timeout: 60000 });
    await everything();
  });

  test('a line that stalls is left for another', async () => {
    const [said, one, many] = await open(
      { match: /\/metadata\?/, stall: 1000, times: 2 },
      { match: FRAME, stall: 30000, times: 1 },
      { match: GROUP, stall: 300000, times: 1 },
    );
    await everything();
    assert.deepEqual([said.happened, one.happened, many.happened], [2, 1, 1]);
    onceOnly();
  });
});

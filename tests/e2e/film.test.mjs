// A film, opened and read in five engines, against the real gateway and the real build.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PNG } from 'pngjs';
import { until } from './lib/cdp.mjs';
import { inOrder, openLink } from './lib/client.mjs';
import { DESK, ENGINES, launch } from './lib/engines.mjs';
import { centre, greys, pixels, press, shows } from './lib/film.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';

const CT_SLICES = 160;

let gateway;
let studies;
let broken;
let shortLived;
const folders = [];

const scratch = () => {
  const folder = mkdtempSync(join(tmpdir(), 'lightbox-films-'));
  folders.push(folder);
  return folder;
};

const study = (modality) => studies.find((one) => one.modalities.includes(modality));

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]
  ));
}

// A copy of the CT in which one slice's codestream has lost its tables: the header is whole, the frame cannot be decoded.
function withBadFrame() {
  const folder = scratch();
  cpSync(join(FILMS(), 'ct'), folder, { recursive: true });
  const files = filesUnder(folder).filter((path) => path.endsWith('.dcm')).sort();
  const slices = files.filter((path) => dirname(path) === dirname(files[Math.floor(files.length / 2)]));
  const victim = slices[Math.floor(slices.length / 2)];
  const bytes = readFileSync(victim);
  const begin = bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  bytes.fill(0, begin + 2, begin + 40);
  writeFileSync(victim, bytes);
  return folder;
}

before(async () => {
  gateway = await Gateway.start({ folder: FILMS() });
  studies = gateway.studies();
  // A minute is the shortest life of a film: it is over by the time that it is asked for.
  shortLived = { ...gateway.film(study('MR').study_uid, '--expires', '60s'), over: Date.now() + 61000 };
  broken = await Gateway.start({ folder: withBadFrame() });
}, { timeout: 180000 });

after(async () => {
  await gateway?.end();
  await broken?.end();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

// What the CPU reference draws of the slice at a position (from 0) of the film's first series, at a window: the slice is
// chosen by its place in space and fetched as a file, so that order and bytes come another way than the viewer's.
async function reference(film, position, window) {
  const client = await openLink(film.link);
  const [{ uid: studyUid, series: [{ uid: seriesUid }] }] = client.manifest.studies;
  const instance = (await inOrder(client, studyUid, seriesUid))[position];
  const answer = await client.get(`/studies/${studyUid}/series/${seriesUid}/instances/${instance}`, 'application/dicom; transfer-syntax=*');
  const folder = scratch();
  const file = join(folder, 'slice.dcm');
  const out = join(folder, 'reference.png');
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  execFileSync(process.env.LIGHTBOX_RENDER_PNG, [file, out, '--window', window]);
  return PNG.sync.read(readFileSync(out));
}

const opened = { screen: 'film', picture: 'frame', fidelity: (value) => value === 'original' || value === 'lossy' };

async function open(page, film, wanted = opened) {
  page.messages.length = 0;
  await page.goto(film.link);
  return shows(page, wanted, { timeout: 60000 });
}

// The screen, looked at for a while: the middle of the picture is not black at any time.
async function bright(page, seen, ms) {
  const { x, y } = centre(seen);
  const end = Date.now() + ms;
  do {
    const middle = greys(await pixels(page), { x: x - 100, y: y - 100, width: 200, height: 200 });
    assert.ok(Math.max(...middle) > 60, `the picture is on screen, ${end - Date.now()} ms before the end`);
  } while (Date.now() < end);
}

const noComplaints = (page) => {
  // Browsers before 97 do not know 'wasm-unsafe-eval' and say that they pass it over.
  const complaints = page.messages.filter((message) => /^exception|^error/i.test(message) && !message.includes('wasm-unsafe-eval'));
  assert.deepEqual(complaints, []);
};

for (const name of Object.keys(ENGINES)) {
  describe(name, { timeout: 600000 }, () => {
    let page;
    before(async () => { page = await launch(name, DESK); });
    after(() => page?.close());

    test('opens by link with a passcode', async () => {
      const film = gateway.film(study('CT').study_uid, '--passcode', '246810');
      await page.goto(film.link);
      await shows(page, { screen: 'passcode' });
      await press(page, '#passcode');
      await page.type('111111');
      await page.key('Enter');
      await until(() => page.evaluate("document.querySelector('#passcode-told')?.classList.contains('wrong')"), { what: 'the answer to a wrong passcode' });
      assert.match(await page.evaluate("document.querySelector('#passcode-told').textContent"), /4/);
      await page.evaluate("(() => { const field = document.querySelector('#passcode'); field.value = ''; field.dispatchEvent(new Event('input', { bubbles: true })); return true; })()");
      await press(page, '#passcode');
      await page.type('246810');
      await page.key('Enter');
      const seen = await shows(page, opened);
      assert.equal(seen.count, String(CT_SLICES));
      const address = await page.evaluate('location.pathname + location.search');
      assert.ok(!address.includes(film.link.split('#')[1]), 'the key stays in the fragment');
    });

    test('draws what the CPU reference draws', async () => {
      const film = gateway.film(study('CT').study_uid);
      await open(page, film);
      await page.key('1');
      await page.key('Home');
      const seen = await shows(page, { ...opened, position: '1' });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const expected = await reference(film, 0, seen.window);
      const png = await pixels(page);
      const size = 360;
      const { x, y } = centre(seen);
      const drawn = greys(png, { x: x - size / 2, y: y - size / 2, width: size, height: size });
      const best = closest(drawn, expected, size);
      assert.ok(best.share > 0.999, `${(best.share * 100).toFixed(2)} % of pixels within 1 grey level`);
    });

    test('scrolls through the whole CT by wheel, and by keys to either end', async () => {
      const film = gateway.film(study('CT').study_uid);
      const seen = await open(page, film);
      await page.key('Home');
      await shows(page, { ...opened, position: '1' });
      const { x, y } = centre(seen);
      for (let position = 2; position <= CT_SLICES; position += 1) await page.wheel(x, y, 120);
      await shows(page, { ...opened, position: String(CT_SLICES) });
      await page.key('Home');
      await shows(page, { ...opened, position: '1' });
      noComplaints(page);
    });

    test('changes the window by dragging and by name', async () => {
      const film = gateway.film(study('CT').study_uid);
      const seen = await open(page, film);
      const { x, y } = centre(seen);
      const before = await pixels(page);
      await page.drag([{ x, y }, { x: x + 40, y }, { x: x + 80, y: y + 10 }, { x: x + 120, y: y + 40 }], { button: 'right' });
      const dragged = await shows(page, { ...opened, window: (value) => value !== seen.window });
      await press(page, '[data-preset="1"]');
      await shows(page, { ...opened, window: (value) => value !== dragged.window });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const now = await pixels(page);
      const box = { x: x - 100, y: y - 100, width: 200, height: 200 };
      assert.notDeepEqual(greys(before, box), greys(now, box));
    });

    test('comes back to the same place after a reload', async () => {
      const film = gateway.film(study('CT').study_uid);
      await open(page, film);
      await page.key('Home');
      for (let i = 0; i < 12; i += 1) await page.key('ArrowDown');
      await page.key('i');
      await shows(page, { ...opened, position: '13' });
      await until(() => page.evaluate("location.hash.includes('i=13')"), { what: 'the place in the address' });
      await page.reload();
      await shows(page, { ...opened, position: '13' });
    });

    test('marks a bad frame and goes on', async () => {
      const ct = broken.studies().find((one) => one.modalities.includes('CT'));
      const seen = await open(page, broken.film(ct.study_uid), { screen: 'film', position: Boolean });
      await page.key('Home');
      const { x, y } = centre(seen);
      let failed = 0;
      for (let position = 1; position <= CT_SLICES; position += 1) {
        const here = await shows(page, { position: String(position), picture: (value) => value === 'frame' || value === 'failed' });
        if (here.picture === 'failed') failed += 1;
        await page.wheel(x, y, 120);
      }
      assert.equal(failed, 1);
    });

    test('says that a link has expired, been revoked, or never was', async () => {
      const revoked = gateway.film(study('MR').study_uid);
      gateway.command('film', 'revoke', revoked.id);
      await new Promise((resolve) => setTimeout(resolve, Math.max(1500, shortLived.over - Date.now())));
      await page.goto(shortLived.link);
      await shows(page, { screen: 'closed' });
      assert.equal(await page.evaluate("document.querySelector('[data-code]').dataset.code"), 'LB-410');
      await page.goto(revoked.link);
      await shows(page, { screen: 'closed' });
      assert.equal(await page.evaluate("document.querySelector('[data-code]').dataset.code"), 'LB-418');
      const key = revoked.link.split('#')[1];
      await page.goto(revoked.link.replace(key, [...key].reverse().join('')));
      await shows(page, { screen: 'closed' });
      assert.match(await page.evaluate("document.querySelector('[data-code]').dataset.code"), /LB-40/);
      const words = await page.evaluate('document.body.innerText');
      assert.ok(!words.includes(key), 'no key on an error page');
    });

    test('goes on when its decoders are killed', async (t) => {
      if (!page.beforeEveryPage) return t.skip('no script can be put before the page in this engine');
      await page.beforeEveryPage(`(() => {
        const Born = window.Worker;
        window.bornWorkers = [];
        window.Worker = class extends Born { constructor(...words) { super(...words); window.bornWorkers.push(this); } };
      })()`);
      const film = gateway.film(study('CT').study_uid);
      await open(page, film);
      assert.ok(await page.evaluate('bornWorkers.length') > 0, 'frames are decoded in workers');
      await page.evaluate('(bornWorkers.forEach((worker) => worker.terminate()), true)');
      await page.key('Home');
      await shows(page, { ...opened, position: '1' }, { timeout: 60000 });
    });

    test('shows no black in the place of an original, while it looks for a GPU and is laid out', async (t) => {
      if (!page.beforeEveryPage) return t.skip('no script can be put before the page in this engine');
      await page.beforeEveryPage(`(() => {
        const seen = window.seenMiddle = { looks: 0, black: 0 };
        setInterval(() => {
          const canvas = document.querySelector('[data-viewport][data-picture=frame] canvas');
          if (!canvas) return;
          const middle = canvas.getContext('2d').getImageData(canvas.width / 2 - 40, canvas.height / 2 - 40, 80, 80).data;
          seen.looks += 1;
          seen.black += middle.some((level, at) => at % 4 === 0 && level > 60) ? 0 : 1;
        }, 30);
      })()`);
      await open(page, gateway.film(study('CT').study_uid));
      await until(() => page.evaluate('seenMiddle.looks > 60'), { timeout: 60000, what: 'a picture, looked at for a while' });
      assert.equal(await page.evaluate('seenMiddle.black'), 0);
    });

    test('has the picture on screen from its first original on', async () => {
      // What a canvas holds and what the screen shows are two things: Chromium on SwiftShader loses the one that is shown
      // when it is asked for WebGPU.
      await bright(page, await open(page, gateway.film(study('CT').study_uid)), 4000);
    });

    test('has the picture on screen when the browser loses its GPU process', async (t) => {
      if (!ENGINES[name].renderers.includes('webgpu')) return t.skip('this engine draws its pages without such a process here');
      // A browser of its own: one whose GPU process has gone a few times does without.
      const own = await launch(name, DESK);
      try {
        const seen = await open(own, gateway.film(study('CT').study_uid));
        await new Promise((resolve) => setTimeout(resolve, 3000));
        // Looking for WebGPU may have lost it once already.
        const here = "!document.querySelector('[data-viewport] canvas').getContext('2d').isContextLost()";
        await until(() => own.evaluate(here), { what: 'a canvas that is there' });
        await own.evaluate("(document.addEventListener('contextlost', () => { window.lost = true; }, true), true)");
        await own.call('Browser.crashGpuProcess');
        await until(() => own.evaluate('window.lost === true'), { what: 'canvases that are lost' });
        await bright(own, seen, 2000);
      } finally {
        await own.close();
      }
    });

    test('keeps the picture when the GPU goes', async (t) => {
      if (!page.beforeEveryPage) return t.skip('no script can be put before the page in this engine');
      if (!ENGINES[name].renderers.includes('webgl2')) return t.skip('this engine has no GPU here');
      await page.beforeEveryPage(`(() => {
        const get = HTMLCanvasElement.prototype.getContext;
        window.glContexts = [];
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
          const context = get.call(this, kind, ...more);
          if (context && kind === 'webgl2') window.glContexts.push(context);
          return context;
        };
        try { sessionStorage.setItem('lightbox.renderer', 'webgl2'); } catch { /* about:blank has none */ }
      })()`);
      const film = gateway.film(study('CT').study_uid);
      const seen = await open(page, film);
      await shows(page, { renderer: 'webgl2' }, { timeout: 60000 });
      await page.evaluate("(glContexts.forEach((context) => context.getExtension('WEBGL_lose_context')?.loseContext()), true)");
      await page.key('Home');
      await shows(page, { ...opened, position: '1' });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { x, y } = centre(seen);
      const middle = greys(await pixels(page), { x: x - 100, y: y - 100, width: 200, height: 200 });
      assert.ok(Math.max(...middle) > 60, 'the picture is still there');
    });

    test('loses a film that is revoked while it is read', async () => {
      const film = gateway.film(study('MR').study_uid);
      await open(page, film);
      gateway.command('film', 'revoke', film.id);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      await page.key(']');
      await page.key('End');
      await shows(page, { screen: 'closed' });
    });
  });
}

// Where the reference lies in what was drawn: 1:1 leaves half a pixel open, so a few offsets are tried.
function closest(drawn, expected, size) {
  let best = { share: 0 };
  for (let dy = -2; dy <= 2; dy += 1) {
    for (let dx = -2; dx <= 2; dx += 1) {
      let near = 0;
      for (let row = 0; row < size; row += 1) {
        for (let column = 0; column < size; column += 1) {
          const at = (row + (expected.height - size) / 2 + dy) * expected.width + column + (expected.width - size) / 2 + dx;
          if (Math.abs(expected.data[at * 4] - drawn[row * size + column]) <= 1) near += 1;
        }
      }
      const share = near / (size * size);
      if (share > best.share) best = { share, dx, dy };
    }
  }
  return best;
}

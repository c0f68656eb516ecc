// Videos of the corpus: played by the browser where it has a decoder, explained in words where it has none, never black.

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from './lib/cdp.mjs';
import { DESK, ENGINES, PHONE, launch } from './lib/engines.mjs';
import { greys, pixels, shows } from './lib/film.mjs';
import { Gateway } from './lib/gateway.mjs';

const CORPUS = process.env.LIGHTBOX_CORPUS ?? join(import.meta.dirname, '../../../shared/dicom');
const absent = !existsSync(CORPUS) && process.env.CI !== 'true' && 'no corpus; set LIGHTBOX_CORPUS to its folder';

// What the words call it, and the engines that must play it: Debian's Chromium has a decoder for H.264.
const FILES = {
  h264_102_hp41: { coding: 'H.264', plays: ['chromium'] },
  h264_103_bd: { coding: 'H.264', plays: ['chromium'] },
  hevc_107_main51: { coding: 'H.265', plays: [] },
  mpeg2_100_mp_ml: { coding: 'MPEG-2', plays: [] },
};

// The player or the words over the first canvas, once either says something.
const SEEN = `(() => {
  const over = document.querySelector('.canvas')?.nextElementSibling;
  const { x, y, width, height } = over?.getBoundingClientRect() ?? {};
  const box = { x, y, width, height };
  if (over?.localName === 'video') {
    return over.readyState >= 2 && { plays: true, box, size: [over.videoWidth, over.videoHeight], duration: over.duration, at: over.currentTime };
  }
  return over?.className === 'video-words' && { plays: false, box, words: over.textContent };
})()`;

async function served(name) {
  const folder = mkdtempSync(join(tmpdir(), 'lightbox-video-'));
  copyFileSync(join(CORPUS, `conformance/ts-made/${name}.dcm`), join(folder, 'one.dcm'));
  const gateway = await Gateway.start({ folder });
  rmSync(folder, { recursive: true, force: true });
  return gateway;
}

for (const name of Object.keys(ENGINES)) {
  describe(name, { timeout: 300000, skip: absent }, () => {
    const view = name === 'firefox' ? DESK : PHONE;
    let page;
    before(async () => { page = await launch(name, view); });
    after(() => page?.close());

    for (const [file, { coding, plays }] of Object.entries(FILES)) {
      test(`plays or explains ${file}`, async () => {
        const gateway = await served(file);
        try {
          const [{ study_uid: study }] = gateway.studies();
          await page.goto(gateway.film(study).link);
          const { box: canvas, ...shown } = await shows(page, { screen: 'film', picture: 'video' }, { timeout: 60000 });
          assert.equal(shown.count, '1');
          const seen = await until(() => page.evaluate(SEEN), { what: 'a player or words', timeout: 30000 });
          assert.deepEqual(seen.box, canvas, 'over the picture and nowhere else');
          if (plays.includes(name)) assert.ok(seen.plays, seen.words);
          if (!seen.plays) {
            assert.match(seen.words, new RegExp(`^${coding}[^{}]* (视频:|video: ).{10}`));
            // In the reader's language, also when it changes.
            await page.evaluate("[...document.querySelectorAll('button')].find((one) => /English|中文/.test(one.textContent)).click()");
            const words = await until(async () => {
              const told = (await page.evaluate(SEEN)).words;
              return told !== seen.words && told;
            }, { what: 'words in the other language' });
            assert.match(words, new RegExp(`^${coding}[^{}]* (视频:|video: ).{10}`));
            assert.notEqual(words.includes('视频'), seen.words.includes('视频'));
            await page.evaluate("localStorage.clear()");
            return;
          }
          assert.deepEqual(seen.size, [1280, 720]);
          assert.ok(Math.abs(seen.duration - 0.7) < 0.05, `${seen.duration} s`);
          assert.equal((await shows(page, {})).fidelity, 'lossy');
          await page.evaluate("document.querySelector('video').play()");
          await until(async () => (await page.evaluate(SEEN)).at > 0.5, { what: 'a video that goes on' });
          const middle = { x: canvas.x + canvas.width / 2 - 60, y: canvas.y + canvas.height / 2 - 40, width: 120, height: 80 };
          const levels = greys(await pixels(page), middle, view.scale);
          assert.ok(Math.max(...levels) - Math.min(...levels) > 40, 'a picture');
        } finally {
          await gateway.end();
        }
      });
    }
  });
}

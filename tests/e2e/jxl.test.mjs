// JPEG XL of the corpus on screen, with and without SIMD.

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DESK, launch } from './lib/engines.mjs';
import { centre, greys, pixels, shows } from './lib/film.mjs';
import { Gateway } from './lib/gateway.mjs';

const CORPUS = process.env.LIGHTBOX_CORPUS ?? join(import.meta.dirname, '../../../shared/dicom');
const absent = !existsSync(CORPUS) && process.env.CI !== 'true' && 'no corpus; set LIGHTBOX_CORPUS to its folder';

// Each with what the label on screen has to say of it; the cine was lossy before it became JPEG XL.
const FILES = {
  'conformance/ts-made/jxl110_mr_u12.dcm': 'original',
  'conformance/ts-made/jxl111_TestPattern_JPEG-Baseline_YBR422.dcm': 'lossy',
  'conformance/ts-made/jxl110_cine_rgb.dcm': 'lossy',
};

// Current Chromium has SIMD, 89 does not.
for (const name of ['chromium', 'chromium-89']) {
  describe(`${name}, JPEG XL`, { timeout: 300000, skip: absent }, () => {
    let page;
    before(async () => { page = await launch(name, DESK); });
    after(() => page?.close());

    for (const [path, fidelity] of Object.entries(FILES)) {
      test(`shows ${basename(path)}`, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'lightbox-jxl-'));
        copyFileSync(join(CORPUS, path), join(folder, 'one.dcm'));
        const gateway = await Gateway.start({ folder });
        try {
          const [{ study_uid: study }] = gateway.studies();
          await page.goto(gateway.film(study).link);
          const seen = await shows(page, { screen: 'film', picture: 'frame', fidelity }, { timeout: 60000 });
          const png = await pixels(page);
          const { x, y } = centre(seen);
          const middle = greys(png, { x: x - 100, y: y - 100, width: 200, height: 200 });
          assert.ok(Math.max(...middle) - Math.min(...middle) > 60, 'a picture');
        } finally {
          await gateway.end();
          rmSync(folder, { recursive: true, force: true });
        }
      });
    }
  });
}

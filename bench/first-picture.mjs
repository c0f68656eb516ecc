// When the first preview and the first original are on screen, and all slices can be scrolled through, on a phone's viewport, a weak line and a slow processor.

import { until } from '../tests/e2e/lib/cdp.mjs';
import { PHONE, WITHOUT_GPU, launch } from '../tests/e2e/lib/engines.mjs';
import { shows } from '../tests/e2e/lib/film.mjs';
import { FILMS, Gateway } from '../tests/e2e/lib/gateway.mjs';

const LINE = { kbps: 1000, rtt: 150, cpu: 4 };
const RUNS = 3;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const gateway = await Gateway.start({ folder: FILMS() });
try {
  const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
  const { link } = gateway.film(ct.study_uid);
  const previews = [];
  const originals = [];
  const scrollable = [];
  const bytes = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await launch(WITHOUT_GPU, PHONE);
    await page.slow(LINE);
    await page.goto(link);
    await shows(page, { screen: 'film', picture: 'frame', fidelity: 'original' }, { timeout: 60000 });
    const then = page.requests.reduce((total, request) => total + request.bytes, 0);
    await until(() => page.evaluate('window.__lightbox?.marks.scrollable'), { timeout: 60000, what: 'previews of all slices' });
    const seen = await page.evaluate('window.__lightbox.marks');
    previews.push(seen.preview);
    originals.push(seen.original);
    scrollable.push(seen.scrollable);
    bytes.push(then);
    await page.close();
  }
  const line = (median(bytes) * 8) / LINE.kbps;
  console.log(`first preview          ${(median(previews) / 1000).toFixed(2)} s   bound 1.5 s`);
  console.log(`first original         ${(median(originals) / 1000).toFixed(2)} s   bound 5 s`);
  console.log(`all slices as previews ${(median(scrollable) / 1000).toFixed(2)} s   bound 15 s`);
  console.log(`bytes until then       ${(median(bytes) / 1024).toFixed(0)} KB; the line alone takes ${(line / 1000).toFixed(2)} s for them: ratio ${(median(originals) / line).toFixed(2)}`);
} finally {
  await gateway.end();
}

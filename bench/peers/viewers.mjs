// The two viewers behind one set of verbs: where a study is opened, what a page says of itself, how all slices are visited.

import { rmSync } from 'node:fs';
import { until } from '../../tests/e2e/lib/cdp.mjs';
import { openLink } from '../../tests/e2e/lib/client.mjs';
import { centre, press, shows } from '../../tests/e2e/lib/film.mjs';
import { Gateway } from '../../tests/e2e/lib/gateway.mjs';
import { Ohif } from './ohif.mjs';

const FRAME = /\/frames\/\d+$/;

// Addresses of the frames that have come whole.
export const arrived = (page, viewer) => new Set(page.requests.filter(({ done }) => done).flatMap(({ url }) => viewer.framesOf(new URL(url))));

// Bytes of pictures since `from`, an index into the page's requests. An answer of less than 2 KB is a 304; the answer to an
// opening is larger than 5 KB only with a picture in it.
export const pictureBytes = (page, from) => page.requests.slice(from)
  .filter(({ url, bytes }) => (/\/(frames|rendered)/.test(url) && bytes > 2000) || (/\/open$/.test(url) && bytes > 5000))
  .reduce((total, { bytes }) => total + bytes, 0);

export class Lightbox {
  // `archive`: with the files of that Orthanc in an archive of its own, not as a bridge in front of it.
  static async start(orthanc, study, archive) {
    const folder = archive && await orthanc.files();
    const gateway = await Gateway.start(archive ? { folder } : { flags: ['--upstream', orthanc.dicomWeb] });
    if (archive) rmSync(folder, { recursive: true });
    const { link } = gateway.film(study);
    const client = await openLink(link);
    const { uid } = client.manifest.studies[0].series.reduce((one, other) => (other.frames > one.frames ? other : one));
    const metadata = await client.get(`/studies/${study}/series/${uid}/metadata?includefield=lightbox`, 'application/dicom+json');
    const uids = (await metadata.json()).map((instance) => instance['00080018'].Value[0]);
    return Object.assign(new Lightbox(), { name: 'Lightbox', gateway, origin: gateway.origin, link, uids });
  }

  // One, or those of an answer of several.
  framesOf({ pathname, searchParams }) {
    if (FRAME.test(pathname)) return [pathname];
    if (!/\/frames$/.test(pathname)) return [];
    return searchParams.get('select').split(',').map((at) => pathname.replace(/frames$/, `instances/${this.uids[at]}/frames/1`));
  }

  prepare() {}

  async opened(page, timeout) {
    await shows(page, { screen: 'film', picture: 'frame', fidelity: 'original' }, { timeout });
    return page.evaluate('({ first: window.__lightbox.marks.preview, original: window.__lightbox.marks.original, origin: performance.timeOrigin })');
  }

  async keep(page) {
    await press(page, '.bar-keep .bar-button');
    await press(page, '[data-keep]');
    await until(() => page.evaluate("/已保存/.test(document.querySelector('.bar-keep')?.innerText)"), { timeout: 120000, what: 'the whole film on the device' });
    await until(() => page.evaluate('window.__lightbox.marks.offline'), { timeout: 30000, what: 'a page that opens without a network' });
  }

  async visit(page, count) {
    await page.key('Home');
    const { x, y } = centre(await shows(page, { position: '1', picture: 'frame' }));
    for (let position = 2; position <= count; position += 1) {
      await page.wheel(x, y, 120);
      await shows(page, { position: String(position), picture: 'frame' });
    }
  }

  async headers() {
    const { token } = await openLink(this.link);
    return { Authorization: `Bearer ${token}`, Accept: 'application/octet-stream; transfer-syntax=*' };
  }

  end() {
    return this.gateway.end();
  }
}

// Cornerstone says when it has drawn. A canvas of one colour is no picture yet.
const WATCH = `(() => {
  const seen = window.__seen = { slices: [], shown: null };
  addEventListener('CORNERSTONE_STACK_NEW_IMAGE', ({ detail }) => { seen.next = detail.imageId; }, true);
  addEventListener('CORNERSTONE_IMAGE_RENDERED', ({ target, detail }) => {
    if (seen.next && !seen.slices.includes(seen.next)) seen.slices.push(seen.next);
    if (seen.first || !detail.viewportId) return;
    const canvas = target.querySelector('canvas');
    const small = Object.assign(document.createElement('canvas'), { width: 24, height: 24 }).getContext('2d');
    small.drawImage(canvas, 0, 0, 24, 24);
    const greys = [...small.getImageData(0, 0, 24, 24).data].filter((_, at) => at % 4 === 0);
    if (Math.max(...greys) - Math.min(...greys) > 16) seen.first = performance.now();
  }, true);
})()`;

export class OhifViewer {
  static async start(orthanc, study, folder) {
    const server = await Ohif.start(folder, orthanc.origin);
    return Object.assign(new OhifViewer(), { name: 'OHIF', server, origin: server.origin, link: server.link(study) });
  }

  framesOf({ pathname }) {
    return FRAME.test(pathname) ? [pathname] : [];
  }

  prepare(page) {
    return page.beforeEveryPage(WATCH);
  }

  async opened(page, timeout) {
    await until(() => page.evaluate('window.__seen?.first').catch(() => false), { timeout, what: 'a picture' });
    return page.evaluate('({ first: window.__seen.first, original: window.__seen.first, origin: performance.timeOrigin })');
  }

  async visit(page, count) {
    const visited = () => page.evaluate('window.__seen.slices.length');
    const box = await page.evaluate("(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(document.querySelector('.cornerstone-canvas').getBoundingClientRect())");
    for (let seen = 1; seen < count - 1;) {
      await page.wheel(box.x, box.y, 120);
      const before = seen;
      seen = await until(async () => { const now = await visited(); return now > before && now; }, { timeout: 10000, every: 10, what: `slice ${before + 1}` });
    }
  }

  headers() {
    return { Accept: 'multipart/related; type=application/octet-stream; transfer-syntax=*' };
  }

  end() {
    return this.server.end();
  }
}

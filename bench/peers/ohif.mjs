// OHIF as a good host would serve it: minified (what npm has is not), compressed ahead of time at the highest quality,
// cached for ever where a name holds a hash, and in front of a DICOMweb server of the same origin whose answers are
// compressed and remembered. Nothing here stands between OHIF and a better figure.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, 'node_modules/@ohif/app/dist');
const { version } = JSON.parse(readFileSync(join(HERE, 'node_modules/@ohif/app/package.json'), 'utf8'));

const TYPES = {
  '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json',
  '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.ico': 'image/x-icon',
};
const SQUEEZED = new Set(['.html', '.js', '.mjs', '.css', '.json', '.wasm', '.svg']);
const HASHED = /[.-]?[0-9a-f]{16}\./;

const compress = (bytes, quality) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });

// One data source, nothing that a reader of one film would not need.
const CONFIG = `window.config = {
  routerBasename: null, extensions: [], modes: [], showStudyList: false,
  // The picture has the screen: no list of series beside it, no tour of the buttons over it.
  customizationService: [{ 'ohif.tours': { $set: [] } }],
  modesConfiguration: {
    '@ohif/mode-longitudinal': { routes: { 0: { layoutInstance: { props: { leftPanelClosed: { $set: true } } } } } },
  },
  maxNumberOfWebWorkers: 3, showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false, showLoadingIndicator: true,
  strictZSpacingForVolumeViewport: true, investigationalUseDialog: { option: 'never' },
  maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
  defaultDataSourceName: 'dicomweb',
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'dicomweb',
    configuration: {
      friendlyName: 'Orthanc', name: 'orthanc', wadoUriRoot: '/dicom-web', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web',
      qidoSupportsIncludeField: false, imageRendering: 'wadors', thumbnailRendering: 'wadors', enableStudyLazyLoad: true,
      supportsFuzzyMatching: false, supportsWildcard: true, omitQuotationForMultipartRequest: true,
    },
  }],
};`;

// Makes the folder that is served, once for each version. What is asked for from it is compressed when it is first asked
// for, which takes a minute for the largest script: open OHIF once before anything is measured.
export function prepared(into, esbuild) {
  const folder = join(into, `ohif-${version}`);
  const config = join(folder, 'app-config.js');
  if (existsSync(join(folder, 'index.html')) && readFileSync(config, 'utf8') === CONFIG) return folder;
  const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const scripts = files.filter((file) => extname(file) === '.js' && file !== join(DIST, 'app-config.js'));
  execFileSync(esbuild, ['--minify', '--target=esnext', '--log-level=error', `--outbase=${DIST}`, `--outdir=${folder}`, ...scripts]);
  writeFileSync(config, CONFIG);
  rmSync(`${config}.br`, { force: true });
  for (const file of files.filter((one) => !['.js', '.map', '.html'].includes(extname(one)))) {
    const to = join(folder, file.slice(DIST.length));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
  copyFileSync(join(DIST, 'index.html'), join(folder, 'index.html'));
  return folder;
}

export class Ohif {
  // `folder`: what `prepared` made; `upstream`: an origin that has /dicom-web.
  static async start(folder, upstream) {
    const ohif = new Ohif(folder, upstream);
    await new Promise((done) => ohif.server.listen(0, '127.0.0.1', done));
    ohif.origin = `http://localhost:${ohif.server.address().port}`;
    return ohif;
  }

  constructor(folder, upstream) {
    this.folder = folder;
    this.upstream = new URL(upstream);
    this.agent = new Agent({ keepAlive: true });
    this.remembered = new Map();
    this.server = createServer((asked, answer) => {
      const { pathname } = new URL(asked.url, 'http://localhost');
      const work = pathname.startsWith('/dicom-web/') ? this.dicomWeb(asked, answer) : this.file(pathname, answer);
      work.catch((error) => answer.writeHead(502).end(String(error)));
    });
  }

  link(study) {
    return `${this.origin}/viewer?StudyInstanceUIDs=${study}`;
  }

  async file(pathname, answer) {
    // A path that is no file is a place within the application.
    const name = existsSync(join(this.folder, pathname)) && extname(pathname) ? pathname : '/index.html';
    const path = join(this.folder, name);
    answer.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
    answer.setHeader('cache-control', HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'public, max-age=3600');
    const squeezed = SQUEEZED.has(extname(name));
    if (squeezed && !existsSync(`${path}.br`)) writeFileSync(`${path}.br`, await compress(readFileSync(path), 11));
    if (squeezed) answer.setHeader('content-encoding', 'br');
    answer.end(readFileSync(squeezed ? `${path}.br` : path));
  }

  async dicomWeb(asked, answer) {
    const key = `${asked.url} ${asked.headers.accept}`;
    if (!this.remembered.has(key)) this.remembered.set(key, this.fetched(asked));
    const { status, headers, body } = await this.remembered.get(key);
    answer.writeHead(status, headers).end(body);
  }

  fetched({ url, headers: { accept = '*/*' } }) {
    const { hostname, port } = this.upstream;
    return new Promise((done, failed) => {
      const onward = request({ hostname, port, path: url, agent: this.agent, headers: { accept } }, (got) => {
        const pieces = [];
        got.on('data', (data) => pieces.push(data));
        got.on('error', failed);
        got.on('end', async () => {
          const headers = { 'content-type': got.headers['content-type'] ?? '', 'cache-control': 'private, max-age=86400' };
          let body = Buffer.concat(pieces);
          if (/json/.test(headers['content-type'])) {
            body = await compress(body, 9);
            headers['content-encoding'] = 'br';
          }
          done({ status: got.statusCode, headers: { ...headers, 'content-length': body.length }, body });
        });
      });
      onward.on('error', failed);
      onward.end();
    });
  }

  async end() {
    this.server.closeAllConnections();
    this.agent.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

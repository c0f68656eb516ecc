// Stored frames from the gateway, and the same bytes as files from nginx: one load generator, one run.

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inOrder, openLink } from '../tests/e2e/lib/client.mjs';
import { until } from '../tests/e2e/lib/cdp.mjs';
import { FILMS, Gateway, freePort } from '../tests/e2e/lib/gateway.mjs';

const SECONDS = 2;
const ROUNDS = 5;
const ACCEPT = 'application/octet-stream; transfer-syntax=*';

const gateway = await Gateway.start({ folder: FILMS() });
const folder = mkdtempSync(join(tmpdir(), 'lightbox-nginx-'));
let nginx;
try {
  const ct = gateway.studies().find((one) => one.modalities.includes('CT'));
  const client = await openLink(gateway.film(ct.study_uid).link);
  const [{ uid: study, series: [{ uid: series }] }] = client.manifest.studies;
  const instances = await inOrder(client, study, series);
  const paths = instances.map((uid) => `/studies/${study}/series/${series}/instances/${uid}/frames/1`);
  mkdirSync(join(folder, 'frames'));
  for (const [index, path] of paths.entries()) {
    const answer = await client.get(path, ACCEPT);
    writeFileSync(join(folder, 'frames', String(index)), Buffer.from(await answer.arrayBuffer()));
  }
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), `
daemon off; ${process.getuid() === 0 ? 'user root; ' : ''}pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes auto;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  server { listen 127.0.0.1:${port}; root ${folder}; } }`);
  nginx = spawn('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
  await until(() => fetch(`http://127.0.0.1:${port}/frames/0`).then((answer) => answer.ok, () => false), { what: 'nginx' });

  const script = join(folder, 'paths.lua');
  // Without blocking: the gateway's log has to be read meanwhile, or it would write into a full pipe.
  const load = async (base, list, connections, headers) => {
    writeFileSync(script, `local paths = {${list.map((path) => `"${path}"`).join(',')}}
local i = 0
request = function() i = i % #paths + 1; return wrk.format("GET", paths[i]) end`);
    const words = ['-t1', `-c${connections}`, `-d${SECONDS}s`, '-s', script, ...headers.flatMap((header) => ['-H', header]), base];
    const { stdout: said } = await promisify(execFile)('wrk', words, { encoding: 'utf8' });
    if (/Non-2xx/.test(said)) throw new Error(said);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]);
  };
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  for (const connections of [1, 32]) {
    const theirs = [];
    const ours = [];
    // In turns, so that what else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await load(`http://127.0.0.1:${port}`, paths.map((_, index) => `/frames/${index}`), connections, []));
      ours.push(await load(`http://127.0.0.1:${gateway.port}`, paths.map((path) => `/dicom-web${path}`), connections, [
        `Authorization: Bearer ${client.token}`, `Accept: ${ACCEPT}`,
      ]));
    }
    const [us, them] = [median(ours), median(theirs)];
    console.log(`${String(connections).padStart(2)} connections: gateway ${us.toFixed(0)}/s, nginx ${them.toFixed(0)}/s, ratio ${(us / them).toFixed(2)}   bound 0.50`);
  }
} finally {
  nginx?.kill('SIGTERM');
  await gateway.end();
  rmSync(folder, { recursive: true, force: true });
}

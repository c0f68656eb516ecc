// The real gateway on a loopback port, with films of its own in a folder that goes when it stops.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './cdp.mjs';

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests through cargo xtask test`);
  return value;
};

export const FILMS = () => need('LIGHTBOX_FILMS');
export const BINARY = () => need('LIGHTBOX_GATEWAY');

export class Gateway {
  // `folder`: DICOM files to import, or nothing for a bridge (then `flags` say where to). `signals`: what it shall not
  // die of, by name. `web`: a folder of the application that is not the build's own.
  static async start({ folder, flags = [], from, signals = [], web = need('LIGHTBOX_WEB') } = {}) {
    const data = mkdtempSync(join(tmpdir(), 'lightbox-data-'));
    if (from) cpSync(from, data, { recursive: true });
    const gateway = new Gateway(data, flags, await freePort(), signals, web);
    if (folder) gateway.import(folder);
    await gateway.begin();
    return gateway;
  }

  constructor(data, flags, port, signals, web) {
    this.signals = signals;
    this.web = web;
    this.data = data;
    this.flags = flags;
    this.port = port;
    this.origin = `http://localhost:${port}`;
    this.said = '';
  }

  // Exit code 1 says that some files were refused; the good ones are in.
  import(folder) {
    try {
      return this.command('import', folder);
    } catch (error) {
      if (error.status !== 1) throw error;
      return error.stdout;
    }
  }

  async begin() {
    const words = [BINARY(), 'serve', '--data', this.data, '--web-root', this.web, '--listen', `127.0.0.1:${this.port}`, ...this.flags];
    const ignored = this.signals.map((signal) => `trap '' ${signal}; `).join('');
    this.child = spawn('sh', ['-c', `${ignored}exec "$@"`, 'sh', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (data) => { this.said = (this.said + data).slice(-200000); };
    this.child.stdout.on('data', keep);
    this.child.stderr.on('data', keep);
    await until(() => fetch(`${this.origin}/health`).then((answer) => answer.ok, () => {
      if (this.child.exitCode !== null) throw new Error(`the gateway stopped:\n${this.said}`);
      return false;
    }), { what: '/health' });
  }

  command(...words) {
    return execFileSync(BINARY(), [...words, '--data', this.data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  // [{study_uid, title}] of everything that a film can be made of.
  studies() {
    return JSON.parse(this.command('studies', '--json', ...this.upstream()));
  }

  upstream() {
    const at = this.flags.indexOf('--upstream');
    return at < 0 ? [] : this.flags.slice(at, at + 2);
  }

  // A link to a new film of one study.
  film(study, ...more) {
    const made = this.command('film', 'create', '--json', '--study', study, '--public-url', this.origin, ...this.upstream(), ...more);
    return JSON.parse(made);
  }

  async stop() {
    if (this.child && this.child.exitCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), 12000);
      await gone;
      clearTimeout(timer);
    }
  }

  async end() {
    await this.stop();
    if (existsSync(this.data)) rmSync(this.data, { recursive: true, force: true });
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// A real Orthanc with its DICOMweb plug-in on a loopback port, for the bridge to stand in front of.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './cdp.mjs';
import { freePort } from './gateway.mjs';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

export class Orthanc {
  static async start() {
    if (!existsSync(PLUGIN)) throw new Error(`${PLUGIN} is missing: install orthanc-dicomweb`);
    const folder = mkdtempSync(join(tmpdir(), 'lightbox-orthanc-'));
    const port = await freePort();
    const config = join(folder, 'orthanc.json');
    writeFileSync(config, JSON.stringify({
      StorageDirectory: join(folder, 'db'), IndexDirectory: join(folder, 'db'), HttpPort: port,
      RemoteAccessAllowed: false, AuthenticationEnabled: false, DicomServerEnabled: false,
      Plugins: [PLUGIN], DicomWeb: { Enable: true, Root: '/dicom-web/' },
    }));
    const orthanc = new Orthanc(folder, port, spawn('Orthanc', [config], { stdio: 'ignore' }));
    await until(() => fetch(`${orthanc.origin}/system`).then((answer) => answer.ok, () => false), { what: 'Orthanc' });
    return orthanc;
  }

  constructor(folder, port, child) {
    this.folder = folder;
    this.child = child;
    this.origin = `http://127.0.0.1:${port}`;
    this.dicomWeb = `${this.origin}/dicom-web`;
  }

  // Every DICOM file under a folder.
  async store(folder) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        await this.store(path);
      } else if (entry.name.endsWith('.dcm')) {
        const answer = await fetch(`${this.origin}/instances`, { method: 'POST', body: readFileSync(path) });
        if (!answer.ok) throw new Error(`Orthanc refuses ${path}: ${answer.status}`);
      }
    }
  }

  // Everything that is stored, as files in a new folder.
  async files() {
    const folder = mkdtempSync(join(tmpdir(), 'lightbox-files-'));
    for (const id of await (await fetch(`${this.origin}/instances`)).json()) {
      const answer = await fetch(`${this.origin}/instances/${id}/file`);
      writeFileSync(join(folder, `${id}.dcm`), Buffer.from(await answer.arrayBuffer()));
    }
    return folder;
  }

  // As a machine goes that loses its power.
  async kill() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  async end() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

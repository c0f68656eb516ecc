// The five engines of the floor, by name, behind one small set of verbs.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { brotliDecompressSync } from 'node:zlib';
import { launchChromium } from './cdp.mjs';
import { launchFirefox } from './firefox.mjs';
import { launchWebKit } from './webkit.mjs';

export const PHONE = { width: 390, height: 844, scale: 2, touch: true };
export const DESK = { width: 1440, height: 900 };

const HEADLESS = ['--headless=new'];

// What each engine is launched with, and which renderers a film can be seen with there.
export const ENGINES = {
  'chromium-89': { packaged: 'chrome-aws-lambda', renderers: ['cpu'] },
  'chromium-109': { packaged: '@sparticuz/chromium', renderers: ['cpu'] },
  chromium: {
    binary: '/usr/bin/chromium',
    flags: [...HEADLESS, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    renderers: ['webgpu', 'webgl2', 'cpu'],
  },
  firefox: { firefox: true, renderers: ['cpu'] },
  webkit: { webkit: true, renderers: ['webgl2', 'cpu'] },
};

// A machine without a GPU, to measure on: the browser composes its pages on the CPU too, not on an emulated GPU, and
// makes pictures as fast as it can.
export const WITHOUT_GPU = { binary: '/usr/bin/chromium', flags: [...HEADLESS, '--disable-gpu'] };
export const UNTHROTTLED = { ...WITHOUT_GPU, flags: [...WITHOUT_GPU.flags, '--disable-frame-rate-limit'] };

// `which`: the name of an engine, or a description like theirs.
export function launch(which, viewport = DESK) {
  const engine = ENGINES[which] ?? which;
  if (engine.firefox) return launchFirefox({ viewport });
  if (engine.webkit) return launchWebKit({ viewport });
  if (engine.packaged) {
    const binary = unpack(engine.packaged);
    return launchChromium({ binary, viewport, flags: ['--headless', '--disable-gpu'] });
  }
  return launchChromium({ binary: engine.binary, flags: engine.flags, viewport });
}

// These packages carry the browser compressed; its GL libraries go beside it.
function unpack(name) {
  const require = createRequire(import.meta.url);
  const from = join(dirname(require.resolve(`${name}/package.json`)), 'bin');
  const into = join(from, 'unpacked');
  const binary = join(into, 'chromium');
  if (existsSync(join(into, 'complete'))) return binary;
  mkdirSync(join(into, 'swiftshader'), { recursive: true });
  writeFileSync(binary, brotliDecompressSync(readFileSync(join(from, 'chromium.br'))));
  chmodSync(binary, 0o755);
  const archive = join(into, 'swiftshader.tar');
  writeFileSync(archive, brotliDecompressSync(readFileSync(join(from, 'swiftshader.tar.br'))));
  execFileSync('tar', ['xf', archive, '-C', join(into, 'swiftshader')]);
  execFileSync('tar', ['xf', archive, '-C', into]);
  writeFileSync(join(into, 'complete'), '');
  return binary;
}

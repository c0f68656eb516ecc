// WebKitGTK by plain WebDriver under a virtual screen: nearest to Safari; no WebGPU and no OPFS in it.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { until } from './cdp.mjs';

const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const KEYS = { ArrowDown: '\uE015', ArrowUp: '\uE013', ArrowLeft: '\uE012', ArrowRight: '\uE014', Enter: '\uE007', Home: '\uE011', End: '\uE010', Escape: '\uE00C', PageDown: '\uE00F', PageUp: '\uE00E' };

export async function launchWebKit({ viewport }) {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', '-s', '-screen 0 1600x1200x24', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, LANG: 'zh_CN.UTF-8', LANGUAGE: 'zh_CN', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
  });
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebDriver ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  await until(() => call('GET', '/status').catch(() => false), { what: 'WebKitWebDriver' });
  const { sessionId } = await call('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] } } },
  });
  const page = new WebKitPage((method, path, body) => call(method, `/session/${sessionId}${path}`, body));
  await page.resize(viewport);
  page.close = async () => {
    await call('DELETE', `/session/${sessionId}`).catch(() => {});
    // The driver, the virtual screen and the browser are one process group of ours.
    try { process.kill(-driver.pid, 'SIGTERM'); } catch { /* already gone */ }
  };
  return page;
}

class WebKitPage {
  constructor(call) {
    this.call = call;
    this.messages = [];
    this.requests = [];
    this.touch = false;
  }

  async resize({ width, height }) {
    // The window has decorations of its own: ask for the outer size that gives the inner one.
    await this.call('POST', '/window/rect', { x: 0, y: 0, width, height });
    const inner = await this.evaluate('[innerWidth, innerHeight]');
    await this.call('POST', '/window/rect', { x: 0, y: 0, width: 2 * width - inner[0], height: 2 * height - inner[1] });
  }

  async goto(url) {
    await this.call('POST', '/url', { url: 'about:blank' });
    await this.call('POST', '/url', { url });
  }

  reload() {
    return this.call('POST', '/refresh', {});
  }

  evaluate(expression) {
    const script = `const done = arguments[arguments.length - 1];
      (async () => (${expression}))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    return this.call('POST', '/execute/async', { script, args: [] }).then((result) => {
      if (result && result.error) throw new Error(result.error);
      return result ? result.value : undefined;
    });
  }

  async screenshot() {
    return Buffer.from(await this.call('GET', '/screenshot'), 'base64');
  }

  actions(actions) {
    return this.call('POST', '/actions', { actions });
  }

  // WebKitGTK's driver knows no wheel action: the event is made in the page, where the browser would have put it.
  wheel(x, y, deltaY) {
    return this.evaluate(`(document.elementFromPoint(${x}, ${y}) ?? document.body).dispatchEvent(new WheelEvent('wheel', { deltaY: ${deltaY}, clientX: ${x}, clientY: ${y}, bubbles: true, cancelable: true })) || true`);
  }

  async drag(points, { button = 'left' } = {}) {
    const code = button === 'right' ? 2 : 0;
    const move = ({ x, y }) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 10 });
    await this.actions([{
      type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' },
      actions: [move(points[0]), { type: 'pointerDown', button: code }, ...points.slice(1).map(move), { type: 'pointerUp', button: code }],
    }]);
  }

  click(x, y) {
    return this.drag([{ x, y }]);
  }

  async key(key) {
    const value = KEYS[key] ?? key;
    await this.actions([{ type: 'key', id: 'keys', actions: [{ type: 'keyDown', value }, { type: 'keyUp', value }] }]);
  }

  async type(text) {
    for (const letter of text) await this.key(letter);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

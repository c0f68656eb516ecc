// Chromium of any age, spoken to over its own debugging pipe: no driver, no library between the test and the browser.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--hide-scrollbars', '--remote-debugging-pipe', '--disable-dev-shm-usage', '--lang=zh-CN',
  '--force-color-profile=srgb',
];

const BUTTONS = { left: 1, right: 2 };

export async function launchChromium({ binary, flags = [], env = {}, viewport }) {
  const profile = mkdtempSync(join(tmpdir(), 'lightbox-e2e-'));
  const child = spawn(binary, [...FLAGS, ...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  child.stderr.on('data', (data) => { said = (said + data).slice(-4000); });
  const waiting = new Map();
  const listeners = new Set();
  let next = 1;
  let closed = false;
  let pending = Buffer.alloc(0);
  child.stdio[4].on('data', (data) => {
    pending = Buffer.concat([pending, data]);
    for (let end = pending.indexOf(0); end >= 0; end = pending.indexOf(0)) {
      const message = JSON.parse(pending.subarray(0, end).toString('utf8'));
      pending = pending.subarray(end + 1);
      if (message.id) {
        const { resolve, reject } = waiting.get(message.id) ?? {};
        waiting.delete(message.id);
        if (message.error) reject?.(new Error(`CDP: ${message.error.message}`));
        else resolve?.(message.result);
      } else {
        for (const listener of listeners) listener(message);
      }
    }
  });
  const gone = new Promise((resolve) => child.once('exit', () => {
    closed = true;
    for (const { reject } of waiting.values()) reject(new Error(`the browser is gone\n${said}`));
    waiting.clear();
    resolve();
  }));
  const call = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
    if (closed) { reject(new Error(`the browser is gone\n${said}`)); return; }
    const id = next++;
    waiting.set(id, { resolve, reject });
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  });

  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const send = (method, params) => call(method, params, sessionId);
  const page = new ChromiumPage(send, call, sessionId, listeners);
  await page.begin(viewport);
  page.close = async () => {
    if (!closed) {
      call('Browser.close').catch(() => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), 4000);
      await gone;
      clearTimeout(timer);
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  };
  page.pid = child.pid;
  return page;
}

class ChromiumPage {
  constructor(send, call, sessionId, listeners) {
    this.send = send;
    this.call = call;
    this.messages = [];
    this.requests = [];
    this.sessionId = sessionId;
    listeners.add((message) => {
      if (message.sessionId !== sessionId) return;
      const { method, params } = message;
      if (method === 'Runtime.exceptionThrown') {
        const { text, exception } = params.exceptionDetails;
        this.messages.push(`exception: ${exception?.description ?? text}`);
      } else if (method === 'Runtime.consoleAPICalled') {
        this.messages.push(`${params.type}: ${params.args.map((one) => one.value ?? one.description).join(' ')}`);
      } else if (method === 'Log.entryAdded') {
        this.messages.push(`${params.entry.level}: ${params.entry.text} ${params.entry.url ?? ''}`);
      } else if (method === 'Network.requestWillBeSent') {
        this.requests.push({ url: params.request.url, id: params.requestId, bytes: 0, body: 0, done: false });
      } else if (method === 'Network.dataReceived') {
        // Also of what is broken off later.
        const request = this.requests.find((one) => one.id === params.requestId);
        if (request) request.body += params.dataLength;
      } else if (method === 'Network.loadingFinished') {
        const request = this.requests.find((one) => one.id === params.requestId);
        if (request) Object.assign(request, { bytes: params.encodedDataLength, done: true });
      }
    });
  }

  async begin(viewport) {
    for (const domain of ['Page', 'Runtime', 'Log']) await this.send(`${domain}.enable`);
    // Counted, not kept: the bodies would lie in the tab's own memory, which is measured too.
    await this.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
    const { userAgent } = await this.call('Browser.getVersion');
    await this.send('Network.setUserAgentOverride', { userAgent, acceptLanguage: 'zh-CN' });
    await this.resize(viewport);
  }

  async resize({ width, height, scale = 1, touch = false }) {
    this.touch = touch;
    await this.send('Emulation.setDeviceMetricsOverride', {
      width, height, deviceScaleFactor: scale, mobile: touch,
    });
    await this.send('Emulation.setTouchEmulationEnabled', { enabled: touch, maxTouchPoints: 5 });
  }

  async slow({ kbps = 0, rtt = 0, cpu = 1 }) {
    const throughput = kbps > 0 ? (kbps * 1000) / 8 : -1;
    await this.send('Network.emulateNetworkConditions', {
      offline: false, latency: rtt, downloadThroughput: throughput, uploadThroughput: throughput,
    });
    await this.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  }

  async goto(url) {
    // A change of fragment alone loads nothing: leave the page first, as a new tab would.
    await this.send('Page.navigate', { url: 'about:blank' });
    await until(() => this.evaluate('location.href').then((at) => at === 'about:blank', () => false), { what: 'an empty page' });
    await this.send('Page.navigate', { url });
  }

  async reload() {
    await this.send('Page.reload');
  }

  // Runs in every page that is loaded from now on, before the page's own scripts.
  beforeEveryPage(source) {
    return this.send('Page.addScriptToEvaluateOnNewDocument', { source });
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression: `(async () => { return (${expression}); })()`, awaitPromise: true, returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async screenshot() {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  async wheel(x, y, deltaY) {
    await this.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY });
  }

  async click(x, y) {
    if (this.touch) {
      await this.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
      // A finger stays for a moment; what is shorter the browser takes for no tap.
      await new Promise((resolve) => setTimeout(resolve, 60));
      await this.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      return;
    }
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });
    }
  }

  async drag(points, { button = 'left' } = {}) {
    const [first, ...rest] = points;
    const last = points.at(-1);
    if (this.touch) {
      await this.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [first] });
      for (const point of rest) await this.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] });
      await this.rest([last]);
      await this.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      return;
    }
    const buttons = BUTTONS[button];
    await this.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...first, button, buttons, clickCount: 1 });
    for (const point of rest) {
      await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...point, button, buttons });
    }
    await this.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...last, button, buttons: 0, clickCount: 1 });
  }

  // Fingers that rest before they lift make no fling, which would swallow the tap that comes next.
  async rest(touchPoints) {
    for (let i = 0; i < 3; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await this.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
    }
  }

  // Two fingers: each a list of points of one length.
  async pinch(one, other) {
    await this.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [one[0], other[0]] });
    for (let i = 1; i < one.length; i += 1) {
      await this.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [one[i], other[i]] });
    }
    await this.rest([one.at(-1), other.at(-1)]);
    await this.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  async key(key) {
    const text = key.length === 1 ? key : undefined;
    const codes = { ArrowDown: 40, ArrowUp: 38, ArrowLeft: 37, ArrowRight: 39, Enter: 13, Home: 36, End: 35, Escape: 27, PageDown: 34, PageUp: 33 };
    const windowsVirtualKeyCode = codes[key] ?? key.toUpperCase().charCodeAt(0);
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, text: key === 'Enter' ? '\r' : text, windowsVirtualKeyCode });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode });
  }

  async type(text) {
    await this.send('Input.insertText', { text });
  }
}

export async function until(check, { timeout = 20000, every = 40, what = 'the condition' } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

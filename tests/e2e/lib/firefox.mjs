// Firefox ESR over WebDriver BiDi. Headless it has no WebGL, so it proves the CPU path.

import puppeteer from 'puppeteer-core';

export async function launchFirefox({ viewport }) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'intl.accept_languages': 'zh-CN', 'intl.locale.requested': 'zh-CN' },
  });
  const tab = await browser.newPage();
  const page = new FirefoxPage(browser, tab);
  await page.resize(viewport);
  return page;
}

class FirefoxPage {
  constructor(browser, tab) {
    this.browser = browser;
    this.tab = tab;
    this.messages = [];
    this.requests = [];
    tab.on('console', (message) => this.messages.push(`${message.type()}: ${message.text()}`));
    tab.on('pageerror', (error) => this.messages.push(`exception: ${error}`));
    tab.on('request', (request) => this.requests.push({ url: request.url(), bytes: 0 }));
  }

  async resize({ width, height, scale = 1 }) {
    this.touch = false;
    await this.tab.setViewport({ width, height, deviceScaleFactor: scale });
  }

  async goto(url) {
    await this.tab.goto('about:blank');
    await this.tab.goto(url, { waitUntil: 'domcontentloaded' });
  }

  async reload() {
    await this.tab.reload({ waitUntil: 'domcontentloaded' });
  }

  beforeEveryPage(source) {
    return this.tab.evaluateOnNewDocument(source);
  }

  evaluate(expression) {
    return this.tab.evaluate(`(async () => { return (${expression}); })()`);
  }

  async screenshot() {
    return Buffer.from(await this.tab.screenshot({ type: 'png' }));
  }

  async wheel(x, y, deltaY) {
    await this.tab.mouse.move(x, y);
    await this.tab.mouse.wheel({ deltaY });
  }

  click(x, y) {
    return this.tab.mouse.click(x, y);
  }

  async drag(points, { button = 'left' } = {}) {
    await this.tab.mouse.move(points[0].x, points[0].y);
    await this.tab.mouse.down({ button });
    for (const { x, y } of points.slice(1)) await this.tab.mouse.move(x, y);
    await this.tab.mouse.up({ button });
  }

  key(key) {
    return this.tab.keyboard.press(key);
  }

  type(text) {
    return this.tab.keyboard.type(text);
  }

  close() {
    return this.browser.close();
  }
}

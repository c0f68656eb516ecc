// A film on screen, read through what the page says of itself (data- attributes) and through its pixels.

import { PNG } from 'pngjs';
import { until } from './cdp.mjs';

// What the page says: the screen it shows and, of the active viewport, what is drawn there.
const STATE = `(() => {
  const root = document.querySelector('[data-screen]');
  const viewport = document.querySelector('[data-viewport][data-active="true"]') ?? document.querySelector('[data-viewport]');
  const box = viewport?.querySelector('canvas')?.getBoundingClientRect();
  return {
    ...root?.dataset, ...viewport?.dataset,
    box: box && { x: box.x, y: box.y, width: box.width, height: box.height },
  };
})()`;

export const state = (page) => page.evaluate(STATE);

export function shows(page, wanted, options = {}) {
  let last;
  return until(async () => {
    last = await state(page).catch((error) => ({ error: String(error) }));
    return Object.entries(wanted).every(([name, value]) => (
      typeof value === 'function' ? value(last[name]) : last[name] === String(value)
    )) && last;
  }, { timeout: 30000, ...options, what: `a page that shows ${JSON.stringify(wanted, (_, v) => (typeof v === 'function' ? String(v) : v))}` })
    .catch((error) => { throw new Error(`${error.message}; it shows ${JSON.stringify(last)}\n${page.messages.slice(-12).join('\n')}`); });
}

export const centre = ({ box }) => ({ x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) });

export async function press(page, selector) {
  const at = await until(() => page.evaluate(`(() => {
    const box = document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect();
    return box && box.width > 0 && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  })()`), { what: `something to press at ${selector}` });
  await page.click(at.x, at.y);
}

export async function pixels(page) {
  return PNG.sync.read(await page.screenshot());
}

// Grey levels of a rectangle in CSS pixels, one per device pixel.
export function greys(png, { x, y, width, height }, scale = 1) {
  const values = [];
  for (let row = Math.round(y * scale); row < Math.round((y + height) * scale); row += 1) {
    for (let column = Math.round(x * scale); column < Math.round((x + width) * scale); column += 1) {
      values.push(png.data[(row * png.width + column) * 4]);
    }
  }
  return values;
}

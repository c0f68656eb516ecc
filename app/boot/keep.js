// What keeping a film takes besides its bytes: leave to stay, and a page that opens without a network. Loaded when the
// reader keeps or clears (app/src/platform/keep.rs). Runs on Chromium 89. Where there is no service worker (WeChat on some
// phones, private windows) the film can still be reopened from a page that is open, and from the browser's own cache.
const CACHE = "lightbox-shell-1";
const PAGE = "/f/";
// What the store's worker may load; the page does not see it.
const STORE = ["store-worker.js", "store-files.js", "store-database.js"];

// As of every module of this build; there is nothing to set up.
export default () => {};

// The reader may clear while it is still being prepared: what is no longer wanted ends where it stands.
let on = false;
let registering = null;

const put = async (cache, address, as) => {
  const answer = await fetch(address);
  if (answer.ok && on) await cache.put(as, answer);
};

export const keep = async (modules) => {
  on = true;
  // Some browsers ask the reader, who may take his time.
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  if (!navigator.serviceWorker || !window.caches) return;
  const cache = await caches.open(CACHE);
  // What this page has needed so far is what it will need again.
  const used = performance.getEntriesByType("resource").map(({ name }) => name.split("#")[0]);
  const wanted = new Set(used.filter((name) => name.startsWith(location.origin + "/assets/")));
  const assets = JSON.parse(document.getElementById("assets").textContent);
  // What its workers have loaded is noted by name (app/src/platform/decoders.rs); `modules` are what frames of this film
  // may need that nobody has looked at yet.
  const names = [...Object.keys(window.__lightbox.marks), ...modules.split(" ")];
  const loaded = names.flatMap((name) => [name + ".js", name + ".wasm"]);
  for (const name of [...loaded, ...STORE]) if (assets[name]) wanted.add(new URL(assets[name], location).href);
  await Promise.all([...wanted].map((address) => put(cache, address, address)));
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  await put(cache, location.pathname, PAGE);
  if (!on) return;
  registering = navigator.serviceWorker.register("/sw.js");
  await registering;
};

export const forget = async () => {
  on = false;
  if (registering) await registering.catch(() => {});
  const registration = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration());
  if (registration) await registration.unregister();
  if (!window.caches) return;
  // Chromium adds compiled code to what it ran from a cache a moment later, and makes the cache again for that.
  for (let tries = 0; tries < 5 && (await caches.has(CACHE)); tries += 1) {
    await caches.delete(CACHE);
    await new Promise((later) => setTimeout(later, 400));
  }
};

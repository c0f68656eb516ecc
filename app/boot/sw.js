// The service worker: lets a film that is kept on this device open without a network. Registered when the reader keeps a
// film (keep.js). It answers for film pages and assets only (decoder workers are among the assets: a narrower scope would
// leave them out). It knows the page and the program, which are the same for every film, and nothing of any film: pictures
// lie encrypted in the page's own store. It stores nothing by itself, so no error and no other film's answer can get into
// it. Static: a new build changes what keep.js puts into the cache, not this file.
const PAGE = "/f/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Over all caches: asking one by name would make it again after it was cleared.
const kept = (address) => caches.match(address);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  // The gateway first: a page that it no longer gives must not come back from here.
  if (request.mode === "navigate" && /^\/f\/[\w-]{22}\/?$/.test(pathname)) {
    event.respondWith(fetch(request).catch(() => kept(PAGE).then((page) => page || Response.error())));
  }
  // Named by what is in it: the same for ever. As an answer of its own it has the address that was asked for, with the
  // fragment that tells a decoder worker what to load.
  if (pathname.startsWith("/assets/")) {
    const again = ({ body, headers }) => new Response(body, { headers });
    event.respondWith(kept(request.url).then((found) => (found ? again(found) : fetch(request))));
  }
});

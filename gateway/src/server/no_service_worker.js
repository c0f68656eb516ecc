// Served as /sw.js with --no-offline: the browsers that have the service worker of the application take this one in its place
// at the next visit, and it goes with all that the other has put away. What films have kept stays: it is the page's own.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.registration.unregister();
  };
  event.waitUntil(clear());
});

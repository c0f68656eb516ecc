// Records of films where a browser gives a page no files of its own. Part of store-worker.js, which has sealed what comes
// here.
//
// A database (IndexedDB) of three stores: `films` (tag → film), `sizes` (tag/name → length), `records` (tag/name → sealed
// bytes). Sizes are apart so that listing a film reads no record. A write touches all three in one transaction: a page that is
// killed leaves the state before or the state after.
{
  const NAME = "lightbox";
  const FILMS = "films";
  const SIZES = "sizes";
  const RECORDS = "records";
  const STORES = [FILMS, SIZES, RECORDS];

  self.openDatabase = async () => {
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open(NAME, 2);
    opening.onupgradeneeded = () => {
      const had = [...opening.result.objectStoreNames];
      had.forEach((name) => opening.result.deleteObjectStore(name));
      STORES.forEach((name) => opening.result.createObjectStore(name));
    };
    const base = await done(opening);
    // Another tab with a newer version of this page must not wait for this one.
    base.onversionchange = () => base.close();
    const look = (name) => base.transaction(name).objectStore(name);
    const change = (act) =>
      new Promise((resolve, reject) => {
        const transaction = base.transaction(STORES, "readwrite");
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
        act((name) => transaction.objectStore(name));
      });
    // "0" follows "/" in code order.
    const all = (tag) => IDBKeyRange.bound(tag + "/", tag + "0");
    return {
      films: () => done(look(FILMS).getAll()),
      sizes: async (tag) => {
        const store = look(SIZES);
        const [names, sizes] = await Promise.all([done(store.getAllKeys(all(tag))), done(store.getAll(all(tag)))]);
        return names.map((name, index) => [name.slice(tag.length + 1), sizes[index]]);
      },
      read: (tag, name) => done(look(RECORDS).get(tag + "/" + name)),
      write: (film, name, sealed) => {
        const key = film[0] + "/" + name;
        return change((store) => {
          store(RECORDS).put(sealed, key);
          store(SIZES).put(sealed.byteLength, key);
          store(FILMS).put(film, film[0]);
        });
      },
      note: (film) => change((store) => store(FILMS).put(film, film[0])),
      remove: (tag) =>
        change((store) => {
          store(RECORDS).delete(all(tag));
          store(SIZES).delete(all(tag));
          store(FILMS).delete(tag);
        }),
    };
  };
}

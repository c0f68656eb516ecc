// What is kept on this device of one film: encrypted under its link, then put into the first of these that the browser
// gives a page: files of its own (OPFS, through store-worker.js), a database (IndexedDB). Loaded with the application
// (app/src/platform/store.rs), which knows neither the keys nor where records lie. Runs on Chromium 89.
//
// From the link's key by HKDF-SHA-256 (RFC 5869; salt: the film's id), as film-link names the uses: `lightbox/1/cache` is
// the AES-256-GCM key, `lightbox/1/names` a secret that makes names opaque. A record is its initialisation vector (12
// bytes), then ciphertext with its tag (16): of one byte, as many of a word that goes with the bytes (a transfer syntax), and
// the bytes. Its name is authenticated with it: bytes that lie under another's name, or of
// which only a part was written, do not decrypt.
//
// A film is noted as [tag, bytes on disk, last opened, expires or null, wanted whole]; times are Unix seconds.

const IV = 12;
const NAME = "lightbox";
const FILMS = "films";
const SIZES = "sizes";
const RECORDS = "records";
const STORES = [FILMS, SIZES, RECORDS];
// A browser that has not given its files by now will not.
const FILES_MS = 600;

// As of every module of this build; there is nothing to set up.
export default () => {};

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);

// Frees a buffer now, not when the garbage collector has seen many of them: as app/src/platform/buffer.rs does.
const release = (buffer) => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [buffer]);
  port1.close();
};

// Opaque names, and bytes ↔ sealed bytes.
const sealing = async (film, key) => {
  const { subtle } = crypto;
  const secret = await subtle.importKey("raw", bytesOf(key), "HKDF", false, ["deriveKey", "deriveBits"]);
  const hkdf = (use) => ({ name: "HKDF", hash: "SHA-256", salt: bytesOf(film), info: utf8("lightbox/1/" + use) });
  const aes = { name: "AES-GCM", length: 256 };
  const cache = await subtle.deriveKey(hkdf("cache"), secret, aes, false, ["encrypt", "decrypt"]);
  const salt = new Uint8Array(await subtle.deriveBits(hkdf("names"), secret, 256));
  const how = (iv, name) => ({ name: "AES-GCM", iv, additionalData: utf8(name) });
  return {
    name: async (plain) => {
      const text = utf8(plain);
      const salted = new Uint8Array(salt.length + text.length);
      salted.set(salt);
      salted.set(text, salt.length);
      const digest = new Uint8Array(await subtle.digest("SHA-256", salted));
      const swap = { "+": "-", "/": "_", "=": "" };
      return btoa(String.fromCharCode(...digest.slice(0, 16))).replace(/[+/=]/g, (c) => swap[c]);
    },
    seal: async (name, bytes, word) => {
      const iv = crypto.getRandomValues(new Uint8Array(IV));
      const head = utf8(word);
      const plain = new Uint8Array(1 + head.length + bytes.byteLength);
      plain[0] = head.length;
      plain.set(head, 1);
      plain.set(new Uint8Array(bytes), 1 + head.length);
      const text = await subtle.encrypt(how(iv, name), cache, plain);
      release(plain.buffer);
      const sealed = new Uint8Array(IV + text.byteLength);
      sealed.set(iv);
      sealed.set(new Uint8Array(text), IV);
      release(text);
      return sealed.buffer;
    },
    open: async (name, sealed) => {
      const text = new Uint8Array(sealed, IV);
      const plain = await subtle.decrypt(how(new Uint8Array(sealed, 0, IV), name), cache, text);
      const begin = 1 + new Uint8Array(plain)[0];
      const word = new TextDecoder().decode(new Uint8Array(plain, 1, begin - 1));
      const bytes = plain.slice(begin);
      release(plain);
      return { bytes, word };
    },
  };
};

// Files. Rejects where a worker cannot have any.
const files = async () => {
  const worker = new Worker(window.__lightbox.assets["store-worker.js"]);
  const asked = new Map();
  worker.onmessage = ({ data: { id, value, error } }) => {
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    if (error) reject(new DOMException("", error));
    else resolve(value);
  };
  worker.onerror = () => asked.forEach(({ reject }) => reject(new DOMException("", "NotSupportedError")));
  let last = 0;
  const ask = (act, values, moved = []) =>
    new Promise((resolve, reject) => {
      asked.set((last += 1), { resolve, reject });
      worker.postMessage({ id: last, act, values }, moved);
    });
  try {
    const late = new Promise((_, reject) => setTimeout(reject, FILES_MS));
    await Promise.race([ask("ready", []), late]);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    films: () => ask("films", []),
    sizes: (tag) => ask("sizes", [tag]),
    read: (tag, name) => ask("read", [tag, name]),
    write: (film, name, sealed) => ask("write", [film, name, sealed], [sealed]),
    note: (film) => ask("note", [film]),
    remove: (tag) => ask("remove", [tag]),
  };
};

// A database of three stores: `films` (tag → film), `sizes` (tag/name → length), `records` (tag/name → sealed bytes). Sizes
// are apart so that listing a film reads no record. A write touches all three in one transaction: a page that is killed
// leaves the state before or the state after.
const database = async () => {
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
      transaction.oncomplete = resolve;
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
    write: async (film, name, sealed) => {
      const key = film[0] + "/" + name;
      await change((store) => {
        store(RECORDS).put(sealed, key);
        store(SIZES).put(sealed.byteLength, key);
        store(FILMS).put(film, film[0]);
      });
      release(sealed);
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

// Which of them: a film that an earlier browser of this device left in the database is found there.
const place = async (tag, kind) => {
  const has = indexedDB.databases ? (await indexedDB.databases()).some(({ name }) => name === NAME) : false;
  if (kind !== "database" && !(has && (await (await database()).films()).some(([had]) => had === tag))) {
    try {
      return await files();
    } catch (_) {
      // The browser has none, or not for this page.
    }
  }
  return database();
};

// Opens the store for a film; `kind` is "database" where a test wants that.
export const open = async (film, key, kind) => {
  const sealed = await sealing(film, key);
  const tag = await sealed.name("film");
  const held = await place(tag, kind);
  const sizes = new Map(await held.sizes(tag));
  let cleared = false;
  // One after the other: on a fast line encrypted copies would pile up before a slow disk.
  let writing = Promise.resolve();
  const write = async (film, plain, bytes, word = "") => {
    const name = await sealed.name(plain);
    const record = await sealed.seal(name, bytes, word);
    // What was still being encrypted when the reader cleared the device must not get there.
    if (cleared) throw new DOMException("", "InvalidStateError");
    const length = record.byteLength;
    await held.write(film, name, record);
    sizes.set(name, length);
  };
  return {
    tag,
    films: held.films,
    // Lengths of what is here under these names; 0 for what is not.
    sizes: async (names) => {
      const opaque = await Promise.all(names.map(sealed.name));
      return Float64Array.from(opaque, (name) => sizes.get(name) || 0);
    },
    read: async (plain) => {
      const name = await sealed.name(plain);
      const found = await held.read(tag, name);
      if (!found) return found;
      try {
        return await sealed.open(name, found);
      } finally {
        release(found);
      }
    },
    write: (...record) => {
      const written = writing.then(() => write(...record));
      writing = written.catch(() => {});
      return written;
    },
    note: (film) => (cleared ? Promise.resolve() : held.note(film)),
    // The open film: its end on this device, as far as this page goes.
    clear: async () => {
      cleared = true;
      sizes.clear();
      await held.remove(tag);
    },
    remove: held.remove,
  };
};

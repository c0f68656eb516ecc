// The store of one film on this device: seals records under the film's link, and puts them into the first of these that the
// browser gives a page: files of its own (store-files.js), a database (store-database.js). In a worker of its own, since only
// there files can be written at once, and what it does costs a slow phone's page more than a picture. Started by store.js.
// Runs on Chromium 89.
//
// From the link's key by HKDF-SHA-256 (RFC 5869; salt: the film's id), as film-link names the uses: `lightbox/1/cache` is
// the AES-256-GCM key, `lightbox/1/names` a secret that makes names opaque. A record is its initialisation vector (12
// bytes), then ciphertext with its tag (16): of one byte, as many of a word that goes with the bytes (a transfer syntax), and
// the bytes. Its name is authenticated with it: bytes that lie under another's name, or of
// which only a part was written, do not decrypt.
//
// A film is noted as [tag, bytes on disk, last opened, expires or null, wanted whole]; times are Unix seconds.

// Where the two are, as store.js says.
const [FILES, DATABASE] = location.hash.slice(1).split("|");
const NAME = "lightbox";
const IV = 12;
// A browser that has not given its files by now will not.
const FILES_MS = 600;

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);

// Frees buffers now, not when the garbage collector has seen many of them: as app/src/platform/buffer.rs does.
const release = (...buffers) => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, buffers);
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
      const sealed = new Uint8Array(IV + text.byteLength);
      sealed.set(iv);
      sealed.set(new Uint8Array(text), IV);
      release(plain.buffer, text);
      return sealed.buffer;
    },
    open: async (name, sealed) => {
      const text = new Uint8Array(sealed, IV);
      const plain = await subtle.decrypt(how(new Uint8Array(sealed, 0, IV), name), cache, text);
      const begin = 1 + new Uint8Array(plain)[0];
      const word = new TextDecoder().decode(new Uint8Array(plain, 1, begin - 1));
      const bytes = plain.slice(begin);
      release(plain, sealed);
      return { bytes, word };
    },
  };
};

// One at a time, in the order in which they were asked for.
let before = Promise.resolve();
const run = (act) => {
  const mine = before.then(act);
  before = mine.catch(() => {});
  return mine;
};

const database = () => {
  importScripts(DATABASE);
  return self.openDatabase();
};

// Which of the two: a film that an earlier browser of this device left in the database is found there.
const place = async (tag, kind) => {
  const has = indexedDB.databases ? (await indexedDB.databases()).some(({ name }) => name === NAME) : false;
  if (kind !== "database" && !(has && (await (await database()).films()).some(([had]) => had === tag))) {
    try {
      importScripts(FILES);
      const late = new Promise((_, reject) => setTimeout(reject, FILES_MS));
      return await Promise.race([self.openFiles(run), late]);
    } catch (_) {
      // The browser has none, or not for this page.
    }
  }
  return database();
};

// Bytes that the browser grants this origin; none where it does not say.
const granted = async () => {
  try {
    return (await navigator.storage.estimate()).quota;
  } catch (_) {
    return undefined;
  }
};

// The open film: its seals, its tag, where it lies, lengths of its records.
let sealed, tag, held, sizes;

const acts = {
  open: async (film, key, kind) => {
    sealed = await sealing(film, key);
    tag = await sealed.name("film");
    held = await place(tag, kind);
    sizes = new Map(await held.sizes(tag));
    // What a page wants to know first comes in one message: each waits its turn in a page that is being laid out.
    return { tag, films: await held.films(), granted: await granted() };
  },

  // Lengths of what is here under these names; 0 for what is not.
  sizes: async (names) => {
    const opaque = await Promise.all(names.map(sealed.name));
    return Float64Array.from(opaque, (name) => sizes.get(name) || 0);
  },

  read: async (plain) => {
    const name = await sealed.name(plain);
    const found = await held.read(tag, name);
    return found && sealed.open(name, found);
  },

  write: async (film, plain, bytes, word) => {
    const name = await sealed.name(plain);
    const record = await sealed.seal(name, bytes, word);
    const length = record.byteLength;
    await held.write(film, name, record);
    release(bytes, record);
    sizes.set(name, length);
  },

  note: (film) => held.note(film),

  clear: async () => {
    sizes.clear();
    await held.remove(tag);
  },

  remove: (other) => held.remove(other),
};

self.onmessage = ({ data: { id, act, values } }) =>
  run(() => acts[act](...values)).then(
    (value) => self.postMessage({ id, value }, value && value.bytes ? [value.bytes] : []),
    (error) => self.postMessage({ id, error: (error && error.name) || "Error" }),
  );

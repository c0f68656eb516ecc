// What is kept on this device of one film: encrypted under its link, by a worker (store-worker.js), which knows the keys and
// where records lie. Loaded with the application (app/src/platform/store.rs), or by the boot script where something is kept.
// Runs on Chromium 89.

// What the preview that the boot script shows is kept as, after its series.
const SCREEN = "/screen";
// Notes of films that have such a preview here, so that the boot script knows, without waiting for this store, whether to ask the
// gateway for a picture: by the film's id the tag that its records lie under, which is all that is known of another film.
const NOTES = "lightbox.seen/";

const forget = (gone) => {
  try {
    const notes = Object.keys(localStorage).filter((name) => name.startsWith(NOTES));
    notes.filter(gone).forEach((name) => localStorage.removeItem(name));
  } catch (_) {
    // A browser that forbids it has no notes.
  }
};

// As of every module of this build; there is nothing to set up.
export default () => {};

// Opens the store for a film; `kind` is "database" where a test wants that. Films are noted as store-worker.js says.
export const open = async (film, key, kind) => {
  const { assets } = window.__lightbox;
  const places = [assets["store-files.js"], assets["store-database.js"]].join("|");
  const worker = new Worker(assets["store-worker.js"] + "#" + places);
  const asked = new Map();
  worker.onmessage = ({ data: { id, value, error } }) => {
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    if (error) reject(new DOMException("", error));
    else resolve(value);
  };
  worker.onerror = () => asked.forEach(({ reject }) => reject(new DOMException("", "NotSupportedError")));
  let last = 0;
  const send = (act, values, given = []) =>
    new Promise((resolve, reject) => {
      asked.set((last += 1), { resolve, reject });
      worker.postMessage({ id: last, act, values }, given);
    });
  const ask = (act, ...values) => send(act, values);
  let cleared = false;
  let tag;
  const noteWhere = (names, here) => {
    if (cleared || !names.some((name, at) => name.endsWith(SCREEN) && here(at))) return;
    try {
      localStorage[NOTES + film] = tag;
    } catch (_) {
      // A browser that forbids it has the gateway asked for the picture.
    }
  };
  // One after the other: on a fast line copies would pile up before a slow disk.
  let writing = Promise.resolve();
  const write = (film, name, bytes, word) => {
    // What still waits when the reader clears the device must not get there.
    if (cleared) throw new DOMException("", "InvalidStateError");
    // Transferred, not left to the browser to copy: it keeps its copy until it collects the worker's events.
    const copy = bytes.slice(0);
    return send("write", [film, name, copy, word], [copy]);
  };
  try {
    const found = await ask("open", film, key, kind);
    tag = found.tag;
    return {
      // Its name here, notes of all films here, bytes that the browser grants: as they were found.
      ...found,
      // Also where an earlier page has kept it and the note is gone.
      sizes: async (names) => {
        const sizes = await ask("sizes", names);
        noteWhere(names, (at) => sizes[at] > 0);
        return sizes;
      },
      read: (name) => ask("read", name),
      write: (film, name, bytes, word = "") => {
        const written = writing.then(() => write(film, name, bytes, word));
        writing = written.then(() => noteWhere([name], () => true)).catch(() => {});
        return written;
      },
      note: (film) => (cleared ? Promise.resolve() : ask("note", film)),
      // The open film: its end on this device, as far as this page goes.
      clear: () => {
        cleared = true;
        forget((name) => name === NOTES + film);
        return ask("clear");
      },
      remove: (other) => {
        forget((name) => localStorage[name] === other);
        return ask("remove", other);
      },
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
};

// The gateway has the picture sooner than a store that says nothing for so long: a page that sleeps may hold the film's file.
const RECALL_MS = 700;

// For the boot script: the preview that an earlier opening has left here. `choose` gives the series. Rejects where there is none,
// no longer, or not soon.
export const recall = (...asked) =>
  Promise.race([find(...asked), new Promise((_, late) => setTimeout(late, RECALL_MS))]);

const find = async (film, key, choose) => {
  const kind = sessionStorage["lightbox.store"];
  if (kind === "none") throw new DOMException("", "InvalidStateError");
  // The application finds it there (app/src/platform/boot.rs).
  const opening = (window.__lightbox.store = open(film, key, kind));
  const { read } = await opening;
  const manifest = JSON.parse(new TextDecoder().decode((await read("manifest")).bytes));
  if (manifest.expires_at_secs * 1000 < Date.now()) throw new DOMException("", "NotFoundError");
  const { index, series, greet } = choose(manifest);
  const { bytes } = await read("preview/" + series.uid + SCREEN);
  greet();
  return { index, blob: new Blob([bytes]) };
};

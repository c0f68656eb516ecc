// Records of films in files that only this origin sees (the File System standard's origin private file system): one file
// for each film, held through a synchronous handle, which only a worker may have. Part of store-worker.js, which has sealed
// what comes here and asks for one thing after another: two may want the same file.
//
// A file begins with two slots of 512 bytes that say what the film is, written in turns: u32 sequence, u32 length, JSON. Then
// come entries: u32 mark, u32 length of the name, u32 length of the record, name, record. The head of an entry is written
// last: what a page that was killed has left half-written has none, and the next entry takes its place. A name that comes
// again replaces the one before.
{
  const FOLDER = "lightbox-films";
  const SLOT = 512;
  const BEGIN = 2 * SLOT;
  const HEAD = 12;
  const MARK = 0x4c423031;
  // Only one page may hold a file: it is let go when nothing has been asked for so long, and after so long for another.
  const IDLE_MS = 300;
  const TURN_MS = 250;
  // The file of a page that was just closed comes free a little later than its lock.
  const STEP_MS = 40;
  const STEPS = 25;

  // What is held: { tag, handle, since, free }. What was found in it: { tag, sequence, size, entries, end }.
  let held = null;
  let known = null;
  let letting = 0;
  let inTurn;

  const folder = async (create) => (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create });
  const absent = (error) => error.name === "NotFoundError";

  // Pages take turns, in the order in which they asked. Resolves with what ends the turn.
  const turn = (tag) =>
    new Promise((begun, refused) => {
      const ended = () => new Promise((end) => begun(end));
      navigator.locks.request("lightbox-film-" + tag, ended).catch(refused);
    });

  const letGo = async () => {
    if (!held) return;
    const { handle, free } = held;
    held = null;
    await handle.close();
    free();
  };

  const patiently = async (act) => {
    for (let step = 1; ; step += 1) {
      try {
        return await act();
      } catch (error) {
        if (step === STEPS || !/^(NoModificationAllowed|InvalidState)Error$/.test(error.name)) throw error;
        await new Promise((later) => setTimeout(later, STEP_MS));
      }
    }
  };

  const slotOf = (bytes, at) => {
    const view = new DataView(bytes, at, SLOT);
    const length = view.getUint32(4);
    try {
      const film = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, at + 8, length)));
      return { sequence: view.getUint32(0), film };
    } catch (_) {
      // Never written, or half.
      return { sequence: 0, film: null };
    }
  };

  const filmOf = (bytes) => {
    if (bytes.byteLength < BEGIN) return { sequence: 0, film: null };
    const slots = [slotOf(bytes, 0), slotOf(bytes, SLOT)];
    return slots[0].sequence > slots[1].sequence ? slots[0] : slots[1];
  };

  const readAt = (handle, at, length) => {
    const bytes = new Uint8Array(length);
    return handle.read(bytes, { at }) === length ? bytes : null;
  };

  // Where each record is, and where the next goes: behind the last whole entry.
  const scan = (handle, size) => {
    const entries = new Map();
    let end = BEGIN;
    for (;;) {
      const head = readAt(handle, end, HEAD);
      if (!head) break;
      const view = new DataView(head.buffer);
      const [mark, naming, length] = [0, 4, 8].map((at) => view.getUint32(at));
      const next = end + HEAD + naming + length;
      if (mark !== MARK || naming > SLOT || next > size) break;
      const name = readAt(handle, end + HEAD, naming);
      if (!name) break;
      entries.set(new TextDecoder().decode(name), { at: end + HEAD + naming, length });
      end = next;
    }
    return { entries, end };
  };

  const writeAt = (handle, at, bytes) => {
    if (handle.write(bytes, { at }) !== bytes.length) throw new DOMException("", "QuotaExceededError");
  };

  const writeSlot = (file, handle, film) => {
    const text = new TextEncoder().encode(JSON.stringify(film));
    const slot = new DataView(new ArrayBuffer(8 + text.length));
    file.sequence += 1;
    slot.setUint32(0, file.sequence);
    slot.setUint32(4, text.length);
    new Uint8Array(slot.buffer).set(text, 8);
    writeAt(handle, (file.sequence % 2) * SLOT, new Uint8Array(slot.buffer));
  };

  // The film's file, held; null where there is none and none is to be made.
  const hold = async (tag, create) => {
    clearTimeout(letting);
    letting = setTimeout(() => inTurn(letGo), IDLE_MS);
    if (held && held.tag === tag && performance.now() - held.since < TURN_MS) return known;
    await letGo();
    const free = await turn(tag);
    try {
      const file = await (await folder(create)).getFileHandle(tag, { create });
      const handle = await patiently(() => file.createSyncAccessHandle());
      held = { tag, handle, since: performance.now(), free };
      const size = await handle.getSize();
      const slots = readAt(handle, 0, BEGIN);
      const { sequence } = slots ? filmOf(slots.buffer) : { sequence: 0 };
      const same = known && known.tag === tag && known.sequence === sequence && known.size === size;
      if (!same) known = { tag, sequence, size, ...scan(handle, size) };
      return known;
    } catch (error) {
      if (held) await letGo();
      else free();
      if (absent(error) && !create) return null;
      throw error;
    }
  };

  const files = {
    films: async () => {
      const films = [];
      try {
        for await (const [tag, file] of (await folder(false)).entries()) {
          const here = held && held.tag === tag && readAt(held.handle, 0, BEGIN);
          const bytes = here ? here.buffer : await (await file.getFile()).slice(0, BEGIN).arrayBuffer();
          const { film } = filmOf(bytes);
          if (film) films.push(film);
        }
      } catch (error) {
        if (!absent(error)) throw error;
      }
      return films;
    },

    sizes: async (tag) => {
      const file = await hold(tag, false);
      return file ? [...file.entries].map(([name, { length }]) => [name, length]) : [];
    },

    read: async (tag, name) => {
      const file = await hold(tag, false);
      const entry = file && file.entries.get(name);
      const bytes = entry && readAt(held.handle, entry.at, entry.length);
      return bytes ? bytes.buffer : undefined;
    },

    write: async (film, name, sealed) => {
      const file = await hold(film[0], true);
      const { handle } = held;
      const { end } = file;
      const naming = new TextEncoder().encode(name);
      const at = end + HEAD + naming.length;
      const length = sealed.byteLength;
      const head = new DataView(new ArrayBuffer(HEAD));
      [MARK, naming.length, length].forEach((value, index) => head.setUint32(4 * index, value));
      // What a killed page has left here must not follow the new entry as if it were one.
      await handle.truncate(end);
      // First: a film that nothing is noted of would never be found again, to be taken away when its time is over.
      writeSlot(file, handle, film);
      writeAt(handle, at, new Uint8Array(sealed));
      writeAt(handle, end + HEAD, naming);
      writeAt(handle, end, new Uint8Array(head.buffer));
      file.entries.set(name, { at, length });
      file.end = file.size = at + length;
      await handle.flush();
    },

    note: async (film) => {
      const file = await hold(film[0], false);
      if (!file) return;
      writeSlot(file, held.handle, film);
      await held.handle.flush();
    },

    remove: async (tag) => {
      await letGo();
      known = null;
      const free = await turn(tag);
      try {
        const films = await folder(false);
        await patiently(() => films.removeEntry(tag));
        for await (const _ of films.keys()) return;
        await (await navigator.storage.getDirectory()).removeEntry(FOLDER);
      } catch (error) {
        if (!absent(error)) throw error;
      } finally {
        free();
      }
    },
  };

  // Rejects where the browser has none. `run` does one thing after another.
  self.openFiles = async (run) => {
    inTurn = run;
    await navigator.storage.getDirectory();
    // Older Safaris have the folder, and no way to write into it at once or to take turns.
    const whole = "createSyncAccessHandle" in FileSystemFileHandle.prototype && navigator.locks;
    if (!whole) throw new DOMException("", "NotSupportedError");
    return files;
  };
}

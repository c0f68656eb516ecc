// What is kept on the device, without the application over it: the script that seals and stores, in a real browser, with
// files (OPFS) and with the database.

import assert from 'node:assert/strict';
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { PHONE, launch } from './lib/engines.mjs';
import { FILMS, Gateway } from './lib/gateway.mjs';

const FILM = 'AAECAwQFBgcICQoLDA0ODw';
const KEY = 'EBESExQVFhcYGRobHB0eHw';
const OTHER = 'ICEiIyQlJicoKSorLC0uLw';
const ROOT = 'navigator.storage.getDirectory()';

// In the page: opens the store, notes a film, makes bytes that tell where they belong.
const TOOLS = `
  while (!window.__lightbox) await new Promise((later) => setTimeout(later, 20));
  const { open } = await import(window.__lightbox.assets['store.js']);
  const note = (store, bytes = 0) => [store.tag, bytes, 1, null, false];
  const made = (seed, length) => Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7) % 256).buffer;
  const same = (a, b) => a && a.byteLength === b.byteLength && new Uint8Array(a).every((value, index) => value === new Uint8Array(b)[index]);
  const names = (count) => Array.from({ length: count }, (_, index) => 'study/frame/' + index);
`;

for (const [engine, kind] of [['chromium-109', 'files'], ['chromium', 'files'], ['firefox', 'files'], ['chromium-89', 'database'], ['chromium', 'database'], ['webkit', 'database']]) {
  describe(`store, ${engine}, ${kind}`, { timeout: 200000 }, () => {
    let gateway;
    let page;
    let address;
    const inPage = (body) => page.evaluate(`(async () => { ${TOOLS} const kind = ${kind === 'files' ? 'undefined' : "'database'"}; ${body} })()`);
    const opened = `const store = await open('${FILM}', '${KEY}', kind);`;

    before(async () => {
      gateway = await Gateway.start({ folder: FILMS() });
      page = await launch(engine, PHONE);
      // Any page of this origin will do: this one says that there is no such film, and clears what is kept of that.
      address = `${new URL(gateway.film(gateway.studies()[0].study_uid).link).origin}/f/${OTHER}#${KEY}`;
      await page.goto(address);
    }, { timeout: 120000 });

    after(async () => {
      await page?.close();
      await gateway?.end();
    });

    test('gives back what was put in, and says how long it is', async () => {
      assert.deepEqual(await inPage(`${opened}
        await store.write(note(store, 1), 'a', made(1, 1000));
        await store.write(note(store, 2), 'b', made(2, 200000), '1.2.840.10008.1.2.4.70');
        await store.write(note(store, 3), 'a', made(3, 500));
        const again = await open('${FILM}', '${KEY}', kind);
        return [
          same((await store.read('a')).bytes, made(3, 500)), same((await again.read('b')).bytes, made(2, 200000)), (await again.read('b')).word,
          await again.read('c') === undefined, [...(await again.sizes(['a', 'b', 'c']))],
          again.films.map(([tag, ...rest]) => [tag === store.tag, ...rest]),
        ];`), [true, true, '1.2.840.10008.1.2.4.70', true, [529, 200051, 0], [[true, 3, 1, null, false]]]);
    });

    test('lies where it should, as the standards have it', async () => {
      const where = await inPage(`${opened} let files = 0;
        try { for await (const _ of (await (await ${ROOT}).getDirectoryHandle('lightbox-films')).keys()) files += 1; } catch (_) { files = 0; }
        return [files, (await indexedDB.databases()).some(({ name }) => name === 'lightbox')];`);
      assert.deepEqual(where, kind === 'files' ? [1, false] : [0, true]);
      if (kind === 'files') return;
      // Node's own HKDF (RFC 5869) and AES-256-GCM open what WebCrypto has sealed.
      const [film, key] = [FILM, KEY].map((text) => Buffer.from(text, 'base64url'));
      const derived = (use) => Buffer.from(hkdfSync('sha256', key, film, `lightbox/1/${use}`, 32));
      const name = (plain) => createHash('sha256').update(derived('names')).update(plain).digest().subarray(0, 16).toString('base64url');
      const record = Buffer.from(await inPage(`const base = await new Promise((done) => { const asked = indexedDB.open('lightbox'); asked.onsuccess = () => done(asked.result); });
        const asked = base.transaction('records').objectStore('records').get('${name('film')}/${name('a')}');
        return new Promise((done) => { asked.onsuccess = () => { base.close(); done([...new Uint8Array(asked.result)]); }; });`));
      const opening = createDecipheriv('aes-256-gcm', derived('cache'), record.subarray(0, 12));
      opening.setAAD(Buffer.from(name('a'))).setAuthTag(record.subarray(-16));
      const plain = Buffer.concat([opening.update(record.subarray(12, -16)), opening.final()]);
      assert.deepEqual([plain[0], ...plain.subarray(1)], [0, ...Array.from({ length: 500 }, (_, index) => (index * 31 + 21) % 256)]);
    });

    test('gives nothing to another link', async () => {
      assert.deepEqual(await inPage(`${opened} const other = await open('${FILM}', '${OTHER}', kind);
        return [other.tag === store.tag, await other.read('a') === undefined];`), [false, true]);
    });

    // WebKitGTK waits for the writes of a page that is gone, longer than a driver lets a script run.
    test('a page that is killed while it writes leaves whole records only', { skip: engine === 'webkit' && 'its database waits too long' }, async () => {
      for (const late of [30, 80, 150]) {
        await inPage(`${opened} window.going = Promise.all(names(60).map((name, index) => store.write(note(store, index), name, made(index, 60000)))); await new Promise((later) => setTimeout(later, ${late})); return 1;`);
        await page.goto('about:blank');
        await page.goto(address);
        const { wrong, here } = await inPage(`${opened} const wrong = [];
          const sizes = await store.sizes(names(60));
          for (const [index, name] of names(60).entries()) {
            if (!sizes[index]) continue;
            const read = await store.read(name).catch((error) => error.name);
            if (!read || !same(read.bytes, made(index, 60000))) wrong.push(index + ': ' + read);
          }
          return { wrong, here: sizes.filter((size) => size).length };`);
        assert.deepEqual(wrong, [], `${here} were there`);
      }
    });

    test('two pages of one film write in turns', async () => {
      assert.deepEqual(await inPage(`${opened} const other = await open('${FILM}', '${KEY}', kind);
        await Promise.all(names(20).map((name, index) => (index % 2 ? store : other).write(note(store), 'both/' + name, made(index, 30000))));
        const third = await open('${FILM}', '${KEY}', kind);
        const read = await Promise.all(names(20).map(async (name, index) => same((await third.read('both/' + name)).bytes, made(index, 30000))));
        return read.filter((good) => good).length;`), 20);
    });

    test('what was torn or added by others at its end is passed over', { skip: kind !== 'files' }, async () => {
      assert.deepEqual(await inPage(`${opened}
        await store.write(note(store), 'whole', made(4, 4000));
        await store.write(note(store), 'torn', made(5, 4000));
        await new Promise((later) => setTimeout(later, 700));
        const file = await (await (await ${ROOT}).getDirectoryHandle('lightbox-films')).getFileHandle(store.tag);
        const change = async (act) => { const stream = await file.createWritable({ keepExistingData: true }); await act(stream, (await file.getFile()).size); await stream.close(); };
        await change((stream, size) => stream.truncate(size - 10));
        const second = await open('${FILM}', '${KEY}', kind);
        const torn = [same((await second.read('whole')).bytes, made(4, 4000)), await second.read('torn') === undefined];
        await second.write(note(store), 'after', made(6, 4000));
        await new Promise((later) => setTimeout(later, 700));
        await change((stream, size) => stream.write({ type: 'write', position: size, data: made(9, 3000) }));
        const third = await open('${FILM}', '${KEY}', kind);
        await third.write(note(store), 'last', made(7, 4000));
        const fourth = await open('${FILM}', '${KEY}', kind);
        return [...torn, [...(await fourth.sizes(['whole', 'torn', 'after', 'last']))], same((await fourth.read('last')).bytes, made(7, 4000))];`), [true, true, [4029, 0, 4029, 4029], true]);
    });

    test('bytes that were changed do not decrypt', { skip: kind !== 'files' }, async () => {
      const thrown = await inPage(`${opened} await new Promise((later) => setTimeout(later, 700));
        const file = await (await (await ${ROOT}).getDirectoryHandle('lightbox-films')).getFileHandle(store.tag);
        const stream = await file.createWritable({ keepExistingData: true });
        await stream.write({ type: 'write', position: (await file.getFile()).size - 100, data: new Uint8Array(50) });
        await stream.close();
        const again = await open('${FILM}', '${KEY}', kind);
        return again.read('last').then(() => 'read', ({ name }) => name);`);
      assert.equal(thrown, 'OperationError');
    });

    test('a film that gives way to others takes its note with it', async () => {
      assert.deepEqual(await inPage(`${opened} const other = await open('${OTHER}', '${KEY}', kind);
        const notes = () => Object.keys(localStorage).filter((name) => name.startsWith('lightbox.seen/')).map((name) => name.slice(14)).sort();
        await store.write(note(store), 'preview/1/screen', made(1, 100));
        await other.write(note(other), 'preview/1/screen', made(2, 100));
        const both = notes();
        await store.remove(other.tag);
        return [both, notes(), (await open('${FILM}', '${KEY}', kind)).films.map(([tag]) => tag === store.tag)];`), [[FILM, OTHER], [FILM], [true]]);
    });

    test('cleared, nothing is left, and nothing follows', async () => {
      assert.deepEqual(await inPage(`${opened}
        const late = names(20).map((name, index) => store.write(note(store), 'late/' + name, made(index, 300000)).then(() => 'written', ({ name }) => name));
        await store.clear();
        await Promise.all(late);
        const after = await store.write(note(store), 'x', made(1, 10)).then(() => 'written', ({ name }) => name);
        const again = await open('${FILM}', '${KEY}', kind);
        return [after, Object.keys(localStorage).filter((name) => name.startsWith('lightbox.seen/')).length, again.films.length, (await again.sizes(['a', 'x', 'late/study/frame/3'])).reduce((sum, size) => sum + size)];`), ['InvalidStateError', 0, 0, 0]);
    });
  });
}

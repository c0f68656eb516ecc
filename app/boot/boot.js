// Boot: opens the link and paints the key image while the application is still on its way.
//
// Inlined into index.html by `cargo xtask build`, at most 4 KB as served. Runs on Chromium 89: no syntax newer
// than ES2020. What it has fetched stays in window.__lightbox for the application to adopt (platform/boot.rs).
// Text reaches the page through textContent only.
(async () => {
  const find = (id) => document.getElementById("shell-" + id);
  // The gateway is asked before the rest of the page is read.
  const whole = new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  // The words are in index.html, in both languages; one of them is on screen at a time.
  const say = (state) => whole.then(() => (find("words").dataset.say = state));
  const part = (text, pattern) => (text.match(pattern) || [])[1];
  const assets = JSON.parse(document.getElementById("assets").textContent);
  const film = part(location.pathname, /\/f\/([\w-]{22})\/?$/);
  const key = part(location.hash, /^#([\w-]{22})(?:&|$)/);
  const load = async (name, arriving = fetch(assets[name + ".wasm"])) => {
    const module = await import(assets[name + ".js"]);
    await module.default({ module_or_path: arriving });
    return module;
  };
  const asked = +part(location.hash, /&s=(\d{1,4})/) || 0;
  let arriving, seen;
  const note = "lightbox.seen/" + film;
  try {
    // Whether an earlier opening has left a preview here (store.js).
    seen = localStorage[note];
  } catch (_) {
    // Some browsers forbid to ask.
  }
  const boot = (window.__lightbox = { film, key, assets, load, seen, marks: {} });
  const mark = (name) => (boot.marks[name] = performance.now());

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  // HKDF-SHA-256(key, salt = film id, info): the gateway keeps only the hash of the result.
  const prove = async () => {
    const secret = await crypto.subtle.importKey("raw", bytes(key), "HKDF", false, ["deriveBits"]);
    const info = new TextEncoder().encode("lightbox/1/access");
    const how = { name: "HKDF", hash: "SHA-256", salt: bytes(film), info };
    const proof = new Uint8Array(await crypto.subtle.deriveBits(how, secret, 256));
    const swap = { "+": "-", "/": "_", "=": "" };
    return btoa(String.fromCharCode(...proof)).replace(/[+/=]/g, (c) => swap[c]);
  };

  // Manifest and picture come in one answer: each is a round trip.
  const open = async () => {
    boot.access = await prove();
    // Not the stage's own size, nor the window's: to know those, the page would have to be laid out first.
    const fit = (css) => Math.min(css * devicePixelRatio, 1024) | 0;
    const preview = seen ? null : { series: asked, width: fit(screen.width), height: fit(screen.height), webp: true };
    const began = performance.now();
    const answer = await fetch("/api/films/" + film + "/open", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ access: boot.access, recipient: "web", protocol: 1, preview }),
      cache: "no-store",
    });
    // The application when the picture begins to arrive, so that it takes nothing of its line.
    if (answer.ok) begun();
    const retry = +answer.headers.get("Retry-After");
    const body = await answer.arrayBuffer();
    // Unless the line is a very good one, what is stored uncompressed or as JPEG Lossless rather as JPEG-LS.
    boot.small = performance.now() - began > 150 ? "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80, " : "";
    const text = new TextDecoder("latin1").decode(body);
    // A part's length is said right after its type.
    const piece = (type) => {
      const head = new RegExp(type + "\r\n.*: (\\d+)\r\n\r\n").exec(text);
      const from = head && head.index + head[0].length;
      return head && body.slice(from, from + +head[1]);
    };
    boot.opened = { status: answer.status, retry, body: new TextDecoder().decode(piece("json") || body) };
    mark("opened");
    return piece("image/.*");
  };

  // 张三 → 张*, 张小三 → 张**: a phone is read over shoulders.
  const mask = (name) => name.replace(/\^/g, "").replace(/(?!^)./gu, "*");

  // Which series is looked at first, and whose it is.
  const begin = ({ patient: { name }, studies }) => {
    const all = studies.flatMap((study) => study.series.map((series) => ({ study, series })));
    const index = all[asked] ? asked : 0;
    const { study, series } = all[index];
    const greet = async () => {
      await whole;
      find("patient").textContent = mask(name.ideographic || name.alphabetic || "") + " · " + (study.description || series.modality);
      say("fetching");
    };
    return { index, study, series, greet };
  };

  const show = async (index, blob, kept) => {
    await whole;
    reveal();
    const image = find("preview");
    image.src = URL.createObjectURL(blob);
    await image.decode();
    image.hidden = find("badge").hidden = false;
    boot.preview = { series: index, image, blob, kept };
    mark("preview");
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    return true;
  };

  // What an earlier opening has left on this device is on screen before the line has brought anything.
  const recall = async () => {
    const { index, blob } = await (await load("store", 0)).recall(film, key, begin);
    begun();
    return show(index, blob, true);
  };

  const begun = () => {
    if (arriving) return;
    arriving = fetch(assets["app.wasm"]);
    load("store", 0).catch(() => {});
  };

  const preview = async ({ token, manifest }, picture) => {
    const { index, study, series, greet } = begin(manifest);
    greet().then(reveal);
    const copy = arriving.then((answer) => answer.clone());
    load("ahead", 0).then(({ ask }) => ask(token, study, series, copy)).catch(() => {});
    if (picture) await show(index, new Blob([picture]));
  };

  // While the page is laid out and painted, no answer is heard: the picture is asked for first, if that does not take long.
  const root = document.documentElement;
  const reveal = () => (root.hidden = false);
  root.hidden = true;
  setTimeout(reveal, 120);
  root.lang = /^zh/i.test(navigator.language || "zh") ? "zh-CN" : "en";
  if (!window.WebAssembly || !window.IntersectionObserver) return say("unsupported");
  if (!crypto.subtle) return say("insecure");
  // The picture has the network to itself, but not for ever.
  const first = async () => {
    boot.opening = open();
    if (seen && (await recall().catch(() => localStorage.removeItem(note)))) return;
    const picture = await boot.opening;
    if (boot.opened.status === 200) await preview(JSON.parse(boot.opened.body), picture);
  };
  const slow = new Promise((late) => setTimeout(late, 6000));
  if (film && key) await Promise.race([first().catch(() => mark("failed")), slow]);
  const sheet = document.createElement("link");
  boot.styled = new Promise((done) => (sheet.onload = sheet.onerror = done));
  sheet.rel = "stylesheet";
  sheet.href = assets["app.css"];
  document.head.append(sheet);
  mark("import");
  await whole;
  try {
    await load("app", arriving);
  } catch (error) {
    say("failed");
    throw error;
  }
})();

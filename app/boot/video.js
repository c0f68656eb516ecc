// Video: the browser's own player over a viewport's canvas, or words on why it cannot play. Loaded for the first film that
// has a video; the page's program calls it (app/src/platform/video.rs). Runs on Chromium 89. Text reaches the page through
// textContent only.

// How transfer syntaxes 1.2.840.10008.1.2.4.100 to .108 are coded: what people call it, and the type to ask the browser for.
const coding = (uid) => {
  const number = Number(uid.split(".")[7]);
  if (number < 102) return { name: "MPEG-2", type: "" };
  if (number < 107) return { name: "H.264", type: 'video/mp4; codecs="avc1.640029"' };
  return { name: "H.265 (HEVC)", type: `video/mp4; codecs="hvc1.${number === 107 ? "1.6" : "2.4"}.L153.B0"` };
};

const WORDS = {
  zh: {
    label: "视频",
    never: "{0} 视频:浏览器不支持播放这种编码。请向医院索取原始文件,用视频播放软件打开。",
    other: "{0} 视频:此浏览器不支持播放。请换用新版 Chrome、Edge 或 Safari 打开同一链接。",
    broken: "{0} 视频:无法播放。数据可能已损坏,或此浏览器不支持。请换一个浏览器再试。",
  },
  en: {
    label: "Video",
    never: "{0} video: browsers do not play this coding. Ask the hospital for the original file and open it with a video player.",
    other: "{0} video: this browser does not play it. Open the same link in a current Chrome, Edge or Safari.",
    broken: "{0} video: it cannot be played. It may be damaged, or this browser does not support it; try another browser.",
  },
};

const WHOLE = "position:absolute;inset:0;width:100%;height:100%;";

// What stands over each canvas.
const shown = new Map();

const language = () => (document.documentElement.lang.startsWith("zh") ? WORDS.zh : WORDS.en);

const write = ({ element, name, why }) => {
  if (why) element.firstChild.textContent = language()[why].replace("{0}", name);
  else element.setAttribute("aria-label", language().label);
};
new MutationObserver(() => shown.forEach(write)).observe(document.documentElement, { attributeFilter: ["lang"] });

const leave = (canvas) => {
  const { element, url } = shown.get(canvas) || {};
  if (element) element.remove();
  if (url) URL.revokeObjectURL(url);
  shown.delete(canvas);
};

const put = (canvas, entry) => {
  leave(canvas);
  shown.set(canvas, entry);
  write(entry);
  canvas.after(entry.element);
};

const say = (canvas, entry, why) => {
  const element = document.createElement("div");
  element.className = "video-words";
  element.style.cssText = WHOLE + "display:flex;background:#000;color:#f2f5f8";
  const words = element.appendChild(document.createElement("p"));
  words.setAttribute("role", "alert");
  words.style.cssText = "margin:auto;padding:16px;max-width:32em;text-align:center";
  put(canvas, { ...entry, element, why, url: "" });
};

const play = (canvas, entry) => {
  const element = document.createElement("video");
  const url = URL.createObjectURL(new Blob([entry.bytes], { type: "video/mp4" }));
  element.style.cssText = WHOLE + "object-fit:contain;background:#000";
  element.controls = element.playsInline = element.muted = true;
  element.preload = "auto";
  element.onerror = () => say(canvas, entry, "broken");
  // Keys and pointers are the player's; that the viewport becomes the active one is all that the page hears of them.
  element.onkeydown = element.onwheel = (event) => event.stopPropagation();
  element.onpointerdown = () => {
    for (const type of ["pointerdown", "pointercancel"]) canvas.dispatchEvent(new PointerEvent(type, { pointerId: -1 }));
  };
  put(canvas, { ...entry, element, url });
  element.src = url;
};

// As of every module of this build; there is nothing to set up.
export default () => {};

// Whether this browser plays a transfer syntax, as far as it knows itself.
export const plays = (uid) => {
  const { type } = coding(uid);
  return type !== "" && document.createElement("video").canPlayType(type) !== "";
};

// Shows a video, or without bytes why there is none; without a transfer syntax nothing. The same again changes nothing.
export const show = (canvas, uid, bytes) => {
  for (const other of [...shown.keys()]) if (!other.isConnected) leave(other);
  const now = shown.get(canvas);
  if (now && now.uid === uid && now.bytes === bytes) return;
  if (!uid) return leave(canvas);
  const { name, type } = coding(uid);
  if (bytes) play(canvas, { uid, bytes, name });
  else say(canvas, { uid, bytes, name }, type ? "other" : "never");
};

// What the application will ask for first, asked for while it is on its way: the original that is looked at first and what there
// is to know of its series. The answers wait in window.__lightbox for it (app/src/platform/boot.rs). Loaded by the boot script.
// Runs on Chromium 89.

// As of every module of this build; there is nothing to set up.
export default () => {};

// Of the application, as it arrives, so much is here before anything is asked for: a round trip passes while there is still
// something to send.
const MOST = 0.8;

const mostOf = async (arriving, length) => {
  const reader = (await arriving).body.getReader();
  for (let had = 0; had < MOST * length; ) {
    const { done, value } = await reader.read();
    if (done) break;
    had += value.length;
  }
  reader.cancel().catch(() => {});
};

// The body is in memory and not still to be heard of: what there is to do next does not wait until the page has been laid out.
const whole = async (answer) => new Response(await answer.arrayBuffer(), answer);

// `program`: the answer that brings the application, for this alone to read.
export const ask = async (token, study, series, program) => {
  const boot = window.__lightbox;
  await mostOf(program, boot.assets["app.wasm.bytes"]);
  const { instance_uid, frame } = series.key_frame;
  const from = `/dicom-web/studies/${study.uid}/series/${series.uid}`;
  const begin = (path, Accept, signal) => fetch(path, { headers: { Authorization: "Bearer " + token, Accept }, signal });
  // What it has asked for by itself meanwhile is there, and undefined.
  if (!("metadata" in boot)) {
    const path = from + "/metadata?includefield=lightbox";
    const stop = new AbortController();
    const answer = begin(path, "application/dicom+json", stop.signal);
    const text = answer.then((answer) => (answer.ok ? answer.text() : undefined)).catch(() => {});
    boot.metadata = { path, stop, text };
  }
  // A reader who comes back looks at another slice.
  if ("first" in boot || /&i=/.test(location.hash)) return;
  const path = `${from}/instances/${instance_uid}/frames/${frame}`;
  const stop = new AbortController();
  const Accept = boot.small + "application/octet-stream; transfer-syntax=*; q=0.9";
  const answer = begin(path, Accept, stop.signal);
  boot.first = { path, stop, answer: boot.small ? answer : answer.then(whole) };
  boot.first.answer.catch(() => {});
};

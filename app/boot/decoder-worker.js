// A decoder worker: loads the decoder module that its address names and passes messages to it (app/src/protocol.rs).
// A module worker of the same origin: no blob, no eval. The address ends in `#<script>|<module>`.
const [script, module_or_path] = decodeURIComponent(self.location.hash.slice(1)).split("|");
const queue = [];
let decoder = null;

const say = ({ text, samples }) =>
  self.postMessage({ text, buffer: samples && samples.buffer }, samples ? [samples.buffer] : []);
// After a trap the module's memory cannot be trusted: the page starts another worker.
const die = (error) => {
  say({ text: JSON.stringify({ Fatal: { message: String(error) } }) });
  self.close();
};

// Frees a buffer now, not when the garbage collector has seen many of them: as app/src/platform/buffer.rs does.
const release = (buffer) => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [buffer]);
  port1.close();
};

const work = ({ text, bytes }) => {
  try {
    const answer = decoder.handle(text, new Uint8Array(bytes));
    release(bytes);
    say(answer);
    answer.free();
  } catch (error) {
    die(error);
  }
};

// Work may arrive while the module is still compiling.
self.onmessage = (event) => (decoder ? work(event.data) : queue.push(event.data));

const start = async () => {
  const loaded = await import(script);
  await loaded.default({ module_or_path });
  decoder = loaded;
  say(decoder.ready());
  queue.splice(0).forEach(work);
};
start().catch(die);

// A line between a browser and a server on the loopback: so many bits a second for all connections together, each way, and
// a round trip. Chromium's own throttle has one rate for the page and another for each of its workers; nothing gets
// round this one.

import { connect, createServer } from 'node:net';

const PACKET = 1460;
// What is taken from the server ahead of the line.
const AHEAD = 64 * 1024;

export class Line {
  static async start(origin, rates = {}) {
    const line = new Line(origin);
    line.set(rates);
    await new Promise((done) => line.server.listen(0, '127.0.0.1', done));
    line.origin = `http://localhost:${line.server.address().port}`;
    return line;
  }

  constructor(origin) {
    this.sockets = new Set();
    this.down = new Way();
    this.up = new Way();
    const { port } = new URL(origin);
    // Half open: a server that has said everything and hangs up is still being heard at the line's other end.
    this.server = createServer({ allowHalfOpen: true }, (browser) => {
      const server = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
      for (const socket of [browser, server]) {
        this.sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => {});
        socket.on('close', () => this.sockets.delete(socket));
      }
      browser.on('close', () => server.destroy());
      server.on('close', (broken) => broken && browser.destroy());
      this.down.carry(server, browser);
      this.up.carry(browser, server);
    });
  }

  // From now on. Left out: as fast as it goes.
  set({ kbps = Infinity, rtt = 0 }) {
    for (const way of [this.down, this.up]) Object.assign(way, { bytesPerMs: kbps / 8, delay: rtt / 2 });
  }

  // The same address, through here.
  link(link) {
    return link.replace(new URL(link).origin, this.origin);
  }

  // Bytes that have come down, headers included.
  get bytes() {
    return this.down.bytes;
  }

  async end() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

// One direction: packets of all connections in turn.
class Way {
  constructor() {
    this.queues = [];
    this.free = 0;
    this.bytes = 0;
    this.timer = null;
  }

  carry(from, to) {
    const queue = { from, to, pieces: [], waiting: 0, ended: false };
    from.on('data', (data) => {
      queue.pieces.push(data);
      queue.waiting += data.length;
      if (queue.waiting > AHEAD) from.pause();
      if (!this.queues.includes(queue)) this.queues.push(queue);
      this.go();
    });
    from.on('end', () => { queue.ended = true; this.finish(queue); });
  }

  // What is still queued goes first.
  finish(queue) {
    if (queue.ended && queue.waiting === 0) setTimeout(() => queue.to.end(), this.delay);
  }

  go() {
    if (this.timer) return;
    const now = performance.now();
    this.free = Math.max(this.free, now - 2);
    while (this.queues.length > 0 && this.free <= now) {
      const queue = this.queues.shift();
      const packet = take(queue);
      if (queue.to.destroyed) continue;
      this.free += packet.length / this.bytesPerMs;
      this.bytes += packet.length;
      setTimeout(() => queue.to.destroyed || queue.to.write(packet), this.delay);
      if (queue.waiting > 0) this.queues.push(queue);
      else this.finish(queue);
      if (queue.waiting <= AHEAD / 2) queue.from.resume();
    }
    if (this.queues.length > 0) {
      this.timer = setTimeout(() => { this.timer = null; this.go(); }, Math.max(1, this.free - now));
    }
  }
}

function take(queue) {
  const [first] = queue.pieces;
  const packet = first.subarray(0, PACKET);
  if (first.length > PACKET) queue.pieces[0] = first.subarray(PACKET);
  else queue.pieces.shift();
  queue.waiting -= packet.length;
  return packet;
}

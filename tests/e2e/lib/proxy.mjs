// A proxy on the loopback between browser and gateway that does to answers what a bad line does.
//
// A fault is { match, times, ... } with one of
//   status, headers      answers so itself, and asks nobody
//   cut: bytes           sends so many bytes of the body and resets the connection
//   stall: bytes         sends so many bytes and then nothing more
//   lie: bytes           sends so many bytes as a whole body of just that length
// `match` is a pattern for the path; each fault happens `times` times (once), after `after` answers that it matches (none).

import { createServer, request } from 'node:http';

export class Proxy {
  static async start(gateway) {
    const proxy = new Proxy(gateway);
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.origin = `http://localhost:${proxy.server.address().port}`;
    return proxy;
  }

  constructor(gateway) {
    this.gateway = gateway;
    this.faults = [];
    // { path, range, bytes, status } of every answer.
    this.answers = [];
    this.sockets = new Set();
    this.server = createServer((asked, answer) => this.handle(asked, answer));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  // The same link, through here.
  link(link) {
    return link.replace(new URL(link).origin, this.origin);
  }

  fault(fault) {
    const whole = { times: 1, after: 0, happened: 0, ...fault };
    this.faults.push(whole);
    return whole;
  }

  handle(asked, answer) {
    const seen = { path: asked.url, range: asked.headers.range, bytes: 0, status: 0 };
    this.answers.push(seen);
    const fault = this.faults.find((one) => {
      if (one.happened >= one.times || !one.match.test(asked.url)) return false;
      one.after -= 1;
      return one.after < 0;
    });
    if (fault) fault.happened += 1;
    if (fault?.status) {
      seen.status = fault.status;
      answer.writeHead(fault.status, fault.headers);
      answer.end(fault.body);
      asked.resume();
      return;
    }
    const { hostname, port } = new URL(this.gateway.origin);
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: { ...asked.headers, host: `${hostname}:${port}` } });
    asked.pipe(onward);
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    onward.on('response', (got) => {
      seen.status = got.statusCode;
      const limit = fault?.cut ?? fault?.stall ?? fault?.lie ?? Infinity;
      const headers = { ...got.headers };
      if (fault?.lie !== undefined) headers['content-length'] = String(fault.lie);
      answer.writeHead(got.statusCode, headers);
      got.on('data', (data) => {
        const piece = data.subarray(0, Math.max(0, limit - seen.bytes));
        if (piece.length > 0) answer.write(piece);
        seen.bytes += piece.length;
        if (seen.bytes < limit) return;
        if (fault.lie !== undefined) answer.end();
        // Not at once: what a reset finds unread in the browser's socket is lost, and would rightly be asked for again.
        else if (fault.cut !== undefined) setTimeout(() => answer.socket?.resetAndDestroy(), 400);
        got.destroy();
      });
      got.on('end', () => answer.end());
      got.on('error', () => {});
    });
  }

  async end() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

// The measuring itself, the same in Node and in a browser.
//
// Ours and the other decode in turns, in many short rounds, and the fastest round of each counts: what else the machine
// does can only make a round slower. `now` are milliseconds; where there is a clock of the processor's time, that one.

const ROUNDS = 60;
const ROUND_MS = 4;
const WARM_MS = 100;
const LONGEST_MS = 2000;

function time(work, repeat, now) {
  const begun = now();
  for (let i = 0; i < repeat; i += 1) work();
  return (now() - begun) / repeat;
}

// Milliseconds of one run of each work.
export function fastest(works, now) {
  const once = works.map((work) => {
    let took = Infinity;
    for (let spent = 0, runs = 0; spent < WARM_MS || runs < 3;) {
      const one = time(work, 1, now);
      took = Math.min(took, one);
      spent += one;
      runs += 1;
    }
    return took;
  });
  const repeats = once.map((ms) => Math.max(1, Math.round(ROUND_MS / ms)));
  const best = works.map(() => Infinity);
  const begun = now();
  for (let round = 0; round < ROUNDS && (round < 3 || now() - begun < LONGEST_MS); round += 1) {
    works.forEach((work, index) => { best[index] = Math.min(best[index], time(work, repeats[index], now)); });
  }
  return best;
}

// Largest difference of samples, and the mean one; colour of ours has a fourth byte that the other may not have.
export function difference(ours, theirs) {
  const [pixel, other] = ours.length === theirs.length ? [1, 1] : [4, 3];
  if (ours.length / pixel !== theirs.length / other) return { most: Infinity, mean: Infinity };
  let [most, sum] = [0, 0];
  for (let i = 0, j = 0; i < ours.length; i += pixel, j += other) {
    for (let channel = 0; channel < other; channel += 1) {
      const off = Math.abs(ours[i + channel] - theirs[j + channel]);
      most = Math.max(most, off);
      sum += off;
    }
  }
  return { most, mean: sum / theirs.length };
}

// One case: `simd` and `base` are our modules. Throws where the pictures differ.
export function decoders(one, { simd, base, peer, now }) {
  const { coded, description, uid, bits = 0, drawn, tolerance = 0, mean = Infinity } = one;
  const verb = drawn ? 'decodeColour' : 'decode';
  const [picture, plain] = [simd, base].map((module) => module.Picture.described(new Uint32Array(description), uid, bits));
  const { rows, columns, components, bitsAllocated, signed } = picture;
  const shape = { rows, columns, components, bitsAllocated, signed };
  const ours = picture[verb](coded);
  const off = difference(ours, peer(coded, shape));
  if (!(off.most <= tolerance && off.mean <= mean)) {
    throw new Error(`${one.syntax}, ${one.picture}: the pictures differ by up to ${off.most}, on average ${off.mean}`);
  }
  const alike = difference(ours, plain[verb](coded)).most;
  if (alike !== 0) throw new Error(`${one.syntax}, ${one.picture}: with and without SIMD differ by ${alike}`);
  const [us, without, them] = fastest([() => picture[verb](coded), () => plain[verb](coded), () => peer(coded, shape)], now);
  const bytes = rows * columns * components * (bitsAllocated / 8);
  const speed = (ms) => bytes / 1000 / ms;
  return { bytes, simd: speed(us), base: speed(without), peer: speed(them), ratio: them / us };
}

// Mpixel/s of a table, with SIMD and without.
export function lut(kind, { simd, base, now }) {
  const [fast, plain] = [simd, base].map((module) => new module.Lut(kind));
  fast.draw();
  plain.draw();
  const off = difference(fast.drawn, plain.drawn).most;
  if (off !== 0) throw new Error(`LUT ${kind}: with and without SIMD differ by ${off}`);
  const times = fastest([() => fast.draw(), () => plain.draw()], now);
  return times.map((ms) => fast.pixels / 1000 / ms);
}

// Memory that a fresh module takes to decode one frame, coded bytes and samples included, as a multiple of the frame.
export function memory(one, fresh) {
  const picture = fresh.Picture.described(new Uint32Array(one.description), one.uid, one.bits ?? 0);
  const before = fresh.heapBytes();
  const samples = picture.decode(one.coded);
  return (fresh.heapBytes() - before) / samples.byteLength;
}

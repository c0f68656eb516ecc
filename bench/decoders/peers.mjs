// Decoders of others behind one verb: coded bytes → samples in an array of their own, as a viewer needs them. `load` gives
// what a CommonJS file of an npm package exports, `wasm` the bytes beside it, `esm` a module.

const CORNERSTONE = '@cornerstonejs';

// Emscripten's modules of Cornerstone all have the same shape.
async function emscripten({ load, wasm }, path) {
  const factory = await load(`${path}.js`);
  return factory({ wasmBinary: await wasm(`${path}.wasm`), print: () => {}, printErr: () => {} });
}

function viaBuffer(decoder) {
  return (coded, picture) => {
    decoder.getEncodedBuffer(coded.length).set(coded);
    decoder.decode();
    const bytes = decoder.getDecodedBuffer().slice();
    if (picture.bitsAllocated === 8) return bytes;
    return picture.signed ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer);
  };
}

function encode(encoder, picture, samples, set) {
  encoder.getDecodedBuffer({
    width: picture.columns, height: picture.rows, bitsPerSample: samples.BYTES_PER_ELEMENT === 1 ? 8 : picture.bitsStored,
    componentCount: picture.components, isSigned: samples.BYTES_PER_ELEMENT === 2 && picture.signed,
    isUsingColorTransform: false,
  }).set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  set(encoder);
  encoder.encode();
  const coded = new Uint8Array(encoder.getEncodedBuffer());
  encoder.delete();
  return coded;
}

export const PEERS = {
  openjpeg: {
    name: 'OpenJPEG (wasm)',
    open: async (from) => {
      const { J2KDecoder } = await emscripten(from, `${CORNERSTONE}/codec-openjpeg/dist/openjpegwasm_decode`);
      return viaBuffer(new J2KDecoder());
    },
    encoder: async (from) => {
      const { J2KEncoder } = await emscripten(from, `${CORNERSTONE}/codec-openjpeg/dist/openjpegwasm`);
      return (picture, samples) => encode(new J2KEncoder(), picture, samples, (one) => one.setQuality(true, 0));
    },
  },
  openjph: {
    name: 'OpenJPH (wasm, SIMD)',
    open: async (from) => {
      const { HTJ2KDecoder } = await emscripten(from, `${CORNERSTONE}/codec-openjph/dist/openjphjs`);
      return viaBuffer(new HTJ2KDecoder());
    },
    encoder: async (from) => {
      const { HTJ2KEncoder } = await emscripten(from, `${CORNERSTONE}/codec-openjph/dist/openjphjs`);
      return (picture, samples) => encode(new HTJ2KEncoder(), picture, samples, (one) => one.setQuality(true, 0));
    },
  },
  charls: {
    name: 'CharLS (wasm)',
    open: async (from) => {
      const { JpegLSDecoder } = await emscripten(from, `${CORNERSTONE}/codec-charls/dist/charlswasm_decode`);
      return viaBuffer(new JpegLSDecoder());
    },
    encoder: async (from) => {
      const { JpegLSEncoder } = await emscripten(from, `${CORNERSTONE}/codec-charls/dist/charlswasm`);
      return (picture, samples) => encode(new JpegLSEncoder(), picture, samples, (one) => one.setNearLossless(0));
    },
  },
  libjpegTurbo: {
    name: 'libjpeg-turbo (wasm)',
    open: async (from) => {
      const { JPEGDecoder } = await emscripten(from, `${CORNERSTONE}/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm_decode`);
      return viaBuffer(new JPEGDecoder());
    },
    encoder: async (from) => {
      const { JPEGEncoder } = await emscripten(from, `${CORNERSTONE}/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm`);
      return (picture, samples) => encode(new JPEGEncoder(), picture, samples, (one) => { one.setQuality(90); one.setProgressive(false); });
    },
  },
  jpegLossless: {
    name: 'jpeg-lossless-decoder-js',
    open: async ({ load }) => {
      const { Decoder } = await load('jpeg-lossless-decoder-js/release/cjs/lossless.cjs');
      return (coded, picture) => {
        const samples = new Decoder().decompress(coded.buffer, coded.byteOffset, coded.length);
        if (picture.bitsAllocated === 8) return new Uint8Array(samples);
        return picture.signed ? new Int16Array(samples) : new Uint16Array(samples);
      };
    },
  },
  // What Cornerstone decodes 12 bits with; its inverse DCT is another one, so samples differ a little.
  pdfjs: {
    name: 'pdf.js (Cornerstone’s)',
    open: async ({ esm }) => {
      const { default: JpegImage } = await esm(`${CORNERSTONE}/dicom-image-loader/dist/esm/codecs/jpeg.js`);
      return (coded, { columns, rows }) => {
        const image = new JpegImage();
        image.parse(coded);
        image.colorTransform = false;
        return image.getData16(columns, rows);
      };
    },
  },
  cornerstoneRle: {
    name: 'Cornerstone (JavaScript)',
    open: async ({ esm }) => {
      const { default: decode } = await esm(`${CORNERSTONE}/dicom-image-loader/dist/esm/shared/decoders/decodeRLE.js`);
      return (coded, { rows, columns, components, bitsAllocated, signed }) => {
        const frame = {
          rows, columns, samplesPerPixel: components, bitsAllocated, pixelRepresentation: signed ? 1 : 0, planarConfiguration: 0,
        };
        // It is asynchronous in name only: the samples are there when it returns.
        decode(frame, coded);
        return frame.pixelData;
      };
    },
  },
};

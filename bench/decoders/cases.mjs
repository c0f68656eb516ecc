// What is decoded: the first frame of files of the corpus, and what the encoders of others make of it where the corpus has
// no such file. `target`: how many times as fast as the other decoder ours has to be.

const CT = 'conformance/ts/ctimage/ctimage_';
const MG = 'studies/mg-ge-ffdm/GH133.dcm';
const MR = 'conformance/ts-made/jpeg57_mr_u12_sv7.dcm';
const CR = 'studies/cr-chest-wg04/RG1_J2KR.dcm';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const J2K = '1.2.840.10008.1.2.4.90';
const HTJ2K = '1.2.840.10008.1.2.4.201';
const BASELINE = '1.2.840.10008.1.2.4.50';

const group = (syntax, peer, target, pictures) => pictures.map(([picture, file, more]) => ({ syntax, peer, target, picture, file, ...more }));

export const CASES = [
  ...group('JPEG lossless', 'jpegLossless', 3, [
    ['CT 512×512', 'studies/ct-head-phantom-philips/S21570/S2010/I90'],
    ['MR 256×256', MR],
    ['MG 2394×3062', MG],
    ['colour 640×400', 'conformance/ts/testpattern/TestPattern_JPEG-Lossless_RGB.dcm'],
  ]),
  ...group('JPEG-LS', 'charls', 1.2, [
    ['CT 512×512', 'conformance/ts/fragments/CT1_UNC.not_fragmented_no_bot_jpeg_ls.80.dcm'],
    ['MR 256×256', MR, { encoder: 'charls', uid: JPEG_LS }],
    ['MG 2394×3062', MG, { encoder: 'charls', uid: JPEG_LS }],
    ['US 800×600 RGB', 'studies/us-echo-philips-rgb/cine30.dcm'],
  ]),
  ...group('JPEG-LS near-lossless', 'charls', 1.2, [['CT 512×512', 'conformance/ts/pylibjpeg/CT1_JLSN.dcm']]),
  ...group('JPEG 2000', 'openjpeg', 2, [
    ['CT 512×512', 'studies/ct-head-tilt-ge/28.dcm'],
    ['MR 256×256', MR, { encoder: 'openjpeg', uid: J2K }],
    ['CR 1841×1955', CR],
    ['US 640×480 RGB', 'conformance/ts/pydicom/examples_jpeg2k.dcm'],
  ]),
  ...group('JPEG 2000 lossy', 'openjpeg', 2, [
    ['MR 1024×1024', 'conformance/ts/pydicom-data/MR2_J2KI.dcm', { tolerance: 1 }],
  ]),
  ...group('HTJ2K', 'openjph', 1.2, [
    ['CT 512×512', 'studies/ct-head-tilt-ge/28.dcm', { encoder: 'openjph', uid: HTJ2K }],
    ['MR 256×256', 'conformance/ts-made/htj2k201_mr_u12.dcm'],
    ['MG 2394×3062', MG, { encoder: 'openjph', uid: HTJ2K }],
    ['US 640×480 RGB', 'conformance/ts/pydicom-data/HTJ2KLossless_08_RGB.dcm'],
  ]),
  // The other decoder converts colours; so ours has to draw.
  ...group('JPEG baseline', 'libjpegTurbo', 1, [
    ['CT 512×512', `${CT}JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm`],
    ['MG 2394×3062', MG, { encoder: 'libjpegTurbo', uid: BASELINE, bits: 8 }],
    ['US 576×456 4:2:2, drawn', 'studies/us-echo-acuson-65f/DIRW0007.dcm', { drawn: true, tolerance: 3 }],
    ['photograph 600×600, drawn', 'conformance/ts/fo-dicom/jpeg_with_icon.dcm', { drawn: true, tolerance: 3 }],
  ]),
  ...group('JPEG extended, 12 bits', 'pdfjs', 1, [
    ['CT 512×512', `${CT}JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm`, { tolerance: 4095, mean: 20 }],
    ['CR 1760×2140', 'conformance/ts/pylibjpeg/RG2_JPLY_fixed.dcm', { tolerance: 4095, mean: 20 }],
  ]),
  ...group('JPEG progressive, 12 bits', 'pdfjs', 1, [
    ['CT 512×512', `${CT}JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm`, { tolerance: 4095, mean: 20 }],
  ]),
  ...group('RLE', 'cornerstoneRle', 1, [
    ['CT 512×512', 'conformance/ts/fo-dicom/ct1_rle_frags.dcm'],
    ['MR 256×256', 'conformance/ts-made/rle_mr.dcm'],
    ['US 321×256 RGB', 'conformance/ts-made/rle_cine_rgb.dcm'],
  ]),
];

// Stored values → RGBA; Mpixel/s that are to be reached in Chromium with SIMD, and without.
export const LUTS = [
  ['16 bits', 400, 150], ['16 bits with a sign', 400, 150], ['16 bits, padding', 400, 150], ['16 bits, sigmoid'],
  ['8 bits', 400, 150], ['RGB'], ['YBR_FULL'],
];

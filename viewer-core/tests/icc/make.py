"""Writes the profiles beside this file, and what Little CMS makes of colours under them (Pillow: ImageCms).

Profiles are made from a few numbers: primaries, white D50 after adaptation, a curve. Run: python3 make.py
"""
import struct
from pathlib import Path
import numpy as np
from PIL import Image, ImageCms

HERE = Path(__file__).parent
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
D50 = np.array([0.9642, 1.0, 0.8249])


def xyz(x, y):
    return np.array([x / y, 1.0, (1 - x - y) / y])


def colorants(primaries, white):
    columns = np.stack([xyz(*p) for p in primaries], axis=1)
    white = xyz(*white)
    to_xyz = columns * np.linalg.solve(columns, white)
    scale = np.diag((BRADFORD @ D50) / (BRADFORD @ white))
    return np.linalg.inv(BRADFORD) @ scale @ BRADFORD @ to_xyz


def fixed(value):
    return struct.pack('>i', round(value * 65536))


def gamma(value):
    return b'curv\0\0\0\0' + struct.pack('>IH', 1, round(value * 256)) + b'\0\0'


def linear():
    return b'curv\0\0\0\0' + struct.pack('>I', 0)


def table(values):
    body = b''.join(struct.pack('>H', round(v * 65535)) for v in values)
    return b'curv\0\0\0\0' + struct.pack('>I', len(values)) + body + b'\0' * (-len(body) % 4)


def srgb_curve():
    return b'para\0\0\0\0' + struct.pack('>HH', 3, 0) + b''.join(map(fixed, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]))


def profile(primaries, white, curve, version):
    point = lambda v: b'XYZ \0\0\0\0' + b''.join(map(fixed, v))
    if version == 4:
        text = lambda s: b'mluc\0\0\0\0' + struct.pack('>II', 1, 12) + b'enUS' + struct.pack('>II', 2 * len(s), 28) + s.encode('utf-16-be')
    else:
        text = lambda s: b'text\0\0\0\0' + s.encode() + b'\0'
    description = text('test') if version == 4 else b'desc\0\0\0\0' + struct.pack('>I', 5) + b'test\0' + b'\0' * 78
    tags = [(b'desc', description), (b'cprt', text('CC0')), (b'wtpt', point(D50)), *(
        (name + b'XYZ', point(column)) for name, column in zip((b'r', b'g', b'b'), colorants(primaries, white).T)
    ), *((name + b'TRC', curve) for name in (b'r', b'g', b'b'))]
    offset = 128 + 4 + 12 * len(tags)
    index, body = b'', b''
    for name, value in tags:
        index += name + struct.pack('>II', offset + len(body), len(value))
        body += value + b'\0' * (-len(value) % 4)
    rest = struct.pack('>I', len(tags)) + index + body
    head = struct.pack('>I4sI4s4s4s', 128 + len(rest), b'\0' * 4, version << 24, b'scnr', b'RGB ', b'XYZ ')
    head += struct.pack('>6H', 2024, 1, 1, 0, 0, 0) + b'acsp' + b'\0' * 24 + struct.pack('>I', 0) + b''.join(map(fixed, D50))
    return head.ljust(128, b'\0') + rest


D65, REC709 = (0.3127, 0.3290), [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)]
CURVED = [(i / 255) ** 1.6 * 0.9 + (i / 255) * 0.1 for i in range(256)]
PROFILES = {
    'srgb': profile(REC709, D65, srgb_curve(), 4),
    'adobe': profile([(0.64, 0.33), (0.21, 0.71), (0.15, 0.06)], D65, gamma(563 / 256), 2),
    'p3': profile([(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)], D65, srgb_curve(), 4),
    'rec709_gamma18': profile(REC709, D65, gamma(1.8), 2),
    'scanner_table': profile([(0.62, 0.34), (0.29, 0.60), (0.15, 0.08)], (0.3457, 0.3585), table(CURVED), 2),
    'linear': profile(REC709, D65, linear(), 2),
}

if __name__ == '__main__':
    steps = [0, 1, 5, 20, 40, 77, 128, 180, 222, 254, 255]
    colours = np.array([(r, g, b) for r in steps for g in steps for b in steps], 'u1')
    for name, data in PROFILES.items():
        (HERE / f'{name}.icc').write_bytes(data)
        source = ImageCms.ImageCmsProfile(str(HERE / f'{name}.icc'))
        image = Image.fromarray(colours.reshape(1, -1, 3))
        flags = ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.HIGHRESPRECALC
        out = ImageCms.profileToProfile(image, source, ImageCms.createProfile('sRGB'), ImageCms.Intent.PERCEPTUAL, flags=flags)
        out = np.asarray(out).reshape(-1, 3)
        print(name, len(data), 'largest change', abs(out.astype(int) - colours).max())
        (HERE / f'{name}.rgb').write_bytes(np.concatenate([colours, out], axis=1).tobytes())

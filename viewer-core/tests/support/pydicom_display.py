#!/usr/bin/env python3
"""Greys that pydicom's apply_modality_lut and apply_voi_lut give pixels of the corpus: writes pydicom_display.tsv.

    python3 viewer-core/tests/support/pydicom_display.py CORPUS > viewer-core/tests/support/pydicom_display.tsv

Needs pydicom 3 and numpy. Of every uncompressed grey picture with a window or a VOI LUT the first frame, at twelve pixels spread over
its values, of four pictures a folder: column, row, and the grey from 0 to 255 before it is rounded."""

import collections
import csv
import pathlib
import sys

import numpy
import pydicom
from pydicom.pixels import apply_modality_lut, apply_voi_lut

NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"}
POINTS = 12
# Pictures of one folder are mostly alike.
OF_A_FOLDER = 4


def of_first_frame(dataset):
    """The data set with what functional groups say of its first frame (PS3.3 C.7.6.16) at the top."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for name in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
            item = (dataset.get(groups) or [pydicom.Dataset()])[0].get(name)
            if item:
                dataset.update(item[0])
    return dataset


def output_range(dataset):
    """Least and largest value that pydicom maps to."""
    if "VOILUTSequence" in dataset:
        return 0, 2 ** dataset.VOILUTSequence[0].LUTDescriptor[2] - 1
    if "ModalityLUTSequence" in dataset:
        return 0, 2 ** dataset.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    bits = dataset.BitsStored
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dataset.PixelRepresentation else (0, 2**bits - 1)
    if "RescaleSlope" in dataset:
        slope, intercept = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
        least, most = least * slope + intercept, most * slope + intercept
    return least, most


def greys(dataset):
    frame = dataset.pixel_array
    frame = frame[0] if frame.ndim == 3 else frame
    shown = apply_voi_lut(apply_modality_lut(frame, dataset), dataset).astype(float)
    least, most = output_range(dataset)
    grey = (shown - least) / (most - least) * 255
    shape = dataset.get("PresentationLUTShape") or ("INVERSE" if dataset.PhotometricInterpretation == "MONOCHROME1" else "")
    inverse = shape == "INVERSE"
    return frame, 255 - grey if inverse else grey


def main(corpus):
    folders = collections.Counter()
    rows = csv.DictReader(open(corpus / "MANIFEST.tsv", encoding="utf-8"), delimiter="\t")
    for row in rows:
        small = int(row["bytes"]) < 1 << 20
        if row["expect"] != "ok" or row["transfer_syntax_uid"] not in NATIVE or not row["frame1_sha256"] or not small:
            continue
        if row["photometric"] not in ("MONOCHROME1", "MONOCHROME2"):
            continue
        dataset = of_first_frame(pydicom.dcmread(corpus / row["path"]))
        if "PixelData" not in dataset or not ("WindowCenter" in dataset or "VOILUTSequence" in dataset):
            continue
        try:
            frame, grey = greys(dataset)
        except Exception as error:
            print(f"{row['path']}: {error}", file=sys.stderr)
            continue
        order = numpy.argsort(frame, axis=None, kind="stable")
        at = order[numpy.linspace(0, order.size - 1, POINTS).astype(int)]
        points = (f"{p % frame.shape[1]},{p // frame.shape[1]},{grey.flat[p]:.3f}" for p in at)
        folder = pathlib.PurePosixPath(row["path"]).parent
        folders[folder] += 1
        if folders[folder] <= OF_A_FOLDER or folder.name == "display":
            print(row["path"], *points, sep="\t")


main(pathlib.Path(sys.argv[1]))

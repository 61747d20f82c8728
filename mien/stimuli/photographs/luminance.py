"""Luminance and contrast made alike over a set, inside the cut-outs, as the SHINE toolbox does.

Source: Willenbockel et al. (2010), Behavior Research Methods 42(3), 671-684, doi 10.3758/BRM.42.3.671. Pictures are
matched whole, before they are cut out: what a picture's own curve does to its inside it does to the rest, too, so that
morphs between matched pictures have matched ends.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.ndimage import uniform_filter

from mien.errors import InputError

_LEVELS = 256
_INSIDE = 0.5  # a pixel that a soft edge shows by half counts
_AROUND = (3, 5, 9, 17, 33)  # sides of the squares whose means order pixels of one value, in turn


class Matched(NamedTuple):
    """A set whose luminance is matched."""

    pictures: np.ndarray  #: (n, rows, columns) float32, 0 to 255
    clipped: np.ndarray  #: (n,): the share of each picture's inside that black or white cut short, 0 to 1


def match_mean_sd(pictures: np.ndarray, masks: np.ndarray, names: Sequence[str]) -> Matched:
    """Give all pictures the set's mean mean and mean standard deviation (SHINE's `lumMatch`).

    Values beyond black and white are cut short, which moves mean and sd a little; how many is told.

    Args:
        pictures: (n, rows, columns), grey, 0 to 255.
        masks: of the cut-outs, alike.
        names: n, for messages.

    Raises:
        InputError: a picture has one value all over its mask, or no mask.
    """
    insides = _insides(pictures, masks, names)
    means, sds = np.array([[values.mean(), values.std()] for values in insides]).T
    matched, clipped = np.empty(pictures.shape, np.float32), np.empty(len(pictures))
    for k, (picture, values) in enumerate(zip(pictures, insides, strict=True)):
        gain = sds.mean() / sds[k]
        shift = means.mean() - gain * means[k]
        new = gain * values + shift
        clipped[k] = ((new < 0) | (new > _LEVELS - 1)).mean()
        matched[k] = np.clip(gain * picture.astype(float) + shift, 0, _LEVELS - 1)
    return Matched(matched, clipped)


def match_histogram(pictures: np.ndarray, masks: np.ndarray, names: Sequence[str]) -> Matched:
    """Give all pictures the set's mean histogram exactly (SHINE's `histMatch`).

    A picture's pixels are put into one order: by value, those of one value by the means of ever larger squares, and
    what is still tied from the top left on. Then the darkest get the histogram's darkest level, and so on (exact
    histogram specification: Coltuc, Bolon & Chassery 2006, IEEE Transactions on Image Processing 15(5), 1143-1152).
    Pixels outside the mask follow the curve that leads from the old values inside to the new ones. Nothing is clipped.

    Arguments and errors as in `match_mean_sd`.
    """
    insides = _insides(pictures, masks, names)
    histograms = [
        np.bincount(np.clip(np.rint(v), 0, _LEVELS - 1).astype(int), minlength=_LEVELS) / len(v) for v in insides
    ]
    target = np.cumsum(np.mean(histograms, 0))
    target /= target[-1]
    matched = np.empty(pictures.shape, np.float32)
    for k, (picture, mask) in enumerate(zip(pictures.astype(float), masks, strict=True)):
        inside = mask >= _INSIDE
        means = [uniform_filter(picture, side)[inside] for side in reversed(_AROUND)]
        order = np.lexsort([*means, picture[inside]])
        ends = np.rint(target * len(order)).astype(int)  # of each level, in the order of pixels
        levels = np.repeat(np.arange(_LEVELS), np.diff(ends, prepend=0))
        old = picture[inside][order]
        matched[k] = np.interp(picture, old, levels)
        new = np.empty(len(order), np.float32)
        new[order] = levels
        matched[k][inside] = new
    return Matched(matched, np.zeros(len(pictures)))


MATCHING = {"mean_sd": match_mean_sd, "histogram": match_histogram}


def _insides(pictures: np.ndarray, masks: np.ndarray, names: Sequence[str]) -> list[np.ndarray]:
    """Each picture's values inside its mask, float64."""
    insides = []
    for picture, mask, name in zip(pictures, masks, names, strict=True):
        values = picture[mask >= _INSIDE].astype(float)
        if not len(values) or values.min() == values.max():
            what = f"has the one value {values[0]:g} all over its cut-out" if len(values) else "has an empty cut-out"
            raise InputError(f"{name}: {what}, so its contrast cannot be matched. Leave it out")
        insides.append(values)
    return insides

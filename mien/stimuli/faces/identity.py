"""Who a face is: the draw of a person's measures. Everything that differs between two identities is here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from mien.draws import generator

_LIMIT = 2.0  # no measure lies further than this many standard deviations from its mean
TONES = 14  # the skin's tone varies over so many patches across and down


def _measure(mean: float, sd: float) -> np.ndarray:
    return field(metadata={"normal": (mean, sd)})


@dataclass(frozen=True)
class Identities:
    """n identities, one row an image: measures (n,), float32, normally distributed, and `tones` (n, 14, 14).

    Lengths are face units of about 9.5 mm (`canvas`). Means are set by eye after adult faces; spreads are
    wide enough to tell identities apart.
    """

    width: np.ndarray = _measure(7.0, 0.55)  # half-width at the cheekbones
    chin: np.ndarray = _measure(8.3, 0.60)  # from the middle of the face down to the chin
    jaw: np.ndarray = _measure(0.78, 0.18)  # how much the jaw tapers
    chin_width: np.ndarray = _measure(1.5, 0.2)
    chin_depth: np.ndarray = _measure(0.75, 0.2)
    cheek: np.ndarray = _measure(0.55, 0.25)  # how far the cheekbone stands out
    muzzle: np.ndarray = _measure(0.75, 0.15)  # how far the mouth stands out
    eye_x: np.ndarray = _measure(3.15, 0.22)
    eye_y: np.ndarray = _measure(3.3, 0.20)
    eye_width: np.ndarray = _measure(1.52, 0.13)  # half-width
    eye_height: np.ndarray = _measure(0.60, 0.08)
    eye_slant: np.ndarray = _measure(0.10, 0.10)
    eye_depth: np.ndarray = _measure(1.05, 0.27)  # depth of the socket
    iris: np.ndarray = _measure(0.15, 0.06)  # albedo
    lid: np.ndarray = _measure(0.42, 0.08)  # from the lid's edge up to its crease
    brow_y: np.ndarray = _measure(5.25, 0.27)
    brow_start: np.ndarray = _measure(1.2, 0.18)
    brow_length: np.ndarray = _measure(4.1, 0.38)
    brow_thickness: np.ndarray = _measure(0.36, 0.11)
    brow_arch: np.ndarray = _measure(0.30, 0.16)
    brow_dark: np.ndarray = _measure(0.72, 0.12)
    nose_width: np.ndarray = _measure(1.62, 0.24)  # half-width of the wings
    nose_y: np.ndarray = _measure(-0.95, 0.36)  # where nose meets lip
    nose_height: np.ndarray = _measure(2.1, 0.35)
    bridge: np.ndarray = _measure(0.62, 0.09)  # half-width of the ridge
    mouth_y: np.ndarray = _measure(-3.45, 0.26)
    mouth_width: np.ndarray = _measure(2.5, 0.30)  # half-width
    upper_lip: np.ndarray = _measure(0.58, 0.14)
    lower_lip: np.ndarray = _measure(0.76, 0.15)
    lip_dark: np.ndarray = _measure(0.32, 0.10)
    skin: np.ndarray = _measure(0.48, 0.09)  # albedo
    tones: np.ndarray = field(default=None)

    def __len__(self) -> int:
        return len(self.skin)

    def __getitem__(self, rows) -> "Identities":
        """Those in these rows; `[:, None, None]` shapes every measure (n, 1, 1), to go with fields of pixels."""
        return Identities(*(getattr(self, name.name)[rows] for name in fields(self)))


def draw_identities(keys: Sequence[tuple]) -> Identities:
    """One person for each key, row by row; the same key gives the same person, whatever the other keys are."""
    normal = [name.metadata["normal"] for name in fields(Identities) if name.metadata]
    mean, sd = np.array(normal).T
    measures, tones = np.empty((len(keys), len(mean))), np.empty((len(keys), TONES, TONES))
    for row, key in enumerate(keys):
        draw = generator(*key, "person")
        measures[row] = mean + sd * np.clip(draw.standard_normal(len(mean)), -_LIMIT, _LIMIT)
        tones[row] = draw.standard_normal((TONES, TONES))
    return Identities(*measures.T.astype(np.float32), tones.astype(np.float32))

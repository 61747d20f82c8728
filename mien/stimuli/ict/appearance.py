"""What a face looks like apart from its shape: skin, brows, lips and eyes, painted on the template."""

from dataclasses import dataclass, field, fields

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mien.draws import generator
from mien.stimuli.curves import polygon_distance, smooth_curve

#: The rectangle of the template that is painted: left, right, bottom, top.
EXTENT = (-8.0, 8.0, -10.5, 10.0)
PER_UNIT = 25  # grid points to a unit
_ROWS, _COLUMNS = round((EXTENT[3] - EXTENT[2]) * PER_UNIT), round((EXTENT[1] - EXTENT[0]) * PER_UNIT)
_MOTTLING = ((9, 0.025), (24, 0.0175), (64, 0.015), (220, 0.0175))  # patches across, relative contrast


def _uniform(low: float, high: float) -> float:
    return field(metadata={"uniform": (low, high)})


@dataclass(frozen=True)
class Look:
    """Measures of one person, uniformly distributed; albedos are shares of light, lengths the model's units. By eye."""

    skin: float = _uniform(0.36, 0.62)  # albedo
    lip: float = _uniform(0.60, 0.80)  # albedo, relative to the skin's
    iris: float = _uniform(0.03, 0.16)  # albedo
    sclera: float = _uniform(0.62, 0.74)  # albedo
    brow_dark: float = _uniform(0.60, 0.93)
    brow_thickness: float = _uniform(0.26, 0.46)
    brow_height: float = _uniform(-0.85, -0.40)  # from the model's landmarks
    brow_arch: float = _uniform(-0.15, 0.30)
    brow_start: float = _uniform(-0.25, 0.25)  # towards the side
    cheek: float = _uniform(-0.02, 0.09)  # darkening by blood
    eye_shadow: float = _uniform(0.0, 0.16)  # darkening below the eyes
    eyeliner: float = _uniform(0.55, 0.95)  # darkness of lashes and of the lids' margins
    gloss: float = _uniform(0.03, 0.10)
    beard: float = _uniform(-0.25, 0.14)  # shaved; none where negative
    moles: float = _uniform(0, 14)  # how many


def draw_look(key: tuple) -> Look:
    """The look of the person whom `key` names."""
    low, high = np.array([measure.metadata["uniform"] for measure in fields(Look)]).T
    return Look(*generator(*key, "look").uniform(low, high).tolist())


def paint(look: Look, key: tuple, landmarks: np.ndarray, mouth: Tensor) -> Tensor:
    """Albedo, (rows, columns) float32, of a person's skin, brows and lips over `EXTENT`, from its lower left corner.

    Args:
        key: names the person, and so the skin's pattern.
        landmarks: (68, 2), on the template.
        mouth: of `lips`; the painting is done on its device.
    """
    device = mouth.device
    x, y = (torch.from_numpy(axis).to(device) for axis in _axes())
    x, y = x[None, :], y[:, None]
    draw = generator(*key, "skin")
    albedo = 1 + _mottling(draw, device)

    def patch(across: float, up: float, width: float, height: float) -> Tensor:
        """A soft spot on either side."""
        return _bell((x.abs() - across) / width) * _bell((y - up) / height)

    albedo -= look.cheek * (patch(4.2, -0.2, 1.5, 1.3) + 0.9 * patch(0, 0.2, 1.0, 0.9))
    albedo -= look.eye_shadow * patch(3.0, 2.5, 1.5, 0.45) + 0.04 * patch(3.1, 4.5, 1.4, 0.45)
    if look.beard > 0:
        above_lip = smooth(-2.2, -1.0, y) * smooth(1.5, 3.0, x.abs())
        albedo -= look.beard * smooth(1.2, -1.5, y) * (1 - patch(0, -3.3, 3.0, 1.2)) * (1 - 0.8 * above_lip)
    for _ in range(int(look.moles)):
        across, up = draw.uniform((-5, -6), (5, 7))
        radius, darkness = draw.uniform((0.04, 0.05), (0.09, 0.25))
        albedo -= darkness * _bell((x - across) / radius) * _bell((y - up) / radius)
    albedo *= 1 - (1 - look.lip) * mouth
    albedo *= 1 - look.brow_dark * (_brows(look, landmarks, device) * _hair(draw, device)).clamp(0, 1)
    return look.skin * albedo


def smooth(start: float, end: float, values: Tensor) -> Tensor:
    """0 up to `start`, 1 from `end` on, and a smooth cubic between; `end` may be the smaller one."""
    share = ((values - start) / (end - start)).clamp(0, 1)
    return share * share * (3 - 2 * share)


def lips(landmarks: np.ndarray) -> Tensor:
    """The lips' share, (rows, columns) float32, of the painted rectangle."""
    x, y = _axes()
    curve = smooth_curve(landmarks[48:60])
    low, high = curve.min(0) - 0.2, curve.max(0) + 0.2
    columns, rows = np.flatnonzero((x > low[0]) & (x < high[0])), np.flatnonzero((y > low[1]) & (y < high[1]))
    grid = np.stack(np.meshgrid(x[columns], y[rows]), 2)
    inside = np.full((_ROWS, _COLUMNS), -1.0, np.float32)
    inside[np.ix_(rows, columns)] = polygon_distance(grid.reshape(-1, 2), curve).reshape(grid.shape[:2])
    return smooth(-0.10, 0.16, torch.from_numpy(inside))


def _axes() -> tuple[np.ndarray, np.ndarray]:
    """Middles of the grid's columns and rows."""
    left, _, bottom, _ = EXTENT
    return tuple(
        (start + (np.arange(count) + 0.5) / PER_UNIT).astype(np.float32)
        for start, count in ((left, _COLUMNS), (bottom, _ROWS))
    )


def _bell(values: Tensor) -> Tensor:
    return torch.exp(-0.5 * values * values)


def _mottling(draw: np.random.Generator, device: torch.device) -> Tensor:
    """Uneven colour of the skin: smooth noise on ever finer grids."""
    total = torch.zeros(1, 1, _ROWS, _COLUMNS, device=device)
    for across, contrast in _MOTTLING:
        patches = torch.from_numpy(draw.standard_normal((1, 1, round(across * _ROWS / _COLUMNS), across), np.float32))
        total += contrast * functional.interpolate(
            patches.to(device), (_ROWS, _COLUMNS), mode="bicubic", align_corners=False
        )
    return total[0, 0]


def _hair(draw: np.random.Generator, device: torch.device) -> Tensor:
    """Unevenness of the brows' hair, about 0.9."""
    noise = torch.from_numpy(draw.standard_normal((1, 1, _ROWS, _COLUMNS), np.float32)).to(device)
    return 0.9 + 0.22 * functional.avg_pool2d(noise, (1, 3), 1, (0, 1))[0, 0]


def _brows(look: Look, landmarks: np.ndarray, device: torch.device) -> Tensor:
    """Coverage by the brows: bands about a curve over x, thick in the middle and tapering to the side."""
    points = landmarks[22:27].astype(float)
    points[:, 1] += look.brow_height
    points[2:4, 1] += look.brow_arch * np.array([1, 0.8])
    points[:2] += [[look.brow_start, -0.34], [0, -0.1]]  # a face at rest does not look worried
    points[4] += [0.15, -0.1]
    curve = smooth_curve(points, 24, closed=False)
    x, y = _axes()
    side = np.abs(x)
    height = np.interp(side, curve[:, 0], curve[:, 1])
    slope = np.interp(side, curve[:, 0], np.gradient(curve[:, 1], curve[:, 0]))
    share = (side - curve[0, 0]) / (curve[-1, 0] - curve[0, 0])  # of the way along a brow
    height, slope, share, y = (torch.from_numpy(v.astype(np.float32)).to(device) for v in (height, slope, share, y))
    bulge = 0.75 + 0.45 * torch.sin(torch.pi * (share.clamp(0, 1) * 1.1 + 0.12).clamp(0, 1))
    thickness = look.brow_thickness * bulge * (1 - 0.55 * smooth(0.45, 1, share)) * torch.sqrt(1 + slope * slope)
    ends = smooth(-0.06, 0.1, share) * smooth(1.05, 0.8, share)
    return smooth(1.35, 0.35, (y[:, None] - height).abs() / thickness) * ends

"""Things that hold something. Each function draws an exemplar's shape; `solids` says what the axes are."""

import numpy as np

from mien.stimuli.objects.solids import (
    Solids,
    ball,
    cylinder,
    dome,
    frustum,
    joined,
    lathe,
    leant,
    mirrored,
    moved,
    ring,
    rolled,
    smooth,
    stretched,
    toned,
    tube,
)


def _handle(radius: float, low: float, high: float, reach: float, thickness: float) -> Solids:
    """A bent handle to the viewer's right of a body of this radius, between two heights."""
    x = radius + reach * np.array([-0.25, 0.45, 1.0, 1.0, 0.45, -0.25])
    y = np.array([low, low, low + 0.25 * (high - low), high - 0.25 * (high - low), high, high])
    return tube(smooth(np.stack([x, y, 0 * x], 1), 3), thickness)


def mug(draw: np.random.Generator) -> Solids:
    """A mug: an open, slightly conical body and a handle."""
    height, foot = draw.uniform(1.7, 2.6), draw.uniform(0.75, 1.05)
    body = lathe([(0, foot), (height, 1)], wall=0.1, floor=0.15)
    low, high = draw.uniform(0.15, 0.3) * height, draw.uniform(0.75, 0.9) * height
    return body + _handle(1, low, high, draw.uniform(0.55, 0.8), draw.uniform(0.1, 0.16))


def bottle(draw: np.random.Generator) -> Solids:
    """A bottle with a shoulder, a neck, a cap and a label."""
    neck, shoulder, long = draw.uniform(0.22, 0.36), draw.uniform(2.2, 3.2), draw.uniform(0.7, 1.4)
    width = draw.uniform(0.75, 1.1)
    end = shoulder + draw.uniform(0.5, 1.1)
    body = smooth([(0, 0.92 * width), (0.15, width), (shoulder, width), (end, neck + 0.05), (end + long, neck)], 3)
    cap = moved(cylinder(neck * 1.25, draw.uniform(0.3, 0.5)), y=end + long - 0.1)
    label = moved(cylinder(width * 1.02, shoulder * 0.45), y=shoulder * 0.3)
    return lathe(body) + toned(cap, 1) + toned(label, 2)


def wine_glass(draw: np.random.Generator) -> Solids:
    """A wine glass: foot, stem and an open cup."""
    stem, deep, widest = draw.uniform(1.3, 2.1), draw.uniform(1.3, 2.0), draw.uniform(0.8, 1.05)
    rim = widest * draw.uniform(0.75, 1.05)
    foot = lathe([(0, 0.85), (0.08, 0.8), (0.22, 0.14)])
    cup = smooth([(stem, 0.12), (stem + 0.25 * deep, 0.75 * widest), (stem + 0.55 * deep, widest), (stem + deep, rim)])
    return foot + cylinder(0.12, stem) + lathe(cup, wall=0.07, floor=stem + 0.15)


def bowl(draw: np.random.Generator) -> Solids:
    """An open bowl on a small foot."""
    height = draw.uniform(0.75, 1.3)
    outline = smooth([(0.12, 0.5), (0.3 * height, 0.95), (0.65 * height, 1.3), (height, draw.uniform(1.38, 1.55))])
    return cylinder(0.5, 0.13) + lathe(outline, wall=0.09, floor=0.2)


def vase(draw: np.random.Generator) -> Solids:
    """A vase with a belly, a narrow neck and a flared lip."""
    height, belly, neck = draw.uniform(2.6, 3.6), draw.uniform(0.95, 1.35), draw.uniform(0.35, 0.6)
    rise = draw.uniform(0.3, 0.5)
    outline = [(0, 0.5), (rise * height, belly), (0.78 * height, neck), (height, neck + draw.uniform(0.25, 0.5))]
    return lathe(smooth(outline, 5), wall=0.08, floor=0.2)


def teapot(draw: np.random.Generator) -> Solids:
    """A teapot: round body, lid with a knob, spout and handle."""
    width, height = draw.uniform(1.0, 1.25), draw.uniform(0.75, 1.0)
    body = moved(ball(width, height, width), y=height)
    lid = moved(dome(0.5 * width, 0.3), y=1.78 * height) + moved(ball(0.16), y=1.78 * height + 0.4)
    lip = draw.uniform(1.6, 2.1) * height
    x = -width * np.array([0.7, 1.2, 1.4, 1.8])
    y = [0.6 * height, 0.8 * height, 1.35 * height, lip]
    spout = tube(smooth(np.stack([x, y, 0 * x], 1)), np.linspace(0.3, 0.13, 13))
    return body + spout + toned(lid, 1) + _handle(width, 0.55 * height, 1.5 * height, draw.uniform(0.5, 0.75), 0.12)


def saucepan(draw: np.random.Generator) -> Solids:
    """A saucepan with a straight handle."""
    height, long = draw.uniform(0.8, 1.3), draw.uniform(1.6, 2.4)
    pan = lathe([(0, 0.95), (0.08, 1), (height, 1), (height + 0.06, 1.07)], wall=0.08, floor=0.1)
    grip = tube([(0.95, 0.8 * height, 0), (1.3, 0.85 * height, 0), (1 + long, height + draw.uniform(0, 0.3), 0)], 0.12)
    return pan + toned(grip, 1)


def bucket(draw: np.random.Generator) -> Solids:
    """A conical bucket with its bail up or folded over."""
    height, foot = draw.uniform(1.7, 2.2), draw.uniform(0.62, 0.8)
    body = lathe([(0, foot), (height - 0.15, 0.98), (height, 1.06)], wall=0.08, floor=0.1)
    angles = np.linspace(0, np.pi, 12)
    bail = tube(np.stack([1.02 * np.cos(angles), draw.uniform(1.0, 1.3) * np.sin(angles), 0 * angles], 1), 0.06)
    return body + toned(moved(leant(bail, draw.uniform(-35, 35)), y=height - 0.1), 1)


def barrel(draw: np.random.Generator) -> Solids:
    """A barrel of staves with four hoops."""
    height, end = draw.uniform(2.3, 3.0), draw.uniform(0.75, 0.88)
    outline = smooth([(0, end), (height / 2, 1), (height, end)], 4)
    hoops = joined(
        moved(cylinder(np.interp(at * height, *outline.T) + 0.035, 0.16), y=at * height - 0.08)
        for at in (0.12, 0.3, 0.7, 0.88)
    )
    return lathe(outline, wall=0.1, floor=height - 0.12) + toned(hoops, 1)


def watering_can(draw: np.random.Generator) -> Solids:
    """A watering can with a long spout, a rose and a handle."""
    height, long = draw.uniform(1.5, 2.0), draw.uniform(1.9, 2.4)
    body = lathe([(0, 0.95), (height, 0.85)], wall=0.08, floor=0.2)
    spout = tube([(-0.8, 0.35, 0), (-long, height + 0.25, 0)], [0.2, 0.11])
    rose = moved(rolled(frustum(0.1, 0.38, 0.35), 50), -long, height + 0.2)
    return body + spout + toned(rose, 1) + _handle(0.9, 0.2 * height, 0.92 * height, draw.uniform(0.6, 0.9), 0.1)


def basket(draw: np.random.Generator) -> Solids:
    """An oval basket with an arched handle."""
    height, long = draw.uniform(0.8, 1.1), draw.uniform(1.3, 1.6)
    rim = moved(leant(ring(1.04, 0.09), 90), y=height)
    body = lathe([(0, 0.75), (height, 1)], wall=0.1, floor=0.15) + rim
    angles = np.linspace(0, np.pi, 13)
    arch = tube(np.stack([1.02 * np.cos(angles), draw.uniform(1.1, 1.5) * np.sin(angles), 0 * angles], 1), 0.11)
    return stretched(body + toned(moved(arch, y=height), 1), x=long)


def candle(draw: np.random.Generator) -> Solids:
    """A burning candle on a saucer with a finger loop."""
    height, thick = draw.uniform(2.0, 3.2), draw.uniform(0.32, 0.45)
    holder = lathe([(0, 1.1), (0.12, 1.15), (0.3, 1.2)], wall=0.12, floor=0.1) + cylinder(thick + 0.15, 0.5)
    loop = moved(ring(0.28, 0.08, 12), x=1.4, y=0.25)
    flame = moved(lathe(smooth([(0, 0.08), (0.22, 0.2), (0.65, 0.015)])), y=height + 0.16)
    return toned(holder + loop, 1) + cylinder(thick, height) + cylinder(0.04, height + 0.2) + toned(flame, 2)


def trophy(draw: np.random.Generator) -> Solids:
    """A cup with two handles on a base."""
    stem, deep = draw.uniform(0.9, 1.3), draw.uniform(1.5, 2.0)
    base = toned(cylinder(0.8, 0.45), 1) + lathe(smooth([(0.45, 0.6), (0.7, 0.2), (stem, 0.16)]))
    cup = smooth([(stem, 0.16), (stem + 0.3 * deep, 0.7), (stem + deep, draw.uniform(0.95, 1.15))])
    grip = _handle(0.75, stem + 0.3 * deep, stem + 0.85 * deep, 0.7, 0.1)
    return base + lathe(cup, wall=0.08, floor=stem + 0.1) + mirrored(grip)

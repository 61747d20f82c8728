"""Buildings, plants and vehicles. Each function draws an exemplar's shape; `solids` says what the axes are."""

import numpy as np

from mien.stimuli.objects.solids import (
    Solids,
    around,
    ball,
    box,
    cylinder,
    dome,
    frustum,
    hollowed,
    joined,
    lathe,
    leant,
    mirrored,
    moved,
    prism,
    rolled,
    smooth,
    stretched,
    toned,
    tube,
    yawed,
)


def house(draw: np.random.Generator) -> Solids:
    """A house with a pitched roof, a chimney and a door."""
    width, depth = draw.uniform(2.4, 3.4), draw.uniform(1.8, 2.4)
    walls, roof = draw.uniform(1.2, 1.7), draw.uniform(0.9, 1.4)
    gable = moved(prism([(-width / 2 - 0.2, 0), (width / 2 + 0.2, 0), (0, roof)], depth + 0.3), y=walls)
    chimney = moved(box(0.35, 0.8 * roof, 0.35), -0.25 * width, walls + 0.35 * roof, -0.2 * depth)
    door = moved(box(0.55, 0.7 * walls, 0.1), 0.25 * width, z=depth / 2)
    return box(width, walls, depth) + toned(gable, 1) + chimney + toned(door, 2)


def conifer(draw: np.random.Generator) -> Solids:
    """A tree of stacked cones."""
    layers, wide, each = int(draw.integers(2, 5)), draw.uniform(1.1, 1.6), draw.uniform(1.1, 1.5)
    crown = joined(
        moved(frustum(wide * (1 - k / (layers + 0.8)), 0, each), y=0.7 + 0.62 * k * each) for k in range(layers)
    )
    return toned(cylinder(draw.uniform(0.18, 0.28), 0.9), 1) + crown


def broadleaf(draw: np.random.Generator) -> Solids:
    """A tree with a round crown of leaves in clumps."""
    height, thick = draw.uniform(1.6, 2.3), draw.uniform(0.18, 0.28)
    trunk = toned(frustum(1.3 * thick, thick, height + 0.5), 1)
    wide = draw.uniform(1.1, 1.5)
    crown = moved(ball(wide, 1.0, wide), y=height + 0.95)
    for k in range(24):  # leaves in clumps, evenly over the crown: heights and angles of a Fibonacci lattice
        rise, angle = 1 - (2 * k + 1) / 24, 2.4 * k
        out = wide * np.sqrt(1 - rise**2)
        clump = ball(draw.uniform(0.3, 0.48))
        crown += moved(clump, out * np.cos(angle), height + 0.95 + rise, out * np.sin(angle))
    return trunk + crown


def mushroom(draw: np.random.Generator) -> Solids:
    """A mushroom with a domed cap."""
    height, wide, high = draw.uniform(1.1, 1.8), draw.uniform(1.1, 1.6), draw.uniform(0.65, 1.1)
    stem = lathe(smooth([(0, 0.5), (0.3, 0.42), (height, draw.uniform(0.28, 0.4))]))
    cap = moved(hollowed(dome(wide, high), ball(0.93 * wide, 0.22, 0.93 * wide)), y=height)
    return stem + toned(cap, 1)


def cactus(draw: np.random.Generator) -> Solids:
    """A ribbed cactus with two arms, in a pot."""
    height, thick = draw.uniform(2.6, 3.4), draw.uniform(0.38, 0.5)
    trunk = cylinder(thick, height) + moved(ball(thick), y=height)
    ribs = around(moved(cylinder(0.09, height), thick - 0.02), 9)
    arms: Solids = []
    for side in (-1, 1):
        start, reach, rise = draw.uniform(0.3, 0.55) * height, thick + draw.uniform(0.6, 0.9), draw.uniform(0.6, 1.1)
        path = [(0, start, 0), (0.75 * reach, start, 0), (reach, start + 0.25, 0), (reach, start + 0.3 + rise, 0)]
        arm = tube(smooth(path, 3), 0.62 * thick) + moved(ball(0.62 * thick), reach, start + 0.3 + rise)
        arms += stretched(arm, x=side)
    pot = moved(lathe([(0, 0.7), (0.75, 0.95), (0.76, 1.05), (1, 1.05)]), y=-0.95)
    return trunk + ribs + arms + toned(pot, 1)


def bridge(draw: np.random.Generator) -> Solids:
    """A bridge of one to three arches with parapets."""
    arches, deep, height = int(draw.integers(1, 4)), draw.uniform(0.7, 1.1), draw.uniform(1.0, 1.4)
    each = 4.2 / arches
    radius = 0.39 * each
    blocks: Solids = []
    for k in range(arches):
        arch = stretched(moved(leant(cylinder(radius, 9), 90), z=-4.5), y=min(1.0, 0.85 * height / radius))
        blocks += moved(hollowed(box(each, height, deep), arch), (k - (arches - 1) / 2) * each)
    wall = moved(box(4.4, 0.3, 0.14), y=height, z=deep / 2)
    road = moved(box(4.4, 0.12, deep + 0.2), y=height - 0.06)
    return blocks + toned(wall + stretched(wall, z=-1) + road, 1)


def lighthouse(draw: np.random.Generator) -> Solids:
    """A banded lighthouse with a gallery and a lantern."""
    height, foot = draw.uniform(3.2, 4.2), draw.uniform(0.8, 1.0)
    bands = int(draw.integers(3, 6))
    profile = zip(np.linspace(0, height, bands + 1), foot * np.linspace(1, 0.58, bands + 1), strict=True)
    tower = joined(toned([band], k % 2) for k, band in enumerate(lathe(list(profile))))
    gallery = moved(cylinder(0.75 * foot, 0.14), y=height)
    lantern, roof = cylinder(0.36 * foot, 0.7), moved(frustum(0.52 * foot, 0, 0.5), y=0.7)
    rock = cylinder(1.3 * foot, 0.25)
    return tower + gallery + moved(toned(lantern, 2) + toned(roof, 1), y=height) + toned(rock, 2)


def windmill(draw: np.random.Generator) -> Solids:
    """A windmill with four sails."""
    height, foot, long = draw.uniform(2.4, 3.0), draw.uniform(0.8, 1.1), draw.uniform(1.5, 1.9)
    tower = frustum(foot, 0.6 * foot, height) + toned(moved(dome(0.66 * foot, 0.6), y=height), 1)
    sail = moved(box(0.07, long, 0.07)) + moved(box(0.42, 0.75 * long, 0.04), 0.22, 0.25 * long)
    start = draw.uniform(0, 90)
    sails = joined(rolled(sail, start + 90 * k) for k in range(4))
    hub = moved(leant(cylinder(0.12, 0.9), 90), z=-0.7) + moved(sails, z=0.1)
    return tower + toned(moved(hub, y=height + 0.1, z=foot + 0.1), 2)


def sailboat(draw: np.random.Generator) -> Solids:
    """A sailing boat with a mainsail and a jib."""
    long, mast, deep = draw.uniform(1.5, 1.9), draw.uniform(2.8, 3.6), draw.uniform(0.45, 0.65)
    deck = [(-0.8, -0.4), (0, -0.55), (0.6, -0.4), (1.1, 0), (0.6, 0.4), (0, 0.55), (-0.8, 0.4)]
    hull = stretched(leant(prism(deck, deep, 1.35), -90), x=long / 1.4)
    spar = moved(cylinder(0.06, mast), 0.1)
    main = prism([(-0.85 * long, 0.3), (0.02, 0.3), (0.02, 0.95 * mast)], 0.06)
    jib = prism([(0.2, 0.3), (0.9 * long, 0.15), (0.2, draw.uniform(0.6, 0.85) * mast)], 0.06)
    sails = moved(yawed(main, draw.uniform(0, 12)), 0.1) + jib
    return hull + toned(spar, 2) + toned(sails, 1)


def aeroplane(draw: np.random.Generator) -> Solids:
    """An aeroplane with swept wings, a tail and two engines."""
    long, span, thick = draw.uniform(2.0, 2.5), draw.uniform(1.8, 2.4), draw.uniform(0.28, 0.36)
    outline = [(-1, 0.08), (-0.4, thick), (0.6, thick), (0.9, 0.7 * thick), (1, 0.05)]
    body = leant(stretched(lathe(smooth(outline, 3)), y=long), 90)
    sweep = draw.uniform(0.2, 0.9)
    wing = prism([(0, -0.45), (span, -0.2 - sweep), (span, 0.15 - sweep), (0, 0.5)], 0.1)
    tail = prism([(0, -0.3), (0.75, -0.4), (0.75, -0.15), (0, 0.2)], 0.08)
    wings = moved(leant(mirrored(wing), 90), z=0.1) + moved(leant(mirrored(tail), 90), z=-0.85 * long)
    fin = moved(yawed(prism([(-0.3, 0), (0.35, 0), (-0.1, 0.95), (-0.4, 0.95)], 0.08), -90), y=0.1, z=-0.85 * long)
    engine = moved(leant(cylinder(0.17, 0.7), 90), 0.5 * span, -0.15, -0.1)
    return body + toned(wings + fin, 1) + toned(mirrored(engine), 2)


def truck(draw: np.random.Generator) -> Solids:
    """A truck with a cab and a box body, seen from the side."""
    load, high, cab = draw.uniform(2.2, 3.2), draw.uniform(1.3, 1.8), draw.uniform(0.9, 1.2)
    cargo = moved(box(load, high, 1.3), -load / 2, 0.5)
    front = prism([(0.1, 0.4), (1.15, 0.4), (1.15, 0.4 + 0.5 * cab), (0.85, 0.4 + cab), (0.1, 0.4 + cab)], 1.2)
    window = prism([(0.35, 0.45 + 0.5 * cab), (1.0, 0.45 + 0.5 * cab), (0.78, 0.35 + cab), (0.35, 0.35 + cab)], 1.24)
    bed = moved(box(load + 1.1, 0.2, 1.1), (1.1 - load) / 2, 0.32)
    tyre = moved(leant(cylinder(0.38, 1.34), 90), y=0.38, z=-0.67)
    wheels = joined(moved(tyre, x) for x in (0.65, -0.75 * load, -0.75 * load + 0.85))
    return cargo + toned(front, 1) + toned(window + wheels, 2) + bed


def rocket(draw: np.random.Generator) -> Solids:
    """A rocket with three or four fins."""
    height, nose, fins = draw.uniform(2.2, 3.2), draw.uniform(0.9, 1.4), int(draw.integers(3, 5))
    body = lathe(smooth([(0, 0.5), (0.4 * height, 0.62), (height, 0.5)], 3))
    point = moved(lathe(smooth([(0, 0.5), (0.5 * nose, 0.34), (nose, 0.02)], 3)), y=height)
    fin = prism([(0.4, 0.1), (1.2, -0.5), (1.2, 0.1), (0.4, draw.uniform(0.9, 1.4))], 0.1)
    nozzle = moved(frustum(0.45, 0.3, 0.35), y=-0.32)
    return body + toned(point + around(fin, fins), 1) + toned(nozzle, 2)


def wheelbarrow(draw: np.random.Generator) -> Solids:
    """A wheelbarrow."""
    long, deep = draw.uniform(1.2, 1.5), draw.uniform(0.8, 1.1)
    bottom = [(-0.45 * long, -0.5), (0.45 * long, -0.5), (0.5 * long, 0.5), (-0.5 * long, 0.5)]
    body = moved(leant(prism(bottom, deep, 1.4), -90), y=deep / 2)
    tray = moved(hollowed(body, moved(stretched(body, 0.9, 1, 0.85), y=0.12)), y=0.7)
    pole = tube([(1.3 * long, 0.5, 0.15), (0, 0.7, 0.35), (-1.5 * long, 1.0, 0.55)], 0.1)
    leg = tube([(-0.45 * long, 0.8, 0.4), (-0.6 * long, 0, 0.45)], 0.1)
    wheel = moved(leant(cylinder(0.52, 0.26), 90), 1.25 * long, 0.5, -0.13)
    return tray + toned(pole + leg + stretched(pole + leg, z=-1), 1) + toned(wheel, 2)


def pyramid(draw: np.random.Generator) -> Solids:
    """A stepped pyramid."""
    steps, high = int(draw.integers(3, 6)), draw.uniform(0.35, 0.5)
    sides = 2 - 2 * np.arange(steps) / (steps + 0.4)
    return joined(moved(box(side, high, side), y=k * high) for k, side in enumerate(sides))

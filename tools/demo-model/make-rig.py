#!/usr/bin/env python3
"""Writes src/drivers/rig.json: the 72-point head as data, from ellipses, curves and everyday proportions of a face.

Centimetres; x right in the picture, y up, z toward the viewer; the origin lies between the eyes. rig.py says how the
numbers are used.
"""
import json
from pathlib import Path

import numpy as np

RIG = Path(__file__).resolve().parents[2] / "src/drivers/rig.json"

CONTOUR_LEFT, CHIN, CONTOUR_RIGHT = range(0, 8), 8, range(9, 17)  # both sides from the temple down
BROW_LEFT, BROW_RIGHT = range(17, 22), range(26, 21, -1)  # outer end to inner end
BRIDGE, NOSE_BASE = range(27, 31), range(31, 36)
EYE_LEFT, EYE_RIGHT = range(36, 44), range(44, 52)  # clockwise from the left corner, upper lid first
# The mouth from the left corner over the top; the inner rim likewise.
UPPER_OUTER, LOWER_OUTER = (52, 54, 53, 62, 58, 59, 57), (65, 66, 71, 69, 68)
UPPER_INNER, LOWER_INNER = (55, 56, 63, 61, 60), (64, 70, 67)
MOUTH = range(52, 72)

MOUTH_Y, MOUTH_HALF = -6.8, 2.6


def surface(x, y):
    """Depth of the front of the head: half an ellipsoid."""
    return -8 + 8.2 * np.sqrt(np.maximum(1 - (x / 8) ** 2 - ((y + 1.5) / 13.5) ** 2, 0.02))


def neutral():
    p = np.zeros((72, 3))
    down = np.radians(np.arange(9) * 90 / 8)
    half = np.stack([7.3 * np.cos(down) ** 0.72, 0.3 - 12.0 * np.sin(down) ** 1.12, -7 + 6.4 * np.sin(down) ** 2], 1)
    p[:9] = half * [-1, 1, 1]
    p[9:17] = half[:8]
    p[CHIN, 0] = 0
    for side, points in ((-1, BROW_LEFT), (1, BROW_RIGHT)):
        x = np.linspace(5.3, 1.6, 5)
        p[list(points), 0] = side * x
        p[list(points), 1] = [1.75, 2.5, 2.75, 2.65, 2.25]
    p[list(BRIDGE), 1] = [0.4, -0.8, -2.0, -3.3]
    p[list(NOSE_BASE), 0] = [-1.65, -0.85, 0, 0.85, 1.65]
    p[list(NOSE_BASE), 1] = [-4.0, -4.4, -4.6, -4.4, -4.0]
    around = np.radians(np.arange(8) * 45)
    eye = np.stack([-1.65 * np.cos(around), np.where(np.sin(around) > 0, 0.85, 0.62) * np.sin(around)], 1)
    p[list(EYE_LEFT), :2] = eye + [-3.05, 0]
    p[list(EYE_RIGHT), :2] = eye + [3.05, 0]

    def lip(points, xs, corner, middle):
        for k, x in zip(points, xs):
            p[k, 0] = MOUTH_HALF * x
            p[k, 1] = MOUTH_Y + corner + (middle - corner) * (1 - x * x)

    lip(UPPER_OUTER, (-1, -0.62, -0.26, 0, 0.26, 0.62, 1), 0, 0.8)
    p[62, 1] -= 0.16  # Cupid's bow
    lip(LOWER_OUTER, (0.64, 0.33, 0, -0.33, -0.64), 0, -1.0)
    lip(UPPER_INNER, (-0.9, -0.4, 0, 0.4, 0.9), 0, 0.06)
    lip(LOWER_INNER, (0.4, 0, -0.4), 0, -0.06)
    inside = slice(17, 72)
    p[inside, 2] = surface(p[inside, 0], p[inside, 1])
    p[list(BRIDGE), 2] += [0.5, 1.0, 1.7, 2.6]
    p[list(NOSE_BASE), 2] += [0.3, 1.0, 1.4, 1.0, 0.3]
    p[list(MOUTH), 2] += 0.5
    return p


class Modes:
    """Named displacement fields over the neutral points."""

    def __init__(self, points):
        self.p = points
        self.modes = {}

    def add(self, name, points, offset):
        """`offset(point)` -> displacement at weight 1."""
        mode = self.modes.setdefault(name, np.zeros((72, 3)))
        for k in points:
            mode[k] += offset(self.p[k])


def identity_modes(p):
    m, every = Modes(p), range(72)
    low = lambda q: np.clip((-1 - q[1]) / 11, 0, 1)  # 0 at the eyes, 1 at the chin
    m.add("faceWidth", every, lambda q: [0.1 * q[0], 0, 0])
    m.add("faceHeight", every, lambda q: [0, 0.09 * q[1], 0])
    m.add("jawWidth", range(17), lambda q: [0.16 * q[0] * low(q) * (1 - 0.5 * low(q)), 0, 0])
    m.add("chinLength", range(17), lambda q: [0, -1.0 * low(q) ** 2, 0.3 * low(q) ** 2])
    for eye in (EYE_LEFT, EYE_RIGHT):
        center = p[list(eye)].mean(0)
        side = np.sign(center[0])
        m.add("eyeSize", eye, lambda q: [0.14 * (q[0] - center[0]), 0.18 * (q[1] - center[1]), 0])
        m.add("eyeTilt", eye, lambda q: [0, 0.1 * side * (q[0] - center[0]), 0])
        m.add("eyeSpacing", eye, lambda q: [0.28 * side, 0, -0.05])
    brows = range(17, 27)
    m.add("browHeight", brows, lambda q: [0, 0.45, 0])
    m.add("browTilt", brows, lambda q: [0, 0.16 * (abs(q[0]) - 3.4), 0])
    m.add("noseWidth", NOSE_BASE, lambda q: [0.22 * q[0], 0, 0])
    m.add("noseLength", range(28, 36), lambda q: [0, 0.11 * q[1], 0])
    m.add("noseDepth", range(28, 36), lambda q: [0, 0, 0.7 * max(q[2] - surface(q[0], q[1]), 0) / 2.6])
    m.add("mouthWidth", MOUTH, lambda q: [0.16 * q[0], 0, 0])
    m.add("mouthHeight", MOUTH, lambda q: [0, 0.35, 0])
    m.add("lipFullness", UPPER_OUTER + LOWER_OUTER, lambda q: [0, 0.32 * (q[1] - MOUTH_Y), 0])
    return m.modes


def expression_modes(p):
    m = Modes(p)
    drop = 2.3  # how far the lower lip goes at a full opening
    m.add("jawOpen", LOWER_OUTER + LOWER_INNER, lambda q: [-0.04 * q[0], -drop * (1 - 0.5 * (q[0] / MOUTH_HALF) ** 2), -0.3])
    m.add("jawOpen", (52, 57, 55, 60), lambda q: [-0.07 * q[0], -0.22 * drop, -0.1])
    m.add("jawOpen", range(17), lambda q: [0, -0.85 * drop * np.clip((-3.5 - q[1]) / 7, 0, 1), -0.2])
    m.add("smile", MOUTH, lambda q: [0.24 * q[0], 0.75 * abs(q[0] / MOUTH_HALF) ** 1.5 - 0.12, -0.35 * abs(q[0] / MOUTH_HALF)])
    m.add("smile", (41, 42, 43, 49, 50, 51), lambda q: [0, 0.12, 0])
    m.add("smile", (31, 35), lambda q: [0.12 * q[0], 0.08, 0])
    m.add("pucker", MOUTH, lambda q: [-0.38 * q[0], 0.12 * (q[1] - MOUTH_Y), 0.6])
    m.add("browRaise", range(17, 27), lambda q: [0, 0.8, 0])
    m.add("browFrown", range(17, 27), lambda q: [-0.3 * np.sign(q[0]) * (abs(q[0]) < 3), -0.75 + 0.16 * abs(q[0]), 0])
    for name, eye in (("blinkLeft", EYE_LEFT), ("blinkRight", EYE_RIGHT)):
        m.add(name, eye, lambda q: [0, 0.96 * (-0.34 + 0.04 * (abs(q[0]) - 3.05) ** 2 - q[1]) * (1 - ((abs(q[0]) - 3.05) / 1.65) ** 4), 0])
    return m.modes


def sparse(mode):
    """Numbers of the moved points and their displacements, one after another."""
    moved = np.flatnonzero(np.abs(mode).max(1) >= 0.0005)
    return {"points": moved.tolist(), "offsets": rounded(mode[moved])}


def rounded(values):
    return [round(float(v), 3) + 0.0 for v in np.ravel(values)]


def main():
    p = neutral()
    rig = {
        "points": rounded(p),
        "pivot": [0, -1.5, -8],
        "identity": {name: sparse(mode) for name, mode in identity_modes(p).items()},
        "expression": {name: sparse(mode) for name, mode in expression_modes(p).items()},
        "headPose": {"anchor": 30, "x": [0.2568, 0.2549], "y": [-0.2551, -0.2435], "scale": 1 / 38.66},
    }
    RIG.parent.mkdir(exist_ok=True)
    RIG.write_text(json.dumps(rig, separators=(",", ":")) + "\n")
    print(RIG, RIG.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

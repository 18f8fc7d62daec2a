"""Landmark drawings by OpenCV, with the topology and colours that the TypeScript states."""
import json
import re
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DIVISORS = (16, 8, 4)

# Poly-lines and colours are data that the TypeScript states; what OpenCV makes of them is what this script is for.
SOURCE = (ROOT / "src/model/landmarks.ts").read_text()
COLORS = [
    tuple(int(v) for v in color)
    for color in re.findall(r"\[(\d+), (\d+), (\d+)\]", (ROOT / "src/kernels/landmark-colors.ts").read_text())
]


def topology():
    """Three lists of (part number, poly-lines) out of the TypeScript, whose literals are JSON but for comments and keys."""
    text = SOURCE[SOURCE.index("] = [", SOURCE.index("TOPOLOGY")) + 4 :]
    text = text[: text.index("\n];") + 2]
    text = re.sub(r"//.*", "", text)
    text = re.sub(r"(\w+):", r'"\1":', text)
    text = re.sub(r",(\s*[\]}])", r"\1", text)
    return [[(i + 1, lines) for i, lines in enumerate(level.values())] for level in json.loads(text)]


TOPOLOGY = topology()


def draw(landmarks, n, level):
    """(72, 2) points in [-1, 1] -> (n, n) part numbers."""
    scaled = (np.asarray(landmarks, np.float32) + np.float32(1)) / np.float32(2) * np.float32(n - 1)
    pixels = scaled.astype(np.int64)
    picture = np.zeros((n, n), np.uint8)
    for part, lines in TOPOLOGY[level]:
        for line in lines:
            points = [tuple(int(v) for v in pixels[i]) for i in line]
            if len(points) == 1:
                cv2.circle(picture, points[0], 1, part, -1, cv2.LINE_4)
            for a, b in zip(points, points[1:]):
                cv2.line(picture, a, b, part, 1, cv2.LINE_4)
    return picture


def landmark_map(landmarks, n, level):
    """(72, 2) points -> (3, n, n) float32 map as the network reads it."""
    colors = np.asarray(COLORS, np.float32)[draw(landmarks, n, level)]
    return (np.float32(2) * colors / np.float32(255) - np.float32(1)).transpose(2, 0, 1).copy()

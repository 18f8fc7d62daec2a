#!/usr/bin/env python3
"""OpenCV's landmark drawings of random faces -> tests/golden/landmarks.safetensors. Needs python3-opencv.

`landmarks` holds the point sets (72 x 2); `<n>/<level>/<set>` the drawings as part numbers in drawing order, from 1.
"""
from pathlib import Path

import numpy as np

from golden_file import save
from landmarks import DIVISORS, draw

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
SPREADS = [0.4, 0.8, 1.2, 2.5, 6, 40]

rng = np.random.default_rng(7)
sets = np.stack([rng.uniform(-spread, spread, (72, 2)) for spread in SPREADS]).astype(np.float32)
tensors = {"landmarks": sets}
for size in (64, 200, 512):
    for level, divisor in enumerate(DIVISORS):
        for i, points in enumerate(sets):
            n = size // divisor
            tensors[f"{n}/{level}/{i}"] = draw(points, n, level)
save(GOLDEN / "landmarks.safetensors", tensors, [])

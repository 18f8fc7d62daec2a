#!/usr/bin/env python3
"""Pillow's BILINEAR resize of small random pictures -> tests/golden/resize.safetensors. Needs python3-pil."""
from pathlib import Path

import numpy as np
from PIL import Image

from golden_file import save

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
SIZES = [((40, 30), (16, 16)), ((7, 9), (16, 32)), ((33, 17), (32, 32)), ((64, 64), (48, 16)), ((1, 5), (16, 16)), ((100, 3), (16, 16))]

rng = np.random.default_rng(5)
tensors = {}
for i, ((in_w, in_h), size) in enumerate(SIZES):
    # Half of them black and white, where rounding and clamping show.
    picture = rng.integers(0, 256, (in_h, in_w, 3)) if i % 2 else rng.integers(0, 2, (in_h, in_w, 3)) * 255
    picture = picture.astype(np.uint8)
    tensors[f"{i}/src"] = picture
    tensors[f"{i}/out"] = np.asarray(Image.fromarray(picture).resize(size, Image.BILINEAR))
save(GOLDEN / "resize.safetensors", tensors, [])

#!/usr/bin/env python3
"""PyTorch's answers for a whole small network -> tests/golden/network.safetensors. Needs python3-torch, python3-opencv.

The network is the one of tests/model/small-network.ts with weights `synthetic:3`; its shapes come from
tests/golden/network-shapes.json, which tests/model/configuration.test.ts writes.
"""
import json
from pathlib import Path

import numpy as np
import torch

from golden_file import save
from landmarks import DIVISORS, landmark_map
from rho_torch import reenact, synthetic

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
SEED = 3
CASES = [{"size": 64, "motionSize": 64}, {"size": 80, "motionSize": 32}]

shapes = json.loads((GOLDEN / "network-shapes.json").read_text())
states = {network: synthetic(SEED, keys) for network, keys in shapes.items()}
rng = np.random.default_rng(11)


def face(motion_size):
    points = rng.uniform(-0.9, 0.9, (72, 2)).astype(np.float32)
    pose = rng.uniform(-1, 1, 6).astype(np.float32)
    maps = [torch.from_numpy(landmark_map(points, motion_size // d, i))[None] for i, d in enumerate(DIVISORS)]
    return points, pose, (maps, torch.from_numpy(pose)[None])


tensors = {}
for case in CASES:
    size, motion_size = case["size"], case["motionSize"]
    coarse = rng.integers(0, 256, (size // 8, size // 8, 3)).astype(np.uint8)
    picture = coarse.repeat(8, 0).repeat(8, 1)
    image = torch.from_numpy((2 * picture.astype(np.float32) / np.float32(255) - 1).transpose(2, 0, 1).copy())[None]
    (points, pose, source), (driving_points, driving_pose, driving) = face(motion_size), face(motion_size)
    with torch.no_grad():
        result = reenact(states, image, source, driving)
    inputs = {
        "picture": picture,
        "source_landmarks": points,
        "source_head_pose": pose,
        "driving_landmarks": driving_points,
        "driving_head_pose": driving_pose,
    }
    for name, value in {**inputs, **{k: v.numpy() for k, v in result.items()}}.items():
        tensors[f"{size}/{name}"] = value
    for who, (maps, _) in (("source", source), ("driving", driving)):
        for i, drawn in enumerate(maps):
            tensors[f"{size}/{who}_map_{i}"] = drawn[0].numpy()
save(GOLDEN / "network.safetensors", tensors, {"seed": SEED, "cases": CASES})

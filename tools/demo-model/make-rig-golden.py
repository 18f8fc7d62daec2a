#!/usr/bin/env python3
"""Writes tests/golden/rig.json: what rig.py makes of a few parameters, for the tests of src/drivers/rig.ts."""
import json
from pathlib import Path

import numpy as np

import rig
from person import random_expression, random_person, random_pose

GOLDEN = Path(__file__).resolve().parents[2] / "tests/golden/rig.json"


def rounded(values, digits=7):
    return [round(float(v), digits) for v in np.ravel(values)]


def case(identity, expression, pose):
    landmarks = pose.project(rig.head(identity, expression))
    return {
        "identity": identity,
        "expression": expression,
        "pose": {"rotation": rounded(pose.rotation), "shift": rounded(pose.shift), "scale": pose.scale},
        "landmarks": rounded(landmarks),
        "headPose": rounded(rig.head_pose(landmarks, pose)),
    }


def rounded_weights(weights):
    return {name: round(weight, 4) for name, weight in weights.items()}


def main():
    rng = np.random.default_rng(11)
    cases = [case({}, {}, rig.Pose())]
    for _ in range(3):
        shape, expression, pose = rounded_weights(random_person(rng).shape), rounded_weights(random_expression(rng)), random_pose(rng)
        pose = rig.Pose(np.round(pose.rotation, 4), np.round(pose.shift, 4), round(pose.scale, 5))
        cases.append(case(shape, expression, pose))
    GOLDEN.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()

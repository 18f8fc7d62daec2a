#!/usr/bin/env python3
"""Paints people for make-mediapipe.mjs into out/mediapipe: PERSON-PICTURE.png and truth.json with landmarks and head poses."""
import json
import sys
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/demo-model"))
from pool import paint_chunk  # noqa: E402

PEOPLE, FRAMES, SIZE, SEED = 4, 6, 512, [900, 7]


def rounded(values):
    return [round(float(value), 4) for value in values]


def main():
    folder = ROOT / "out/mediapipe"
    folder.mkdir(parents=True, exist_ok=True)
    chunk = paint_chunk(SEED, PEOPLE, FRAMES, SIZE)
    truth = {}
    for person in range(PEOPLE):
        for frame in range(FRAMES):
            name = f"{person}-{frame}.png"
            cv2.imwrite(str(folder / name), chunk["pictures"][person, frame][..., ::-1])
            landmarks, pose = (chunk[key][person, frame].ravel() for key in ("landmarks", "poses"))
            truth[name] = {"landmarks": rounded(landmarks), "headPose": rounded(pose)}
    (folder / "truth.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    main()

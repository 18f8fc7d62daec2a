#!/usr/bin/env python3
"""Paints the bundled demo -> demo/: the source picture, the gallery, and a driving sequence made by the same rig.

    source.png, source_landmark.txt, source_headpose.txt       the picture of `npm start`
    gallery/NAME.png, NAME_landmark.txt, NAME_headpose.txt     others
    people.json         name -> weights of the rig's identity modes, so that a driver can pose everyone's own head
    performance.json    frames of expression weights and poses
    driving/            the performance by the source's head, as landmark/N.txt and headpose/N.txt
"""
import json
import math
from pathlib import Path

import cv2
import numpy as np

import rig
from person import random_person
from portrait import paint

DEMO = Path(__file__).resolve().parents[2] / "demo"
SIZE, OVERSAMPLING = 512, 4
FRAMES = 32
# Seeds of people, of whom training has seen none.
SOURCE = 1012
GALLERY = {"ada": 1010, "bela": 1003, "chidi": 1017, "dora": 1019, "emil": 1033, "farid": 1005, "greta": 1013, "hana": 1035}
EXPRESSION = {"smile": 0.2}
POSE = rig.Pose(shift=np.array([0, -0.08]))


def person_of(seed):
    return random_person(np.random.default_rng(seed))


def bump(t, center, width):
    """A smooth rise to 1 and fall around `center`, all in parts of the loop."""
    distance = abs((t - center + 0.5) % 1 - 0.5)
    return 0.5 + 0.5 * math.cos(math.pi * distance / width) if distance < width else 0.0


def performance(t):
    """Expression and pose at t in [0, 1): look about, speak, smile, raise the brows, blink."""
    turn = 2 * math.pi * t
    speaking = bump(t, 0.35, 0.2)
    blink = max(bump(t, at, 0.035) for at in (0.12, 0.55, 0.86))
    expression = {
        "jawOpen": 0.75 * speaking * (0.5 - 0.5 * math.cos(5 * turn)),
        "smile": 0.2 + 0.7 * bump(t, 0.72, 0.22) - 0.3 * speaking,
        "pucker": 0.7 * bump(t, 0.12, 0.1),
        "browRaise": 0.8 * bump(t, 0.5, 0.15) - 0.3 * bump(t, 0.1, 0.12),
        "browFrown": 0.6 * bump(t, 0.1, 0.12),
        "blinkLeft": blink,
        "blinkRight": blink,
    }
    rotation = np.array([0.13 * math.sin(2 * turn), 0.42 * math.sin(turn), 0.1 * math.sin(turn + 1)])
    shift = np.array([0.05 * math.sin(turn), -0.08 + 0.02 * math.sin(2 * turn)])
    return expression, rig.Pose(rotation, shift, 0.049 * (1 + 0.04 * math.sin(turn + 2)))


def write_numbers(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(" ".join(f"{value:.6f}" for value in np.atleast_1d(row)) + "\n" for row in rows))


def write_picture(stem, person):
    portrait = paint(person, EXPRESSION, POSE, SIZE, OVERSAMPLING)
    stem.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(f"{stem}.png", portrait.picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    write_numbers(stem.with_name(f"{stem.name}_landmark.txt"), portrait.landmarks)
    write_numbers(stem.with_name(f"{stem.name}_headpose.txt"), portrait.head_pose)


def rounded(weights):
    return {name: round(float(weight), 4) for name, weight in weights.items()}


def main():
    source = person_of(SOURCE)
    write_picture(DEMO / "source", source)
    people = {"source": rounded(source.shape)}
    for name, seed in GALLERY.items():
        person = person_of(seed)
        write_picture(DEMO / "gallery" / name, person)
        people[name] = rounded(person.shape)
    (DEMO / "people.json").write_text(json.dumps(people) + "\n")
    frames = []
    for i in range(FRAMES):
        expression, pose = performance(i / FRAMES)
        landmarks = pose.project(rig.head(source.shape, expression))
        write_numbers(DEMO / f"driving/landmark/{i + 1:06d}.txt", landmarks)
        write_numbers(DEMO / f"driving/headpose/{i + 1:06d}.txt", rig.head_pose(landmarks, pose))
        placed = {"rotation": pose.rotation.tolist(), "shift": pose.shift.tolist(), "scale": pose.scale}
        frames.append({"expression": rounded(expression), "pose": {key: np.round(value, 5).tolist() for key, value in placed.items()}})
    (DEMO / "performance.json").write_text(json.dumps(frames) + "\n")
    print(DEMO, len(people), "people,", FRAMES, "frames")


if __name__ == "__main__":
    main()

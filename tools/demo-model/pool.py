#!/usr/bin/env python3
"""Paints people in many poses once, so that training only reads: chunk files of `people` x `frames` pictures.

    pool.py --folder out/demo-model/pool-256 --size 256 --chunks 16 --seed 1 [--poses 1] [--all-with glasses|hair]

With `--poses 1` a person's pictures differ in expression alone, which pairs of many poses teach hardly at all.
With `--all-with` everyone wears glasses or has long hair, and looks far aside in every other picture: lenses then stand out beyond
the far cheek, and the head hides what hangs behind it.
A chunk is one .npz; arrays start with (people, frames): pictures (S, S, 3) uint8, landmarks (72, 2), poses (6,), labels
(S/4, S/4) uint8 and matrices (255, 2, 3) as motion_field.py takes them. Chunks that exist are left alone.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np

from motion_field import PieceFrames, label_map
from person import random_expression, random_person, random_pose, turned_pose, with_glasses, with_long_hair
from portrait import paint

PEOPLE = 50
ALL_WITH = {"glasses": with_glasses, "hair": with_long_hair}


def paint_person(rng, frames, size, poses=None, all_with=None):
    """`frames` pictures of random expressions, in as many poses or, taken in turn, in `poses`."""
    poses = poses or frames
    person = random_person(rng)
    if all_with:
        person = ALL_WITH[all_with](rng, person)
    piece_frames = PieceFrames(person)
    rows, taken = [], []
    for frame in range(frames):
        expression = random_expression(rng)
        if frame < poses:
            taken.append(turned_pose(rng) if all_with and frame % 2 else random_pose(rng))
        portrait = paint(person, expression, taken[frame % poses], size)
        matrices = piece_frames.matrices(portrait.pieces)
        labels = label_map(portrait.pieces, matrices, size // 4)
        rows.append((portrait.picture, portrait.landmarks, portrait.head_pose, labels, matrices))
    return [np.stack(column) for column in zip(*rows)]


def paint_chunk(seed, people, frames, size, poses=None, all_with=None):
    """Seeds of chunks, not of people, so that a chunk is the same whoever paints it."""
    rng = np.random.default_rng(seed)
    columns = zip(*(paint_person(rng, frames, size, poses, all_with) for _ in range(people)))
    names = ("pictures", "landmarks", "poses", "labels", "matrices")
    return {name: np.stack(column) for name, column in zip(names, columns)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("out/demo-model/pool-256"))
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--chunks", type=int, default=16)
    parser.add_argument("--frames", type=int, default=6, help="pictures a person")
    parser.add_argument("--poses", type=int, help="poses a person takes in turn, unless each picture has its own")
    parser.add_argument("--all-with", choices=ALL_WITH, help="what everyone has; every other picture then is turned")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.folder.mkdir(parents=True, exist_ok=True)
    for chunk in range(options.chunks):
        path = options.folder / f"{options.seed:03d}-{chunk:03d}.npz"
        if path.exists():
            continue
        arrays = paint_chunk([options.seed, chunk], PEOPLE, options.frames, options.size, options.poses, options.all_with)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, **arrays)
        part.rename(path)
        print(path, flush=True)


if __name__ == "__main__":
    main()

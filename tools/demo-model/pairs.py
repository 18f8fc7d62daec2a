"""Batches of training pairs out of painted pools: a source picture and a driving picture of the same person."""
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn.functional import max_pool2d

from motion_field import motion_field
from network import MOTION_STRIDE, POSE_GRID
from parts import part_labels
from pool import paint_chunk
from rig import YAW

sys.path.append(str(Path(__file__).resolve().parents[1] / "goldens"))
from landmarks import landmark_map  # noqa: E402  OpenCV's drawings with the topology that src/model states

DIVISORS = (16, 8, 4)
MOTION_SIZE = 512  # whatever the size of the pictures; the model file has to state it
CELLS = 64  # a true field's sides; larger ones repeat values, so that feature maps of pictures of 256 find their own


def landmark_maps(landmarks, motion_size):
    """Landmarks (N, 72, 2) -> three tensors (N, 3, n, n), coarse to fine."""
    sides = [motion_size // divisor for divisor in DIVISORS]
    maps = ([landmark_map(face, side, level) for face in landmarks] for level, side in enumerate(sides))
    return [torch.from_numpy(np.stack(level)) for level in maps]


def to_tensor(pictures):
    """(N, S, S, 3) uint8 -> (N, 3, S, S) in [-1, 1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() * (2 / 255) - 1


class Pool:
    """Painted people of one size by the name of their chunk, so many chunks of a folder at a time: with all of them in memory,
    training was slower."""

    def __init__(self, size, chunks=None, folder=None, share=(0, 1), held=1):
        self.size, self.chunks, self.folder, self.share, self.held = size, chunks or {}, folder, share, held
        self.last = Path()

    @classmethod
    def stored(cls, folder, size, share, held):
        """The first `held` chunks of a folder, or of `share` (k, n) of every n-th from the k-th on."""
        pool = cls(size, folder=Path(folder), share=share, held=held)
        pool.refresh()
        if not pool.chunks:
            raise SystemExit(f"no chunks in {folder}; paint some with pool.py")
        return pool

    @classmethod
    def painted(cls, seed, people, frames, size, poses=None):
        """People painted here and now."""
        return cls(size, {"painted": paint_chunk(seed, people, frames, size, poses)})

    def refresh(self):
        """Reads chunks while there is room, else the next one, round and round, in place of the oldest. Those painted since count."""
        paths = sorted(self.folder.glob("*.npz"))
        first, step = self.share
        waiting = [path for path in paths[first::step] or paths if path not in self.chunks]
        waiting.sort(key=lambda path: path <= self.last)
        for path in waiting[: max(1, self.held - len(self.chunks))]:
            if len(self.chunks) == self.held:
                del self.chunks[next(iter(self.chunks))]
            with np.load(path) as file:
                chunk = {name: file[name] for name in file.files}
            if chunk["pictures"].shape[2] != self.size:
                chunk["pictures"] = resized(chunk["pictures"], self.size)
            self.chunks[path] = chunk
            self.last = path

    def batch(self, rng, count, same=0.0, recolor=0.0, turned=0.0, motion_size=MOTION_SIZE):
        """`count` random pairs. A share `same` of them drives a picture by its own face; a share `recolor` has its color
        channels shuffled, since a network that knows ten colors of clothes by heart would not learn to copy others; a share
        `turned` has the picture as its source in which its person looks farthest aside, as few of random poses do."""
        chunks = list(self.chunks.values())
        picks = []
        for _ in range(count):
            chunk = chunks[rng.integers(len(chunks))]
            people, frames = chunk["pictures"].shape[:2]
            person = rng.integers(people)
            source, driving = rng.choice(frames, 2, replace=False)
            if rng.random() < turned:
                source = asides(chunk)[person].argmax()
                driving = (source + rng.integers(1, frames)) % frames
            picks.append((chunk, person, source, source if rng.random() < same else driving))
        batch = self.pairs(picks, motion_size)
        for k in range(count):
            if rng.random() < recolor:
                order = torch.from_numpy(rng.permutation(3))
                for name in ("source", "driving"):
                    batch[name][k] = batch[name][k][order]
        return batch

    def every_pair(self):
        """All (chunk, person, source, driving) in which neighbouring pictures of a person drive each other."""
        for chunk in self.chunks.values():
            people, frames = chunk["pictures"].shape[:2]
            yield from ((chunk, p, k, (k + 1) % frames) for p in range(people) for k in range(frames))

    def turned_pairs(self):
        """A (chunk, person, source, driving) a person: the picture farthest aside driven by the one nearest to the front."""
        for chunk in self.chunks.values():
            yield from ((chunk, p, aside.argmax(), aside.argmin()) for p, aside in enumerate(asides(chunk)))

    def pairs(self, picks, motion_size=MOTION_SIZE):
        column = lambda name, which: np.stack([pick[0][name][pick[1], pick[which]] for pick in picks])
        source, driving = 2, 3
        labels = {which: coarse(column("labels", which)) for which in (source, driving)}
        colors = {which: resized(column("pictures", which), CELLS) for which in labels}
        views = {which: zip(labels[which], column("matrices", which), colors[which]) for which in labels}
        moved = [motion_field(*pair) for pair in zip(views[driving], views[source])]
        fields, stand_ins = (np.stack(column) for column in zip(*moved))
        repeats = motion_size // MOTION_STRIDE // CELLS
        fields = fields.repeat(repeats, 1).repeat(repeats, 2)
        people = {which: torch.from_numpy(labels[which] > 0)[:, None].float() for which in (source, driving)}
        outline = max_pool2d(people[driving], 3, 1, 1) + max_pool2d(-people[driving], 3, 1, 1)
        landmarks = {which: column("landmarks", which) for which in (source, driving)}
        return {
            "source": to_tensor(column("pictures", source)),
            "driving": to_tensor(column("pictures", driving)),
            "source_maps": landmark_maps(landmarks[source], motion_size),
            "driving_maps": landmark_maps(landmarks[driving], motion_size),
            "source_pose": torch.from_numpy(column("poses", source)),
            "driving_pose": torch.from_numpy(column("poses", driving)),
            "source_landmarks": landmarks[source],
            "driving_landmarks": landmarks[driving],
            "field": torch.from_numpy(fields).permute(0, 3, 1, 2),
            "source_person": people[source],
            "source_colors": to_tensor(colors[source]),
            "moving": torch.maximum(people[source], people[driving]),
            "edge": torch.maximum(outline, torch.from_numpy(stand_ins)[:, None].float()),
            "parts": part_labels(landmarks[driving], self.size),
        }


def asides(chunk):
    """How far aside its people look: (people, frames), radians."""
    return np.abs(chunk["poses"][:, :, YAW])


def window(batch, field, side, rng):
    """A batch of pairs and their field (N, 2, h, w) -> the same about the driving faces, `side` pixels square.

    Its corner, the same in all pictures, lies on the grid of the pose embedding; `cells` are those under it. Coordinates
    of the field count from its middle; `known` (N, 1, h, w) is 1 where they lie within, else 0.
    """
    size = batch["source"].shape[-1]
    cells = side * POSE_GRID // size
    middle = (batch["driving_landmarks"].mean((0, 1)) + 1) / 2 * POSE_GRID + rng.uniform(-1.5, 1.5, 2)
    left, top = np.clip(np.round(middle - cells / 2), 0, POSE_GRID - cells).astype(int)

    def cut(x):
        cell = x.shape[-1] // POSE_GRID
        return x[..., top * cell : (top + cells) * cell, left * cell : (left + cells) * cell]

    center = torch.tensor([left, top]).to(field) + cells / 2
    field = (cut(field) - (center[:, None, None] / POSE_GRID * 2 - 1)) * (size / side)
    return {
        **{name: cut(batch[name]) for name in ("source", "driving", "moving", "edge", "parts")},
        "driving_maps": [cut(maps) for maps in batch["driving_maps"]],
        "source_pose": batch["source_pose"],
        "driving_pose": batch["driving_pose"],
        "field": field,
        "known": (field.abs().amax(1, keepdim=True) < 1).float(),
        "cells": (..., slice(top, top + cells), slice(left, left + cells)),
    }


def coarse(labels):
    """(..., n, n) -> (..., CELLS, CELLS)"""
    step = labels.shape[-1] // CELLS
    return labels[..., step // 2 :: step, step // 2 :: step]


def resized(pictures, size):
    """(..., S, S, 3) -> (..., size, size, 3)"""
    *many, _, _, _ = shape = pictures.shape
    small = [cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA) for picture in pictures.reshape(-1, *shape[-3:])]
    return np.stack(small).reshape(*many, size, size, 3)

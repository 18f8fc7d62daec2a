#!/usr/bin/env python3
"""Measures a model file on people it never saw, and prints the figures of docs/model-card.md.

    evaluate.py [MODEL.safetensors] [--sizes 256 512] [--people 20] [--trained FOLDER]

Each person drives one of their pictures by another. Peak signal-to-noise ratios are in decibels over pictures of 8 bits,
averaged over pairs; L1 at the landmarks is the mean difference where the driving face's lines are drawn, dilated: as motion
at 256 draws them, so that models of all motion sizes compare. At parts of the face it is that of all their pixels. How far
expressions are followed is measured on other people, each in one pose. Turned sources are those of again other people: of six
pictures the one farthest aside, driven by the one nearest to the front.
With `--trained`, the folder of the two .pth files, the file's float16 weights are also compared with the float32 ones.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from model_file import read_model
from pairs import MOTION_SIZE, Pool, landmark_maps
from parts import PARTS
from sheet import networks, predict_field, reenact, to_pictures

HELD_OUT_SEED = 900
FRAMES = 2
TURNED_FRAMES = 6
BATCH = 4
LINES_SIZE = 256


def decibels(a, b):
    """Pictures (S, S, 3) uint8."""
    error = np.mean((a.astype(float) - b) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-3))


def identity_field(batch):
    n, _, h, w = batch["field"].shape
    return F.affine_grid(torch.eye(2, 3).expand(n, 2, 3), (n, 2, h, w), align_corners=False).permute(0, 3, 1, 2)


def near_landmarks(maps, size):
    """(N, 1, S, S): 1 where the finest of `maps` (N, 3, n, n) has a line and on the pixels around, else 0."""
    drawn = (maps[-1].amax(1, keepdim=True) > -1).float()
    return F.max_pool2d(F.interpolate(drawn, size=(size, size)), 5, 1, 2)


class Means:
    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def __getitem__(self, name):
        return float(np.mean(self.values[name]))


@torch.no_grad()
def variants(nets, batch):
    """Results (N, 3, S, S) by name, among them those that show what motion and pose are for."""
    rendering = nets["rendering"]
    features = rendering.encode(batch["source"], batch["source_pose"])
    field, own = (predict_field(nets, batch, maps) for maps in (batch["driving_maps"], batch["source_maps"]))
    driving_pose, source_pose = batch["driving_pose"], batch["source_pose"]
    return {
        "result": rendering.decode(features, field, driving_pose),
        "self": rendering.decode(features, own, source_pose),
        "no motion": rendering.decode(features, identity_field(batch), driving_pose),
        "pose frozen": rendering.decode(features, field, source_pose),
        "true motion": rendering.decode(features, batch["field"], driving_pose),
    }


def measure(nets, pool, picks, reference=None):
    """Means of every variant of the pairs `picks` against what it should show, and of float16 weights against `reference`."""
    means = Means()
    for start in range(0, len(picks), BATCH):
        batch = pool.pairs(picks[start : start + BATCH])
        made = {name: to_pictures(result) for name, result in variants(nets, batch).items()}
        truth, source = to_pictures(batch["driving"]), to_pictures(batch["source"])
        drawn = landmark_maps(batch["driving_landmarks"], LINES_SIZE)
        masks = near_landmarks(drawn, pool.size)[:, 0].numpy() > 0
        parts = batch["parts"][:, 0].numpy()
        for name, pictures in {**made, "source copied": source}.items():
            for a, b, mask, labels in zip(pictures, source if name == "self" else truth, masks, parts):
                error = np.abs(a.astype(float) - b)
                means.add(name, decibels(a, b))
                means.add(f"{name} at landmarks", error[mask].mean())
                if name in ("result", "source copied"):
                    for number in np.unique(labels[labels > 0]):
                        means.add(f"{name} at {PARTS[number - 1]}", error[labels == number].mean())
        if reference:
            for a, b in zip(made["result"], to_pictures(reenact(reference, batch)[1])):
                means.add("float16 weights", decibels(a, b))
    return means


@torch.no_grad()
def expression_followed(nets, pool):
    """Part of the way between driving and source landmarks that fields go, by least squares: the predicted one's and the
    true one's, which stays below 1 for its coarse cells and for hair over brows."""
    way, fields = [], {"predicted": [], "true": []}
    picks = list(pool.every_pair())
    for start in range(0, len(picks), BATCH):
        batch = pool.pairs(picks[start : start + BATCH])
        places = torch.from_numpy(batch["driving_landmarks"])
        way.append(torch.from_numpy(batch["source_landmarks"]) - places)
        for name, field in (("predicted", predict_field(nets, batch, batch["driving_maps"])), ("true", batch["field"])):
            sampled = F.grid_sample(field, places[:, None], align_corners=False)[:, :, 0].transpose(1, 2)
            fields[name].append(sampled - places)
    way = torch.cat(way)
    return [float((way * torch.cat(gone)).sum() / (way * way).sum()) for gone in fields.values()]


def of_copied(means, place):
    return means[f"result at {place}"] / means[f"source copied at {place}"]


def report(size, means, reference):
    print(f"{size} x {size}")
    print(f"  held-out people             {means['result']:6.2f} dB   (source copied {means['source copied']:.2f} dB)")
    print(f"  L1 at landmarks             {means['result at landmarks']:6.2f} / 255, {of_copied(means, 'landmarks'):.3f} of the copied source's")
    print("    parts of the face         " + ",  ".join(f"{part} {of_copied(means, part):.3f}" for part in PARTS))
    print(f"  driven by itself            {means['self']:6.2f} dB")
    print(f"  motion field set to nothing {means['no motion']:6.2f} dB,  at landmarks {means['no motion at landmarks']:.2f}")
    print(f"  pose frozen                 {means['pose frozen']:6.2f} dB,  at landmarks {means['pose frozen at landmarks']:.2f}")
    print(f"  true motion field           {means['true motion']:6.2f} dB")
    if reference:
        print(f"  float16 against float32     {means['float16 weights']:6.2f} dB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path, default=Path("demo/model.safetensors"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--people", type=int, default=20, help="at 256; fewer at larger sizes")
    parser.add_argument("--trained", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    trained = None
    if options.trained:
        trained = {name: torch.load(options.trained / f"{name}_net.pth", map_location="cpu") for name in ("motion", "rendering")}
    states, metadata = read_model(options.model)
    if metadata.get("motion_size") != str(MOTION_SIZE):
        raise SystemExit(f"{options.model} does not state motion size {MOTION_SIZE}: convert it with --motion_size {MOTION_SIZE}")
    nets = networks(states)
    reference = networks(trained) if trained else None
    pool = Pool.painted(HELD_OUT_SEED + 2, options.people, FRAMES, 256, poses=1)
    predicted, true = expression_followed(nets, pool)
    print(f"expressions followed          {predicted:6.2f}      (by the true field {true:.2f})")
    for size in options.sizes:
        people = max(1, options.people * 256**2 // size**2)
        pool = Pool.painted(HELD_OUT_SEED, people, FRAMES, size)
        report(size, measure(nets, pool, list(pool.every_pair()), reference), reference)
        pool = Pool.painted(HELD_OUT_SEED + 3, people, TURNED_FRAMES, size)
        means = measure(nets, pool, list(pool.turned_pairs()))
        print(f"  turned sources             {means['result']:6.2f} dB   (true motion field {means['true motion']:.2f} dB)")


if __name__ == "__main__":
    main()

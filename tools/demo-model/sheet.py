"""Sample sheets and the averaged networks that draw them."""
import cv2
import numpy as np
import torch

from network import MotionNet, RenderingNet, motion_inputs


def networks(states):
    """State dicts by name -> networks that infer, float32 on the CPU."""
    made = {"motion": MotionNet(), "rendering": RenderingNet()}
    for name, network in made.items():
        network.load_state_dict({key: value.float().cpu() for key, value in states[name].items()}, strict=False)
        network.eval()
    return made


def predict_field(nets, batch, driving_maps):
    """-> (N, 2, M/4, M/4)"""
    return nets["motion"](motion_inputs(batch["source"], batch["source_maps"], driving_maps))[-1]


@torch.no_grad()
def reenact(nets, batch, field=None):
    """A batch of pairs -> field (N, 2, h, w), pictures (N, 3, S, S). A given field stands in for the predicted one."""
    if field is None:
        field = predict_field(nets, batch, batch["driving_maps"])
    features = nets["rendering"].encode(batch["source"], batch["source_pose"])
    return field, nets["rendering"].decode(features, field, batch["driving_pose"])


def to_pictures(x):
    """(N, 3, S, S) in [-1, 1] -> N of (S, S, 3) uint8, truncated as the published code does."""
    return list(((x.clamp(-1, 1) + 1) / 2 * 255).permute(0, 2, 3, 1).byte().numpy())


def draw_sheet(path, batch, states, true_field=False):
    """A row a pair: source, true driving picture, result, source warped by the field."""
    nets = networks(states)
    field, result = reenact(nets, batch, batch["field"] if true_field else None)
    size = result.shape[2:]
    grid = torch.nn.functional.interpolate(field, size=size, mode="bilinear").permute(0, 2, 3, 1)
    warped = torch.nn.functional.grid_sample(batch["source"], grid, align_corners=False)
    columns = [to_pictures(column) for column in (batch["source"], batch["driving"], result, warped)]
    rows = [np.concatenate(row, 1) for row in zip(*columns)]
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1])

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


@torch.no_grad()
def reenact(nets, batch, field=None):
    """A batch of pairs -> (field (N, 2, h, w), pictures (N, 3, S, S)); `field` replaces the predicted one."""
    if field is None:
        inputs = motion_inputs(batch["source"], batch["source_maps"], batch["driving_maps"])
        field = nets["motion"](inputs)[-1]
    features = nets["rendering"].encode(batch["source"], batch["source_pose"])
    return field, nets["rendering"].decode(features, field, batch["driving_pose"])


def to_picture(x):
    """(3, S, S) in [-1, 1] -> (S, S, 3) uint8."""
    return ((x.clamp(-1, 1) + 1) / 2 * 255).permute(1, 2, 0).byte().numpy()


def draw_sheet(path, batch, states):
    """Rows: source, driving, result, source warped by the field."""
    nets = networks(states)
    field, result = reenact(nets, batch)
    size = result.shape[2:]
    grid = torch.nn.functional.interpolate(field, size=size, mode="bilinear").permute(0, 2, 3, 1)
    warped = torch.nn.functional.grid_sample(batch["source"], grid, align_corners=False)
    columns = (batch["source"], batch["driving"], result, warped)
    rows = [np.concatenate([to_picture(column[i]) for column in columns], 1) for i in range(len(result))]
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1])

#!/usr/bin/env python3
"""PyTorch's answers for single operations -> tests/golden/ops.safetensors. Needs python3-torch; takes a second.

Each case has inputs `<case>/<name>` and the answer `<case>/out`; the metadata lists op and attributes.
"""
from pathlib import Path

import torch
import torch.nn.functional as F

from golden_file import save

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
torch.manual_seed(20)

tensors, cases = {}, []


def case(op, out, inputs, **attributes):
    name = f"{op} {len(cases)}"
    cases.append({"name": name, "op": op, "inputs": list(inputs), **attributes})
    for key, value in {**inputs, "out": out}.items():
        tensors[f"{name}/{key}"] = value[0].numpy() if value.dim() == 4 and key not in ("weight",) else value.numpy()


def conv(ci, co, h, w, kernel, stride, padding, groups=1):
    src, bias = torch.randn(1, ci, h, w), torch.randn(co)
    weight = torch.randn(co, ci // groups, *kernel) / (ci // groups * kernel[0] * kernel[1]) ** 0.5
    out = F.conv2d(src, weight, bias, stride, padding, 1, groups)
    case("conv2d", out, {"src": src, "weight": weight, "bias": bias}, stride=stride, padding=padding, groups=groups)


conv(3, 5, 9, 13, (3, 3), 1, 1)
conv(9, 6, 12, 10, (4, 4), 2, 1)
conv(7, 4, 5, 6, (1, 1), 1, 0)
conv(6, 6, 11, 7, (3, 3), 1, 1, groups=6)
conv(5, 5, 10, 9, (3, 3), 2, 1, groups=5)
conv(4, 3, 8, 9, (5, 3), 3, 2)
conv(1, 1, 1, 1, (3, 3), 1, 1)

for ci, co, h, w, kernel, stride in [(6, 10, 1, 1, 4, 1), (10, 3, 4, 4, 4, 4), (3, 5, 4, 3, 3, 2)]:
    src, weight = torch.randn(1, ci, h, w), torch.randn(ci, co, kernel, kernel) / ci**0.5
    case("conv_transpose2d", F.conv_transpose2d(src, weight, None, stride), {"src": src, "weight": weight}, stride=stride)

for h, w in [(32, 32), (90, 90), (23, 37), (16, 16), (5, 7)]:
    src = torch.randn(1, 2, 16, 16)
    case("interpolate", F.interpolate(src, size=(h, w), mode="nearest"), {"src": src})

for c, size, field_size, reach in [(3, 12, 12, 0.6), (5, 9, 16, 1.4), (2, 16, 8, 3.0), (1, 1, 1, 0.5)]:
    feature, field = torch.randn(1, c, size, size + 1), torch.randn(1, 2, field_size, field_size) * reach
    resized = F.interpolate(field, size=feature.shape[2:], mode="nearest").permute(0, 2, 3, 1)
    out = F.grid_sample(feature, resized, mode="bilinear", padding_mode="zeros", align_corners=False)
    case("grid_sample", out, {"feature": feature, "field": field})

src = torch.randn(1, 3, 6, 6) * 4
case("tanh", torch.tanh(src), {"src": src})
case("relu", torch.relu(src), {"src": src})

src, mean, var = torch.randn(1, 4, 5, 5), torch.randn(4), torch.rand(4) + 0.5
weight, bias = torch.randn(4), torch.randn(4)
out = F.batch_norm(src, mean, var, weight, bias, False, 0.0, 1e-5)
case("batch_norm", out, {"src": src, "running_mean": mean, "running_var": var, "weight": weight, "bias": bias})

save(GOLDEN / "ops.safetensors", tensors, cases)

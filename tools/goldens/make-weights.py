#!/usr/bin/env python3
"""Small checkpoints as PyTorch writes them, good and bad, -> tests/golden/weights. Needs python3-torch; takes a second.

expected.json has, for each good file, every tensor as PyTorch sees it, and how PyTorch rounds float32 to float16.
"""
import json
import os
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden" / "weights"
GOLDEN.mkdir(parents=True, exist_ok=True)
DTYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64", torch.int64: "I64"}
torch.manual_seed(4)
expected = {}


def describe(tensor):
    values = tensor.detach().to(torch.float64).reshape(-1).tolist()
    return {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "values": values}


def good(name, saved, state, **options):
    torch.save(saved, GOLDEN / name, **options)
    expected[name] = {key: describe(tensor) for key, tensor in state.items()}


def every_kind():
    """Every dtype, and views of every kind of shape, offset and stride, most of them into one storage."""
    base = torch.randn(120)
    grid = torch.randn(3, 4, 5).half()
    state = OrderedDict()
    state["float32"] = torch.randn(2, 3, 3, 3)
    state["float16"] = torch.randn(4, 3).half()
    state["bfloat16"] = torch.randn(7).bfloat16()
    state["float64"] = torch.randn(2, 2, dtype=torch.float64)
    state["int64"] = torch.tensor([0, 1, -2, 2**40, -(2**53) + 1])
    state["scalar"] = torch.tensor(12)
    state["empty"] = torch.zeros(0, 3)
    state["parameter"] = nn.Parameter(torch.randn(3))
    state["shared.whole"] = base
    state["shared.offset"] = base[17:29]
    state["shared.scalar"] = base[119]
    state["shared.tied"] = state["shared.offset"]
    state["shared.transposed"] = base.reshape(10, 12).t()
    state["shared.strided"] = base[5:].as_strided((2, 3, 4, 2), (40, 1, 7, 3))
    state["shared.step"] = base[3::9]
    state["shared.expanded"] = base[4:7].reshape(3, 1).expand(3, 4)
    state["shared.ones"] = base.as_strided((1, 5, 1), (99, 1, 77), 50)
    state["half.permuted"] = grid.permute(2, 0, 1)
    state["half.column"] = grid[:, 1:3, 4]
    return state


kinds = every_kind()
good("kinds-zip.pth", kinds, kinds)
good("kinds-legacy.pth", kinds, kinds, _use_new_zipfile_serialization=False)
good("kinds-protocol-4.pth", kinds, kinds, pickle_protocol=4)
good("kinds-legacy-protocol-4.pth", kinds, kinds, pickle_protocol=4, _use_new_zipfile_serialization=False)

net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))
optimizer = torch.optim.Adam(net.parameters())
net(torch.randn(1, 2, 5, 5)).sum().backward()
optimizer.step()
parallel = OrderedDict((f"module.{key}", value) for key, value in net.state_dict().items())
training = {"epoch": 3, "loss": 0.25, "net": parallel, "optimizer": optimizer.state_dict(), "notes": ["a", None, True]}
good("module-zip.pth", net.state_dict(), net.state_dict())
good("training-zip.pth", training, net.state_dict())
good("training-legacy.pth", {"model": {"state_dict": training["net"]}}, net.state_dict(), _use_new_zipfile_serialization=False)


class Command:
    def __reduce__(self):
        return os.system, ("echo this must never be printed",)


torch.save({"weight": torch.zeros(1), "payload": Command()}, GOLDEN / "bad-command.pth")
torch.save(Command(), GOLDEN / "bad-command-legacy.pth", _use_new_zipfile_serialization=False)
torch.save(nn.Linear(2, 1), GOLDEN / "bad-whole-module.pth")
torch.save({"weight": torch.zeros(2, dtype=torch.int32)}, GOLDEN / "bad-int32.pth")
torch.jit.script(nn.Linear(2, 1)).save(str(GOLDEN / "bad-script.pth"))
with zipfile.ZipFile(GOLDEN / "module-zip.pth") as source:
    with zipfile.ZipFile(GOLDEN / "bad-compressed.pth", "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)

floats = torch.cat([torch.randn(60) * 10.0**power for power in range(-9, 6)])
floats = torch.cat([floats, torch.tensor([0.0, -0.0, 65504, 65519.99, 65520, 2.0**-24, 2.0**-25, 1.5 * 2**-25, 2049, 2051, 1e9])])
rounding = {"floats": floats.double().tolist(), "halves": [bits & 0xFFFF for bits in floats.half().view(torch.int16).tolist()]}
text = json.dumps({"files": expected, "rounding": rounding}, separators=(",", ":"))
(GOLDEN / "expected.json").write_text(text + "\n")
for path in sorted(GOLDEN.iterdir()):
    print(path.name, path.stat().st_size, "bytes")

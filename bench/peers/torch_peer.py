#!/usr/bin/env python3
"""One frame on PyTorch for `npm run bench:peers`: torch_peer.py MODE FOLDER.

FOLDER holds model.safetensors and inputs.safetensors. A command a line on standard input, an answer of JSON a line on
standard output: `open`, `time N` (milliseconds of each frame), `image` (written to FOLDER/MODE.bin). Needs PyTorch and numpy.
"""
import json
import struct
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "goldens"))
from rho_torch import decode, motion  # noqa: E402

TYPES = {"F32": np.float32, "F16": np.float16}


def load(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = np.frombuffer(data[begin:end], TYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.astype(np.float32).reshape(entry["shape"]))
    return tensors


class Peer:
    def __init__(self, mode, folder):
        self.mode, self.folder = mode, folder
        self.device = torch.device("cuda" if mode.startswith("cuda") else "cpu")

    def open(self):
        dtype = torch.float16 if "half" in self.mode or self.mode == "cuda-graph" else torch.float32
        layout = torch.contiguous_format if self.mode in ("cpu", "cuda-eager", "cuda-half") else torch.channels_last

        def place(tensor):
            tensor = tensor.to(self.device, dtype)
            return tensor.contiguous(memory_format=layout) if tensor.dim() == 4 else tensor

        if self.device.type == "cuda":
            torch.backends.cudnn.benchmark = True
        self.states = {"rendering": {}, "motion": {}}
        for key, tensor in load(self.folder / "model.safetensors").items():
            network, _, name = key.partition(".")
            self.states[network][name] = place(tensor)
        inputs = {name: place(tensor) for name, tensor in load(self.folder / "inputs.safetensors").items()}
        self.motion_inputs = [inputs[f"motion_input_{i}"] for i in range(3)]
        self.features = [inputs[f"feature_{i}"] for i in range(4)]
        self.pose = inputs["driving_head_pose"].reshape(1, 6)
        self.compute = self.network
        if self.mode == "cuda-compiled":
            if not hasattr(torch, "compile"):
                raise RuntimeError(f"torch.compile wants PyTorch 2, this is {torch.__version__}")
            self.compute = torch.compile(self.network)
        for _ in range(3):
            self.run()
        if self.mode == "cuda-graph":
            self.capture()
        name = torch.cuda.get_device_name() if self.device.type == "cuda" else f"{torch.get_num_threads()} threads"
        return f"PyTorch {torch.__version__}, {name}"

    def network(self, motion_inputs, features, pose):
        field = motion(self.states["motion"], motion_inputs)[-1]
        return decode(self.states["rendering"], features, field, pose)

    def capture(self):
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            output = self.network(self.motion_inputs, self.features, self.pose)

        def replay(*_):
            graph.replay()
            return output

        self.compute = replay

    def run(self):
        """The frame, with its result on the CPU."""
        with torch.no_grad():
            return self.compute(self.motion_inputs, self.features, self.pose).cpu()

    def time(self, count):
        times = []
        for _ in range(int(count)):
            start = time.perf_counter()
            self.run()
            times.append((time.perf_counter() - start) * 1000)
        return times

    def image(self):
        path = self.folder / f"{self.mode}.bin"
        path.write_bytes(np.ascontiguousarray(self.run().float().numpy()).tobytes())
        return str(path)


peer = Peer(sys.argv[1], Path(sys.argv[2]))
for line in sys.stdin:
    command, *args = line.split()
    try:
        with torch.no_grad():
            answer = {"value": getattr(peer, command)(*args)}
    except Exception as error:  # the bench prints it in the row of this peer
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)

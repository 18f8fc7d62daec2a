#!/usr/bin/env python3
"""Trains the bundled model by a schedule, in pieces: a run that finds a checkpoint goes on from it.

    train.py [--config schedule.json] [--output out/demo-model] [--start MODEL.safetensors] [--stages NAME ...]
             [--device cpu|cuda] [--vgg vgg19.pth]

The output folder gets checkpoint.pt, sheet-STEP.png of held-out people (source, true driving picture, result, source warped by the field)
and, whenever a checkpoint is written, rendering_net.pth and motion_net.pth: averaged weights as the authors save theirs.
schedule.json names pools, seed, losses and stages; it may be edited between runs. A stage takes its batches in turn, each a pool, a size,
a number of pairs and, where the renderer shall see no more, the side of a window about the faces. A stage may have the motion network run at
a size of its own. With `--start`, a run without a checkpoint begins at a converted model's weights; `--stages` names what it is to do.

Several processes, told apart by RANK as torch.distributed wants it (WORLD_SIZE, MASTER_ADDR, MASTER_PORT), train on chunks of their
own and take the mean of their weights every `meet_steps`.
"""
import argparse
import contextlib
import json
import os
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.distributed
import torch.nn.functional as F

import losses
from model_file import read_model
from network import MotionNet, RenderingNet, motion_inputs
from pairs import MOTION_SIZE, Pool, window
from parts import PARTS
from sheet import draw_sheet

HERE = Path(__file__).parent
RANK, PROCESSES = (int(os.environ.get(name, default)) for name, default in (("RANK", 0), ("WORLD_SIZE", 1)))


def channels_last(x):
    return x.contiguous(memory_format=torch.channels_last)


def motion_size(stage):
    return stage.get("motion_size", MOTION_SIZE)


class Average:
    """Exponential moving average of a network's state, the batch norms' statistics included."""

    def __init__(self, network, decay):
        self.decay = decay
        self.state = {key: value.clone() for key, value in network.state_dict().items()}

    def update(self, network, step):
        decay = min(self.decay, (1 + step) / (10 + step))
        for key, value in network.state_dict().items():
            if value.is_floating_point():
                self.state[key].lerp_(value, 1 - decay)
            else:
                self.state[key].copy_(value)


class Trainer:
    def __init__(self, config, output, device, vgg):
        self.config, self.output, self.device = config, output, device
        torch.manual_seed(config["seed"])
        self.networks = {"motion": MotionNet(), "rendering": RenderingNet()}
        if config["losses"].get("adversarial"):
            self.networks["discriminator"] = losses.Discriminator()
        for network in self.networks.values():
            network.to(device, memory_format=torch.channels_last)
        self.averages = {name: Average(self.networks[name], config["average"]) for name in ("motion", "rendering")}
        self.optimizers = {
            name: torch.optim.Adam(network.parameters(), lr=config["rates"][name]) for name, network in self.networks.items()
        }
        self.perceptual = losses.Perceptual(vgg).to(device) if vgg else None
        self.stage, self.step, self.total = 0, 0, 0  # step within the stage, steps of all stages
        self.pools = {}
        self.saved = time.time()

    # Checkpoints

    def save(self):
        self.saved = time.time()
        if RANK > 0:
            return
        state = {
            "stage": self.stage,
            "step": self.step,
            "total": self.total,
            "networks": {name: network.state_dict() for name, network in self.networks.items()},
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "averages": {name: average.state for name, average in self.averages.items()},
        }
        write(self.output / "checkpoint.pt", state)
        for name, average in self.averages.items():
            write(self.output / f"{name}_net.pth", average.state)

    def resume(self):
        path = self.output / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device)
        self.stage, self.step, self.total = state["stage"], state["step"], state["total"]
        for name, network in self.networks.items():
            if name in state["networks"]:
                network.load_state_dict(state["networks"][name])
                self.optimizers[name].load_state_dict(state["optimizers"][name])
        for name, average in self.averages.items():
            average.state = state["averages"][name]
        say(f"resumed at step {self.total}, after {self.stage} of {len(self.config['stages'])} stages, step {self.step}")
        return True

    def start(self, path):
        """From the weights of a converted model."""
        for name, state in read_model(path)[0].items():
            self.networks[name].load_state_dict(state, strict=False)
            self.averages[name] = Average(self.networks[name], self.config["average"])

    # One step

    def pool(self, name, size):
        if (name, size) not in self.pools:
            self.pools[name, size] = Pool.stored(self.config["pools"][name], size, (RANK, PROCESSES), self.config["chunks_held"])
        return self.pools[name, size]

    def to_device(self, batch):
        place = lambda value: value.to(self.device) if torch.is_tensor(value) else value
        return {key: [place(v) for v in value] if isinstance(value, list) else place(value) for key, value in batch.items()}

    def autocast(self):
        if not self.config["bfloat16"]:
            return contextlib.nullcontext()
        return torch.autocast(torch.device(self.device).type, dtype=torch.bfloat16)

    def fields(self, batch, stage):
        """The motion network's, coarse to fine; None in stages that do without."""
        trained = "motion" in stage["networks"]
        if not trained and stage.get("true_field"):
            return None
        with torch.set_grad_enabled(trained):
            inputs = motion_inputs(batch["source"], batch["source_maps"], batch["driving_maps"])
            return self.networks["motion"]([channels_last(x) for x in inputs])

    def render(self, seen):
        rendering = self.networks["rendering"]
        features = rendering.encode(channels_last(seen["source"]), seen["source_pose"], seen["cells"])
        return rendering.decode(features, seen["field"], seen["driving_pose"], seen["cells"])

    def weights(self, network, batch, size):
        """(N, 1, size, size): background counts 1; places where either picture has the person, the driving person's outline,
        what the source hides and the parts of the face more."""
        more = self.config["weights"][network]
        moving, edge, parts = (F.interpolate(batch[name].float(), size=(size, size)) for name in ("moving", "edge", "parts"))
        shares = torch.tensor([0, *(more[part] for part in PARTS)], device=parts.device)
        return 1 + more["moving"] * moving + more["edge"] * edge + shares[parts.long()]

    def motion_terms(self, batch, fields, stage):
        """Losses by name, unweighted."""
        finest, truth = fields[-1], batch["field"]
        weight = self.weights("motion", batch, finest.shape[-1])
        terms = {
            "warp": losses.warp([finest] if stage.get("finest_field") else fields, truth, weight),
            "silhouette": losses.sampling(finest, truth, batch["source_person"], losses.SILHOUETTE_BLUR, weight),
            "colors": losses.sampling(finest, truth, batch["source_colors"], losses.COLORS_BLUR, weight),
        }
        if stage.get("stillness_steps", 0) > self.step:
            terms["stillness"] = losses.stillness(fields) * (1 - self.step / stage["stillness_steps"])
        return terms

    def rendering_terms(self, seen, result, stage):
        """Losses by name, unweighted."""
        truth, size = seen["driving"], result.shape[-1]
        weight = self.weights("rendering", seen, size) * F.interpolate(seen["known"], size=(size, size))
        scales = self.config["scales"]
        terms = {"reconstruction": losses.reconstruction(result, truth, weight, scales)}
        if self.perceptual:
            terms["perceptual"] = self.perceptual(result, truth)
        else:
            terms["gradients"] = losses.gradients(result, truth, weight, scales)
        if "discriminator" in stage["networks"]:
            judge = self.networks["discriminator"]
            real, fake = (judge(picture, seen["driving_maps"][-1]) for picture in (truth, result))
            terms["adversarial"], terms["matching"] = judge.adversarial(fake), judge.matching(real, fake)
        return terms

    def train_step(self, batch, stage, side, rng):
        """`side` of the window that the renderer sees."""
        trained = [name for name in stage["networks"] if name != "discriminator"]
        terms = {}
        with self.autocast():
            fields = self.fields(batch, stage)
            if "motion" in trained:
                terms.update(self.motion_terms(batch, fields, stage))
            if "rendering" in trained:
                field = batch["field"] if stage.get("true_field") else fields[-1]
                seen = window(batch, field, side, rng)
                result = self.render(seen)
                terms.update(self.rendering_terms(seen, result, stage))
        loss = sum(self.config["losses"][name] * value for name, value in terms.items())
        for optimizer in self.optimizers.values():
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for name in trained:
            torch.nn.utils.clip_grad_norm_(self.networks[name].parameters(), self.config["clip"])
            self.optimizers[name].step()
        if "discriminator" in stage["networks"]:
            judge = self.networks["discriminator"]
            self.optimizers["discriminator"].zero_grad(set_to_none=True)
            maps = seen["driving_maps"][-1]
            terms["discriminator"] = judge.loss(judge(seen["driving"], maps), judge(result.detach(), maps))
            terms["discriminator"].backward()
            self.optimizers["discriminator"].step()
        for name in trained:
            self.averages[name].update(self.networks[name], self.total)
        return {name: float(value.detach()) for name, value in terms.items()}

    @torch.no_grad()
    def meet(self):
        """Gives every process the mean of all their weights. Statistics of batch norms stay each one's own; the first process saves its."""
        weights = [weight for network in self.networks.values() for weight in network.parameters()]
        means = torch.cat([weight.flatten() for weight in weights]) / PROCESSES
        torch.distributed.all_reduce(means)
        for weight, mean in zip(weights, means.split([weight.numel() for weight in weights])):
            weight.copy_(mean.view_as(weight))

    # The run

    def set_rates(self, stage):
        """Linear warm-up, then a cosine from the stage's first rate to its last."""
        done = self.step / stage["steps"]
        scale = stage["rate"][1] + (stage["rate"][0] - stage["rate"][1]) * (1 + np.cos(np.pi * done)) / 2
        scale *= min(1, (self.step + 1) / stage.get("warm_up", 1))
        rates = {**self.config["rates"], **stage.get("rates", {})}
        for name, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = rates[name] * scale

    def run_stage(self, stage):
        if stage.get("from_average") and self.step == 0:
            for name, average in self.averages.items():
                self.networks[name].load_state_dict(average.state)
        for name, network in self.networks.items():
            network.train(name in stage["networks"] and not stage.get("freeze_norms"))
        sums, last = {}, time.time()
        while self.step < stage["steps"]:
            self.set_rates(stage)
            pool_name, size, count, *side = stage["batches"][self.total % len(stage["batches"])]
            rng = np.random.default_rng([self.config["seed"], self.total, RANK])
            pool = self.pool(pool_name, size)
            shares = {name: stage.get(name, 0.0) for name in ("same", "recolor", "turned")}
            batch = pool.batch(rng, count, **shares, motion_size=motion_size(stage))
            batch = self.to_device(batch)
            for name, value in self.train_step(batch, stage, *(side or [size]), rng).items():
                sums.setdefault(name, []).append(value)
            self.step += 1
            self.total += 1
            if PROCESSES > 1 and self.total % self.config["meet_steps"] == 0:
                self.meet()
            if self.total % self.config["print_steps"] == 0:
                seconds = (time.time() - last) / self.config["print_steps"]
                values = "  ".join(f"{name} {np.mean(value):.4f}" for name, value in sums.items())
                say(f"{time.strftime('%H:%M:%S')}  {stage['name']} {self.step}/{stage['steps']}  {seconds:.2f} s  {values}")
                sums, last = {}, time.time()
            if RANK == 0 and self.total % self.config["sheet_steps"] == 0:
                self.sheet(stage)
            if self.total % self.config["refresh_steps"] == 0:
                for pool in self.pools.values():
                    pool.refresh()
            if time.time() - self.saved > 60 * self.config["save_minutes"]:
                self.save()

    def sheet(self, stage):
        """Held-out people by the averaged weights."""
        pool = self.pool("held-out", stage["batches"][0][1])
        batch = pool.batch(np.random.default_rng(0), 6, motion_size=motion_size(stage))
        states = {name: average.state for name, average in self.averages.items()}
        draw_sheet(self.output / f"sheet-{self.total:06d}.png", batch, states, stage.get("true_field", False))

    def run(self):
        while self.stage < len(self.config["stages"]):
            self.run_stage(self.config["stages"][self.stage])
            self.stage += 1
            self.step = 0
            self.save()


def say(text):
    if RANK == 0:
        print(text, flush=True)


def write(path, state):
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.rename(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=HERE / "schedule.json")
    parser.add_argument("--output", type=Path, default=Path("out/demo-model"))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="more were slower on a busy CPU")
    parser.add_argument("--start", type=Path, help="a converted model to begin at")
    parser.add_argument("--stages", nargs="+", help="names; all of them by default")
    parser.add_argument("--vgg", type=Path, help="torchvision's VGG-19 weights, for the perceptual loss")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    if PROCESSES > 1:
        torch.distributed.init_process_group("gloo")
    config = json.loads(options.config.read_text())
    if options.stages:
        stages = {stage["name"]: stage for stage in config["stages"]}
        config["stages"] = [stages[name] for name in options.stages]
    trainer = Trainer(config, options.output, options.device, options.vgg)
    if not trainer.resume() and options.start:
        trainer.start(options.start)
    trainer.run()


if __name__ == "__main__":
    main()

import argparse
import gc
import logging
import operator
import os
import random
import sys
import time
import warnings
from abc import ABC, abstractmethod
from contextlib import contextmanager, nullcontext
from functools import reduce

import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore", category=UserWarning)
logging.basicConfig(level=logging.INFO)
sys.path.append("..")


def seed_everything(seed: int = 42) -> None:
    random.seed(seed)
    os.environ["PYTHONHASHSEED"] = str(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


class Model(ABC):
    def __init__(self):
        super().__init__()
        self.calls = 0

    @abstractmethod
    def loss(self, x): ...

    def __setattr__(self, name, value):
        super().__setattr__(name, value)


class Square(Model):
    def __init__(self, w):
        super(Square, self).__init__()
        self.w = w

    def loss(self, x):
        self.calls += 1
        return (self.w * x) ** 2


@contextmanager
def section(name):
    print("begin", name)
    yield name.upper()
    print("end", name)


def main(argv):
    parser = argparse.ArgumentParser(description="a toy")
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--batch-size", type=int, default=4, help="rows")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args([])
    print(args, parser.parse_args(["--lr", "0.5", "-v"]).lr)
    seed_everything(0)
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    print(device, device.type, os.path.join("data", "x.txt"), os.environ.get("PYTHONHASHSEED"))
    model = Square(torch.randn(1, requires_grad=True))
    optimizer = torch.optim.SGD([model.w], lr=args.lr)

    def closure():
        optimizer.zero_grad()
        loss = model.loss(torch.ones(1)).sum()
        loss.backward()
        return loss

    with section("training") as said, nullcontext():
        for _ in range(2):
            print(said, optimizer.step(closure).item() > 0, model.w)
    print(issubclass(Square, Model), model.calls, isinstance(optimizer, torch.optim.Optimizer))
    print(reduce(operator.add, [model.w, model.w]), sorted([(2, "a"), (1, "b")], key=operator.itemgetter(1)))
    sys.stdout.write("written\n")
    sys.stdout.flush()
    gc.collect()
    return 0


t = torch.ones(2, requires_grad=True)
t.own = "note"
print(t.own, hasattr(t, "other"))
try:
    raise KeyboardInterrupt
except KeyboardInterrupt:
    print("stopped")
if __name__ == "__main__":
    main(sys.argv)

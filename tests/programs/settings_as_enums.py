from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Dict, List, Optional
import torch
import torch.nn as nn

class Act(Enum):
    RELU = "relu"
    TANH = "tanh"
    GELU = "gelu"

class Phase(Enum):
    TRAIN = auto()
    EVAL = auto()

@dataclass
class Config:
    sizes: List[int] = field(default_factory=lambda: [2, 8, 1])
    act: Act = Act.TANH
    lr: float = 0.1
    note: Optional[str] = None

LAYERS: Dict[Act, type] = {Act.RELU: nn.ReLU, Act.TANH: nn.Tanh, Act.GELU: nn.GELU}

def build(cfg: Config) -> nn.Sequential:
    layers: List[nn.Module] = []
    for a, b in zip(cfg.sizes[:-1], cfg.sizes[1:]):
        layers += [nn.Linear(a, b), LAYERS[cfg.act]()]
    return nn.Sequential(*layers[:-1])

torch.manual_seed(0)
cfg = Config(act=Act("relu"))
model = build(cfg)
print(cfg.act, cfg.act.name, cfg.act.value, Act["GELU"], cfg.act is Act.RELU, cfg.act == Act.TANH)
print([a.name for a in Act], len(Act), Phase.TRAIN.value, Phase.EVAL.value)
print(repr(Phase.EVAL), isinstance(Phase.EVAL, Phase), Act.RELU in LAYERS)
phase = Phase.TRAIN
x = torch.randn(5, 2)
loss = model(x).pow(2).mean()
if phase is Phase.TRAIN:
    loss.backward()
print(f"{loss:.4f} {cfg.note!r}")
try:
    Act("swish")
except ValueError as e:
    print("ValueError:", e)

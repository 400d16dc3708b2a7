"""gradstep's engine: a small autograd that records every forward and backward pass as a snapshot.

source text + inputs → program → Tensors → backward → Snapshot

>>> import engine
>>> snap = engine.run("(x*w - y)**2", inputs={"x": 1.0, "w": 1.0, "y": 2.0}).passes[0]
>>> snap["w"].gradient
-2.0
"""

from engine.check import check
from engine.errors import EngineError, InputError, LimitError, SourceError
from engine.program import Run, free_names, run
from engine.recording import snapshot
from engine.snapshot import Snapshot
from engine.tensor import Tensor, tensor

__all__ = [
    "EngineError",
    "InputError",
    "LimitError",
    "Run",
    "Snapshot",
    "SourceError",
    "Tensor",
    "check",
    "free_names",
    "run",
    "snapshot",
    "tensor",
]
__version__ = "0.1.0"

"""gradstep's engine: a small autograd that records every forward and backward pass as a snapshot.

source text + inputs → program → Tensors → backward → Snapshot

>>> import engine
>>> snap = engine.run("(x*w - y)**2", inputs={"x": 1.0, "w": 1.0, "y": 2.0}).passes[0]
>>> snap["w"].gradient
-2.0
"""

from engine import functions
from engine.adjoint import gradient_snapshot
from engine.check import check
from engine.derivatives import grad, hessian, jvp
from engine.errors import Cancelled, EngineError, InputError, LimitError, ShapeError, SourceError
from engine.language.machine import Progress
from engine.mode import no_grad
from engine.program import Run, free_names, run
from engine.recording import snapshot
from engine.snapshot import Snapshot
from engine.tensor import Tensor, tensor

__all__ = [
    "Cancelled",
    "EngineError",
    "InputError",
    "LimitError",
    "Progress",
    "Run",
    "ShapeError",
    "Snapshot",
    "SourceError",
    "Tensor",
    "check",
    "free_names",
    "functions",
    "grad",
    "gradient_snapshot",
    "hessian",
    "jvp",
    "no_grad",
    "run",
    "snapshot",
    "tensor",
]
__version__ = "0.2.0"

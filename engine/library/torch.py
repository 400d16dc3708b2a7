"""The module `torch` and its parts, as programs import them."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from engine import mode
from engine.errors import InputError
from engine.functions import FUNCTIONS
from engine.language.guard import Guard
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Size, Token, Value, natives
from engine.library import distributions, modules, nn_utils, precision, transforms
from engine.library.arrays import from_numpy
from engine.library.attributes import transposed_matrix
from engine.library.autograd import AUTOGRAD, FUNCTION_MODULE
from engine.library.batches import DATA
from engine.library.creation import CLASS_TENSOR, CREATION
from engine.library.exchange import CPU, DTYPES, Device, function, native, plain
from engine.library.functional import FUNCTIONAL
from engine.library.generators import GENERATOR
from engine.library.initialisation import INIT
from engine.library.keeping import KEEPING
from engine.library.layers import LAYERS, PARAMETER
from engine.library.lbfgs import LBFGS
from engine.library.linear_algebra import FUNCTIONS_OF_MATRICES, LINALG
from engine.library.optimizers import OPTIMIZERS
from engine.library.optimizers_more import MORE_OPTIMIZERS
from engine.library.schedules_more import SCHEDULES
from engine.library.session import session
from engine.library.testing import TESTING
from engine.messages import Message
from engine.printing import Digits
from engine.tensor import Tensor, constant

TENSOR: Final = Class(
    "Tensor",
    (),
    {
        "__new__": CLASS_TENSOR,
        "__instancecheck__": Native("isinstance", lambda machine, value: type(value) is Tensor),
    },
    "torch",
)
_FILES = Message("it works with files, and programs have none here; leave it out")
_MISSING_TORCH: Final = {
    "hub": _FILES,
    **dict.fromkeys(("mps", "xpu"), Message("everything runs on the CPU here; leave it out")),
    **dict.fromkeys(
        ("compile", "jit", "fx", "onnx"), Message("programs are read and run as they stand here; leave it out")
    ),
    **dict.fromkeys(
        ("float16", "half", "bfloat16", "complex64", "complex128", "cfloat"),
        Message("the element types here are float32, float64, int64, int32, int16, int8, uint8 and bool"),
    ),
    "svd": Message("write torch.linalg.svd"),
    "set_default_tensor_type": Message("write dtype=torch.float64 where a tensor is made"),
    "set_default_dtype": Message("write dtype=torch.float64 where a tensor is made"),
    "distributed": Message("everything runs in one place here; leave it out"),
    "multiprocessing": Message("everything runs in one place here; leave it out"),
}
_NO_DEVICE: Final = dict.fromkeys(
    ("get_device_name", "synchronize", "memory_allocated", "Event"),
    Message("everything runs on the CPU here; leave it out"),
)
_ABSENT: Final = natives(
    {
        "is_available": lambda machine: False,
        "is_built": lambda machine: False,
        "device_count": lambda machine: 0,
        "manual_seed": lambda machine, seed: None,
        "manual_seed_all": lambda machine, seed: None,
        "empty_cache": lambda machine: None,
    }
)
"""What programs ask of other devices; there are none."""
_MISSING_NN: Final = {
    name: Message("build it from nn.Linear and the functions of torch")
    for name in ("Conv3d", "EmbeddingBag", "Bilinear")
}
_MISSING_OPTIM: Final = {
    name: Message("the optimizers here are all of PyTorch's but those for sparse gradients: take Adam")
    for name in ("SparseAdam", "Adafactor", "Muon")
}


def _no_grad(machine: Machine, function: Value = None) -> Value:
    return Guard("torch.no_grad()", mode.no_grad)


def _enable_grad(machine: Machine) -> Value:
    return Guard("torch.enable_grad()", mode.enable_grad)


def _set_grad(machine: Machine, enabled: Value) -> Value:
    return Guard("torch.set_grad_enabled()", mode.enable_grad if enabled else mode.no_grad)


def _dropout(machine: Machine, input: Tensor, p: float = 0.5, training: Value = True, inplace: Value = False) -> Tensor:
    if not training or p == 0:
        return input
    drawn = session(machine).random.uniform(input.shape, dtype=np.dtype(np.float64))
    kept = (drawn < 1 - p).astype(input.dtype) / input.dtype.type(1 - p)
    return input * constant(kept)


def _allclose(machine: Machine, input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    return bool(np.allclose(np.asarray(input.value), np.asarray(other.value), rtol, atol))


def _equal(machine: Machine, input: Tensor, other: Tensor) -> bool:
    return input.shape == other.shape and bool(np.all(np.asarray(input.value) == np.asarray(other.value)))


def _manual(name: str) -> Callable[..., Value]:
    def called(machine: Machine, *arguments: Value, **named: Value) -> Value:
        return function(name)(*map(plain, arguments), **{key: plain(value) for key, value in named.items()})

    return called


def _finfo(machine: Machine, type: Value = DTYPES["float32"]) -> Instance:
    """`torch.finfo(torch.float32)`."""
    about = np.finfo(plain(type))
    numbers = {
        name: float(getattr(about, name)) for name in ("eps", "max", "min", "tiny", "smallest_normal", "resolution")
    }
    return _with(Class("finfo", (), {}), {**numbers, "bits": about.bits})


def _iinfo(machine: Machine, type: Value) -> Instance:
    """`torch.iinfo(torch.int64)`."""
    about = np.iinfo(plain(type))
    return _with(Class("iinfo", (), {}), {"max": about.max, "min": about.min, "bits": about.bits})


def _with(kind: Class, numbers: dict[str, Value]) -> Instance:
    made = Instance(kind)
    made.attributes |= numbers
    return made


def _ignored(machine: Machine, *arguments: Value, **named: Value) -> None:
    return None


def _print_options(
    machine: Machine, precision: Value = None, *, sci_mode: Value = None, profile: str = "default", **_: Value
) -> None:
    usual: int = 2 if profile == "short" else machine.library["digits"].precision
    digits = usual if precision is None else int(precision)
    if not 0 <= digits <= 17:
        raise InputError(
            Message("precision= is a number of digits from 0 to 17"),
            hint=Message("write for example torch.set_printoptions(precision=8)"),
        )
    machine.library["digits"] = Digits(digits, None if sci_mode is None else bool(sci_mode))


def _functions() -> dict[str, Value]:
    """Everything of `torch` and `torch.nn.functional` that is a function."""
    found: dict[str, Value] = {name: native(name, made) for name, made in FUNCTIONS.items()}
    found |= CREATION | FUNCTIONAL | KEEPING | FUNCTIONS_OF_MATRICES
    found |= natives(
        {
            "no_grad": _no_grad,
            "enable_grad": _enable_grad,
            "inference_mode": _no_grad,
            "set_grad_enabled": _set_grad,
            "allclose": _allclose,
            "equal": _equal,
            "dropout": _dropout,
            "is_tensor": lambda machine, value: type(value) is Tensor,
            "is_grad_enabled": lambda machine: not mode.without_gradients(),
            "numel": lambda machine, value: int(np.size(value.value)),
            "t": transposed_matrix,
            "from_numpy": from_numpy,
            "finfo": _finfo,
            "iinfo": _iinfo,
            "get_default_dtype": lambda machine: DTYPES["float32"],
            "set_printoptions": _print_options,
            "use_deterministic_algorithms": _ignored,
            "device": lambda machine, name: CPU,
            "seed": _ignored,
        }
    )
    return found


def namespaces(functions: dict[str, Value]) -> dict[str, Namespace]:
    """All modules below `torch`, by their full names."""
    functional = Namespace("torch.nn.functional", functions)
    nn = Namespace(
        "torch.nn",
        {**LAYERS, "Parameter": PARAMETER, "functional": functional, "init": INIT, "utils": nn_utils.UTILS},
        _MISSING_NN,
    )
    optim = Namespace(
        "torch.optim", {**OPTIMIZERS, **MORE_OPTIMIZERS, "LBFGS": LBFGS, "lr_scheduler": SCHEDULES}, _MISSING_OPTIM
    )
    data = Namespace("torch.utils", {"data": DATA})
    cuda = Namespace("torch.cuda", {**_ABSENT, "amp": precision.CUDA_AMP}, _NO_DEVICE)
    mps = Namespace("torch.backends.mps", _ABSENT)
    backends = Namespace("torch.backends", {"mps": mps, "cuda": cuda, "cudnn": Namespace("torch.backends.cudnn", {})})
    accelerator = Namespace(
        "torch.accelerator", {**_ABSENT, "current_accelerator": Native("current_accelerator", _ignored)}, _NO_DEVICE
    )
    torch = Namespace(
        "torch",
        {
            "accelerator": accelerator,
            "distributions": distributions.MODULES[0],
            "linalg": LINALG,
            "testing": TESTING,
            "amp": precision.AMP,
            "autocast": precision.AUTOCAST,
            "func": transforms.FUNC,
            "vmap": transforms.FUNC.members["vmap"],
            **functions,
            **DTYPES,
            "Tensor": TENSOR,
            "nn": nn,
            "optim": optim,
            "autograd": AUTOGRAD,
            "utils": data,
            "cuda": cuda,
            "backends": backends,
            "Generator": GENERATOR,
            "FloatTensor": TENSOR,
            "pi": math.pi,
            "e": math.e,
            "inf": math.inf,
            "nan": math.nan,
            "__version__": "2.13.0",
            "Size": Token("<class 'torch.Size'>", Native("Size", lambda machine, sizes=(): Size(machine.taken(sizes)))),
        },
        _MISSING_TORCH,
    )
    parts = (nn_utils, distributions, precision, transforms)
    own = (torch, accelerator, nn, functional, INIT, optim, SCHEDULES, AUTOGRAD, FUNCTION_MODULE, LINALG, TESTING)
    every = (*own, data, DATA, cuda, backends, *(each for part in parts for each in part.MODULES))
    return {each.name: each for each in every}


FUNCTIONS_OF_TORCH: Final = _functions()
MODULES: Final = namespaces(FUNCTIONS_OF_TORCH)
BARE: Final[dict[str, Value]] = {
    **{name: value for name, value in FUNCTIONS_OF_TORCH.items() if len(name) > 1 and name not in ("device", "seed")},
    **{name: value for name, value in LAYERS.items() if name != "Module"},
    "Tensor": TENSOR,
    "Parameter": PARAMETER,
}
"""What a program may also call without a prefix."""
MAKERS: Final = frozenset({*CREATION, *LAYERS, "Tensor", "Parameter"})
"""The names whose use says that a source makes its tensors itself."""


_SWITCHES: Final = ("deterministic", "benchmark", "enabled", "allow_tf32")
"""What programs set in `torch.backends`; it changes nothing on the CPU."""


def install(machine: Machine) -> None:
    """What the machine needs of the library while it runs."""
    machine.readers[Device] = {"type": lambda machine, self: self.name, "index": lambda machine, self: None}
    machine.writers[Namespace] = dict.fromkeys(_SWITCHES, _ignored)
    machine.library |= {
        "attach": modules.attach,
        "christen": modules.christen,
        "dropout": _dropout,
        "tensor_class": TENSOR,
        "parameter_class": PARAMETER,
    }

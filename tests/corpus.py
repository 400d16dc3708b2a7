"""Programs as people write them, and what PyTorch prints for each; `python -m tests.corpus` records it.

`programs/NAME.py` is a program; `programs/NAME.out` holds what it printed under PyTorch, and in a last line that begins
with `!` the line and the error that ended it, if one did.
"""

import contextlib
import importlib
import io
import re
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any, Final

from tests.marks import FILE, Mark, Watch, keep, on_file

FOLDER: Final = Path(__file__).parent / "programs"
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.py"))
SEED: Final = 0
"""Where the random numbers of a program start that sets no seed itself."""


def source(name: str) -> str:
    """The text of a program."""
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


def recorded(name: str) -> tuple[str, str | None]:
    """What PyTorch printed, and the error that ended the program."""
    return parted((FOLDER / f"{name}.out").read_text(encoding="utf-8"))


def parted(text: str) -> tuple[str, str | None]:
    """The lines printed and the error."""
    printed, mark, error = text.rpartition("!")
    return (printed, error.strip()) if mark and (not printed or printed.endswith("\n")) else (text, None)


def under_pytorch(text: str) -> str:
    """What a program prints under PyTorch, and the error that ends it."""
    return watched(text)[0]


def watched(text: str) -> tuple[str, list[list[Mark]]]:
    """What a program of this folder prints under PyTorch, on one thread, and the error that ends it; and the marks of
    its leaves' gradients at every `backward()`."""
    torch: Any = importlib.import_module("torch")
    random: Any = importlib.import_module("random")
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    random.seed(SEED)
    printed, ended = io.StringIO(), ""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),  # some keep their model in a file
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
        Watch(torch) as watch,
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "program", "exec"), {"__name__": "__main__"})  # programs of this folder only
        except Exception as error:
            ended = f"!{_line(error)}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}\n"
    return printed.getvalue() + ended, watch.seen


def _line(error: Exception) -> int:
    """The line of the program on which the error came up."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "program"]
    return lines[-1] or 0


_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)")
_TENSOR: Final = re.compile(r"tensor\((?:[^()]|\([^()]*\))*\)", re.DOTALL)


def agree(ours: str, theirs: str, *, last_place: bool = False) -> bool:
    """Whether two outputs are the same: printed tensors character by character, other numbers to six significant
    digits; with `last_place`, a number of a tensor may differ by one in its last place."""
    if ours == theirs:
        return True
    if _NUMBER.sub("#", ours) != _NUMBER.sub("#", theirs):
        return False
    mine, other = _TENSOR.findall(ours), _TENSOR.findall(theirs)
    if len(mine) != len(other) or not all(_alike(a, b, last_place) for a, b in zip(mine, other, strict=True)):
        return False
    pairs = zip(_outside(ours), _outside(theirs), strict=True)
    return all(one == other or _near(one, other) for one, other in pairs)


def _alike(ours: str, theirs: str, last_place: bool) -> bool:
    if ours == theirs or not last_place:
        return ours == theirs
    pairs = zip(_NUMBER.findall(ours), _NUMBER.findall(theirs), strict=True)
    return all(one == other or abs(float(one) - float(other)) <= 1.01 * _last_place(other) for one, other in pairs)


def _outside(text: str) -> list[str]:
    """The numbers that do not stand in a printed tensor."""
    return _NUMBER.findall(_TENSOR.sub("", text))


def _near(one: str, other: str) -> bool:
    """The same to six significant digits."""
    a, b = float(one), float(other)
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def _last_place(number: str) -> float:
    """What one in the last place of a printed number is worth."""
    digits, _, exponent = number.partition("e")
    return float(10.0 ** (int(exponent or 0) - len(digits.partition(".")[2])))


if __name__ == "__main__":
    marks = on_file() if FILE.exists() else {}
    for each in sys.argv[1:] or NAMES:
        said, marks[each] = watched(source(each))
        (FOLDER / f"{each}.out").write_text(said, encoding="utf-8")
    keep({name: marks[name] for name in NAMES})

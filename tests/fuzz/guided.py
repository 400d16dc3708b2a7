"""Coverage-guided fuzzing of source texts with atheris: the process that is run again and again by `hunt`.

`python -m tests.fuzz.guided FOLDER [libFuzzer's options] CORPUS`: what breaks a claim is written to FOLDER, a file for
each cause, and the hunt goes on.
"""

import hashlib
import importlib
import random
import sys
from pathlib import Path
from typing import Any, Final

atheris: Final[Any] = importlib.import_module("atheris")
_WATCHED: Final = ["engine.program", "engine.language", "engine.library", "engine.calls"]
"""What reads and runs a source; the arithmetic below it would only slow the hunt down."""
with atheris.instrument_imports(include=_WATCHED):
    claim: Final = importlib.import_module("tests.fuzz.claim")
    mutation: Final = importlib.import_module("tests.fuzz.mutation")


def main() -> None:
    """Hunts until libFuzzer's options say stop."""
    folder = Path(sys.argv.pop(1))

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "surrogatepass" if b"\xed" in data else "ignore")
        found = claim.finding(text)
        if found is not None:
            name = hashlib.sha256(found.where.encode()).hexdigest()[:12]
            path = folder / name
            if not path.exists() or path.stat().st_size > len(data) + 200:
                said = f"# {found.where}\n# {found.what}\n".encode(errors="backslashreplace")
                path.write_bytes(said + data)
                print(f"FOUND {found.where} | {found.what}", file=sys.stderr, flush=True)

    atheris.Setup(sys.argv, _whole(one), custom_mutator=_mutate, custom_crossover=_cross)
    atheris.Fuzz()


def _whole(one: Any) -> Any:
    """Bytes that are no text are taken for as much text as they hold."""

    def run(data: bytes) -> None:
        try:
            one(data)
        except UnicodeDecodeError:
            one(data.decode("utf-8", "ignore").encode())

    return run


def _mutate(data: bytes, most: int, seed: int) -> bytes:
    chance = random.Random(seed)
    if chance.random() < 0.1:
        raw: bytes = atheris.Mutate(data, len(data) + 8)
        return raw[:most]
    text: str = mutation.mutated(data.decode("utf-8", "replace"), chance)
    return text.encode("utf-8", "surrogatepass")[: min(most, mutation.LONGEST)]


def _cross(one: bytes, other: bytes, most: int, seed: int) -> bytes:
    made: str = mutation.crossed(one.decode("utf-8", "replace"), other.decode("utf-8", "replace"), random.Random(seed))
    return made.encode("utf-8", "surrogatepass")[:most]


if __name__ == "__main__":
    main()

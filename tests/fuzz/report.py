"""docs/fuzz.md: what each campaign last said, a part for each."""

import re
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parents[2] / "docs" / "fuzz.md"


def write(title: str, text: str) -> None:
    """Replaces a campaign's part, or adds it."""
    old = FILE.read_text(encoding="utf-8")
    part = f"## {title}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    new = pattern.sub(lambda _: f"{part}\n", old) if pattern.search(old) else f"{old.rstrip()}\n\n{part}"
    FILE.write_text(f"{new.rstrip()}\n", encoding="utf-8")

"""Refuse to build a wheel whose page would come without its scripts, editor and fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageIsBuilt(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for part in ("vendor/fonts.css", "built/needs.json"):
            if version == "standard" and not (Path(self.root) / "static" / part).exists():
                raise FileNotFoundError(f"static/{part} is not built; run `make setup` first")

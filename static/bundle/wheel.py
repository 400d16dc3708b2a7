"""Refuse to build a wheel whose page would come without its editor and fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class VendorIsBuilt(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        vendor = Path(self.root) / "static" / "vendor"
        if version == "standard" and not (vendor / "fonts.css").exists():
            raise FileNotFoundError("static/vendor is not built; run `make setup` first")

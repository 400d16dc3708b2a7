"""Write how wide each character is, so that the server can size a card without a browser.

    .venv/bin/python static/bundle/widths.py            # writes app/render/widths.json
    .venv/bin/python static/bundle/widths.py --check    # fails if that file no longer fits the fonts

Reads the fonts that are shipped. The file maps stack → weight → advance width in em → the characters that
wide. The stacks are those of the page: `sans` is Inter, `tabular` is Inter with `tabular-nums`, `mono` is
JetBrains Mono; a character that a font lacks has the width of the next font in the stack.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from fontTools.ttLib import TTFont

PROJECT = Path(__file__).resolve().parents[2]
FONTS = PROJECT / "static" / "vendor" / "fonts"
TARGET = PROJECT / "app" / "render" / "widths.json"

INTER = ("inter.woff2", "inter-extended.woff2")
SYMBOLS = ("stix-two-math.woff2",)
WEIGHTS = (400, 600)

Widths = dict[str, float]


def advances(file: str, weight: int, *, tabular: bool = False) -> Widths:
    font = TTFont(FONTS / file)
    em = font["head"].unitsPerEm
    glyphs = font.getGlyphSet(location={"wght": weight} if "fvar" in font else None)
    swapped = tabular_forms(font) if tabular else {}
    characters = font.getBestCmap().items()
    return {chr(code): round(glyphs[swapped.get(name, name)].width / em, 4) for code, name in characters}


def tabular_forms(font: TTFont) -> dict[str, str]:
    """Which glyph stands for which under `font-variant-numeric: tabular-nums`."""
    if "GSUB" not in font:
        return {}
    table = font["GSUB"].table
    features = [record.Feature for record in table.FeatureList.FeatureRecord if record.FeatureTag == "tnum"]
    lookups = {index for feature in features for index in feature.LookupListIndex}
    subtables = [getattr(s, "ExtSubTable", s) for i in lookups for s in table.LookupList.Lookup[i].SubTable]
    return {old: new for subtable in subtables for old, new in subtable.mapping.items()}


def stack(*files: str, weight: int, tabular: bool = False) -> Widths:
    """The widths a browser would find: the first font that has a character wins."""
    widths: Widths = {}
    for file in reversed(files):
        widths |= advances(file, weight, tabular=tabular)
    return {character: width for character, width in widths.items() if ord(character) < 0x10000}


def by_width(widths: Widths) -> dict[str, str]:
    groups: defaultdict[float, list[str]] = defaultdict(list)
    for character, width in sorted(widths.items()):
        groups[width].append(character)
    return {f"{width:g}": "".join(characters) for width, characters in sorted(groups.items())}


def measure() -> str:
    stacks = {
        "sans": {str(w): by_width(stack(*INTER, *SYMBOLS, weight=w)) for w in WEIGHTS},
        "tabular": {str(w): by_width(stack(*INTER, *SYMBOLS, weight=w, tabular=True)) for w in WEIGHTS},
        "mono": {str(w): by_width(stack(f"jetbrains-mono-{w}.woff2", *INTER, *SYMBOLS, weight=w)) for w in WEIGHTS},
    }
    return json.dumps(stacks, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def main() -> None:
    text = measure()
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text(encoding="utf-8") != text:
            sys.exit(f"{TARGET.relative_to(PROJECT)} does not fit the fonts: run static/bundle/widths.py")
    else:
        TARGET.write_text(text, encoding="utf-8")
        print(f"{TARGET.relative_to(PROJECT)}  {len(text.encode()) / 1000:.1f} kB")


if __name__ == "__main__":
    main()

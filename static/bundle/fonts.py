"""Cut the three typefaces down to the characters the page shows, and write the style sheet that names them.

    .venv/bin/python static/bundle/fonts.py

Reads whole fonts from `node_modules/`, writes `static/vendor/fonts/*.woff2` and `static/vendor/fonts.css`.
Ready-made web subsets split off −, ∂, √, σ and ŷ, which stand on nearly every card here: cutting our own
puts them in the first file and still weighs less. Ligatures and contextual forms are dropped: code must
read as typed, and text must be as wide as the sum of its characters. Inter keeps kerning and tabular figures.
The same fonts and tools give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fontTools.varLib import instancer

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = PROJECT / "node_modules"
VENDOR = PROJECT / "static" / "vendor"

ASCII = frozenset(range(0x20, 0x7F))
LATIN_1 = frozenset(range(0xA0, 0x100))
LATIN_EXTENDED_A = frozenset(range(0x100, 0x180))
GREEK = frozenset(range(0x391, 0x3CA))
PUNCTUATION = frozenset(map(ord, "–—‘’“”‹›•…′″€"))
SCRIPTS = frozenset({*range(0x2070, 0x209D), *map(ord, "ʰʲʳˡˢˣʷʸᵀᵃᵇᵈᵉᵏᵐᵗᵢᵣⱼ")})
OPERATORS = frozenset(map(ord, "−×÷±·∂∇√∞∑∏∫≈≠≤≥∈∘⊤⋅←↑→↓↔↩↻⇒⇤⇥↵⇧⌘"))
CIRCLED = frozenset(map(ord, "⊙⊗⊕"))  # Inter draws these as large as its numbered badges
SHAPES = frozenset(map(ord, "✓✗■□▲△▶▷▸▼▽◀◁◂●○◐⚠"))
HATS = frozenset(map(ord, "ŷẑȳ"))
CORE = ASCII | LATIN_1 | GREEK | PUNCTUATION | SCRIPTS | OPERATORS | SHAPES | HATS
ITALICS = frozenset({*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E})  # MathML's 𝑥 and 𝜎
SIGNS = frozenset(map(ord, "¬·×÷ˆ˜¯′″ℓℒℝ𝟙⋯…‖⌊⌋⟨⟩"))
GLYPHS = frozenset(map(ord, "∀∃∗∠∧∨⊻≣⇅⇋⇢⋱⌈⌉①▤▦▬▭▯◹◺✂⟍⤒⤓⤢⤨⧉⫴⫽⬚𝟎"))  # of operations, see `engine.ops`
MATHEMATICS = ASCII | GREEK | OPERATORS | CIRCLED | SHAPES | ITALICS | SIGNS | GLYPHS


@dataclass(frozen=True, kw_only=True)
class Face:
    """One `@font-face`: which characters of which font, under which name."""

    family: str
    weight: str
    source: str
    file: str
    characters: frozenset[int]
    features: tuple[str, ...] = ()
    axes: dict[str, float | tuple[float, float]] = field(default_factory=dict)


def inter(file: str, characters: frozenset[int]) -> Face:
    return Face(
        family="Inter",
        weight="400 700",
        source="inter-ui/variable/InterVariable.woff2",
        file=file,
        characters=characters,
        features=("kern", "tnum"),
        axes={"opsz": 14, "wght": (400, 700)},
    )


def jetbrains_mono(style: str, weight: str) -> Face:
    return Face(
        family="JetBrains Mono",
        weight=weight,
        source=f"@expo-google-fonts/jetbrains-mono/{style}/JetBrainsMono_{style}.ttf",
        file=f"jetbrains-mono-{weight}.woff2",
        characters=CORE,
    )


FACES = (
    inter("inter.woff2", CORE),
    inter("inter-extended.woff2", LATIN_EXTENDED_A - CORE),
    jetbrains_mono("400Regular", "400"),
    jetbrains_mono("600SemiBold", "600"),
    Face(
        family="STIX Two Math",
        weight="400",
        source="@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2",
        file="stix-two-math.woff2",
        characters=MATHEMATICS,
    ),
)


def transpose_sign(font: TTFont) -> None:
    """Give Inter the ᵀ of `Xᵀ·G`, which it lacks: its own T, made small and raised."""
    name, size = "uni1D40", 0.62
    glyphs, variations = font["glyf"], font["gvar"].variations
    part = GlyphComponent()
    part.glyphName, part.flags = "T", 0
    part.x, part.y = 0, round(glyphs["T"].yMax * (1 - size))
    part.transform = [[size, 0], [0, size]]
    glyph = Glyph()
    glyph.numberOfContours, glyph.components = -1, [part]
    width, bearing = font["hmtx"]["T"]
    glyphs[name] = glyph
    font.setGlyphOrder(glyphs.glyphOrder)
    glyph.recalcBounds(glyphs)
    font["hmtx"][name] = (round(width * size), round(bearing * size))
    variations[name] = []
    del font["HVAR"]  # it counts glyphs; advances follow from gvar just as well
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x1D40] = name


def minus_sign(font: TTFont) -> None:
    """Draw JetBrains Mono's minus as long as its plus: its own is the hyphen, and `−2` must not be read as `-2`."""
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x2212] = "endash"


def cut(face: Face) -> TTFont:
    font = TTFont(PACKAGES / face.source, recalcTimestamp=False)
    if face.family == "JetBrains Mono":
        minus_sign(font)
    if face.family == "Inter":
        transpose_sign(font)
    options = Options(layout_features=list(face.features), hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=face.characters)
    subsetter.subset(font)
    if face.axes:
        instancer.instantiateVariableFont(font, face.axes, inplace=True)
    font.flavor = "woff2"
    return font


def unicode_range(characters: Iterable[int]) -> str:
    """`{65, 66, 67, 215}` → `U+41-43,U+D7`, as CSS wants it."""
    ranges: list[list[int]] = []
    for code in sorted(characters):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in ranges)


def main() -> None:
    (VENDOR / "fonts").mkdir(parents=True, exist_ok=True)
    rules = []
    for face in FACES:
        font = cut(face)
        shown = font.getBestCmap()
        path = VENDOR / "fonts" / face.file
        font.save(path)
        rules.append(
            "@font-face {\n"
            f'  font-family: "{face.family}";\n'
            f"  font-weight: {face.weight};\n"
            "  font-display: swap;\n"
            f'  src: url("fonts/{face.file}") format("woff2");\n'
            f"  unicode-range: {unicode_range(shown)};\n"
            "}\n"
        )
        print(f"{'fonts/' + face.file:<30}{path.stat().st_size / 1000:7.1f} kB{len(shown):7} characters")
    (VENDOR / "fonts.css").write_text("\n".join(rules), encoding="utf-8")


if __name__ == "__main__":
    main()

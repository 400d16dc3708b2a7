"""LaTeX as MathML, which browsers draw by themselves."""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

_SIGN: Final = re.compile(r"&#x(\w{5});")
"""How the converter writes signs into its texts; all else there is what the LaTeX says."""
_ACCENTS: Final = {"\N{COMBINING CIRCUMFLEX ACCENT}": "^", "\N{COMBINING MACRON}": "¯", "\N{COMBINING TILDE}": "~"}


@lru_cache(maxsize=8192)
def mathml(latex: str) -> Markup:
    """LaTeX as the inside of a MathML `math` element; what cannot be set stands there as text."""
    try:
        whole = convert_to_element(latex)
    except Exception:  # it has many kinds without a common base; a name such as `_` meets one of them
        return Markup("<mtext>{}</mtext>").format(latex)
    _tidy(whole)
    return Markup("".join(ElementTree.tostring(each, encoding="unicode") for each in whole))


def _tidy(element: Element) -> None:
    """Puts its signs and accents in, and for a row of one that one: a browser lays out every element at every step."""
    if element.text:
        element.text = _SIGN.sub(lambda code: chr(int(code[1], 16)), element.text).replace(r"\_", "_")
    for index, child in enumerate(element):
        _tidy(child)
        if child.tag == "mrow" and len(child) == 1 and not child.attrib:
            element[index] = child[0]
        elif child.tag == "mi" and (accented := _accented(child.text or "")) is not None:
            element[index] = accented


def _accented(name: str) -> Element | None:
    """ŷ as y with a hat: no mathematical typeface has a slanted letter with its hat on."""
    letter, accent = (*unicodedata.normalize("NFD", name), "", "")[:2]
    if len(name) != 1 or accent not in _ACCENTS:
        return None
    made = Element("mover", accent="true")
    ElementTree.SubElement(made, "mi").text = letter
    ElementTree.SubElement(made, "mo", stretchy="false").text = _ACCENTS[accent]
    return made

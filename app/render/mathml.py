"""LaTeX as MathML, which browsers draw by themselves."""

from functools import lru_cache

from latex2mathml.converter import convert
from markupsafe import Markup


@lru_cache(maxsize=8192)
def mathml(latex: str) -> Markup:
    """LaTeX as the inside of a MathML `math` element; what cannot be set stands there as text."""
    if "<" in latex or "&" in latex:
        return Markup("<mtext>{}</mtext>").format(latex)
    try:
        whole = convert(latex).replace(r"\_", "_")
    except Exception:  # it has many kinds without a common base; a name such as `_` meets one of them
        return Markup("<mtext>{}</mtext>").format(latex)
    return Markup(whole[whole.index(">") + 1 : whole.rindex("<")])

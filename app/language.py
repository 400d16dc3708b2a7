"""The two languages: one gettext catalogue, read once; English is its own key."""

from functools import cache
from typing import Final

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from app.files import package_file
from app.render.view import Language
from engine.errors import EngineError
from engine.messages import Message

LANGUAGES: Final[dict[Language, str]] = {"en": "English", "zh": "简体中文"}


@cache
def _catalogue(lang: Language) -> dict[str, str]:
    if lang == "en":
        return {}
    with package_file("locale", lang, "LC_MESSAGES", "messages.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}


def translate(lang: Language, text: str) -> str:
    """`text` in that language; English where the catalogue has no entry (a test sees to it that it has)."""
    return _catalogue(lang).get(text, text)


def sentence(lang: Language, message: Message) -> str:
    """A message of the engine in that language, its values put in."""
    values = {name: sentence(lang, each) if isinstance(each, Message) else each for name, each in message.values}
    return translate(lang, message.template).format_map(values)


def markup(lang: Language, text: str, /, **values: object) -> Markup:
    """A translated template with HTML in its values; everything that is not `Markup` is escaped."""
    return Markup(translate(lang, text).format_map({name: escape(value) for name, value in values.items()}))


def refusal(lang: Language, error: EngineError) -> str:
    """What the engine refused and what to do about it, in one line."""
    said = sentence(lang, error.message)
    return f"{said}: {sentence(lang, error.hint)}" if error.hint else said


def chosen(query: str | None, accept: str | None) -> Language:
    """The language of a request: the one asked for, else the first known one the browser prefers, else English."""
    asked = (query or "").lower()
    if asked[:2] in LANGUAGES:
        return "zh" if asked.startswith("zh") else "en"
    for part in _preferred(accept or ""):
        if part[:2] in LANGUAGES:
            return "zh" if part.startswith("zh") else "en"
    return "en"


def _preferred(accept: str) -> list[str]:
    """The tags of an Accept-Language header, most wanted first."""
    weighed: list[tuple[float, str]] = []
    for part in "".join(accept[:500].lower().split()).split(","):
        tag, _, quality = part.partition(";q=")
        try:
            weighed.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda pair: pair[0]) if weight < 0]

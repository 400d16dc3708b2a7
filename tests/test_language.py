"""English and Chinese say the same, and neither shows up in the other."""

import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from string import Formatter
from typing import Any, Final

import httpx
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from hypothesis import example, given
from hypothesis import strategies as st

from app.examples import EXAMPLES
from app.language import LANGUAGES, chosen, markup, sentence, translate
from app.render import labels
from engine.functions import FUNCTIONS, METHODS
from engine.messages import Message
from engine.ops import TABLE
from tests.conftest import ROOT

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "Message": None,
    "_": None,
    "_say": None,
    "_text": None,
    "markup": (2,),
    "translate": (2,),
}
PROPER_NAMES = {
    *("PyTorch", "ELU", "GELU", "SELU", "SiLU", "Mish", "Leaky", "Huber"),
    *("NaN", "inf", "dim", "ln", "True"),
}
CHINESE = re.compile("[\u4e00-\u9fff]")
CODE_WORDS = {
    "PyTorch",
    "Adam",
    "softmax",
    "sigmoid",
    "ReLU",
    "Esc",
    "JSON",
    "sin",
    "pow",
    "tensor",
    "requires_grad",
    "True",
    "source",
    "inputs",
    "Softmax",
    "numpy",
    "backward",
    "mT",
    "None",
    "inf",
    "kernel",
    "length",
    "float",
    *("einsum", "float32", "start", "end", "indexing", "rounding_mode"),
} | {
    word
    for name in (*FUNCTIONS, *METHODS, *(each for op in TABLE.values() for each in (*op.operands, *op.attributes)))
    for word in re.findall(r"[A-Za-z_]{2,}", name)
}
"""What is code in a Chinese sentence too: the names of operations and of what they are given."""
"""What stays as it is in a Chinese sentence: it is typed, or it is on a key."""


@cache
def used() -> frozenset[str]:
    """Every sentence that the code and the templates can say."""
    with (ROOT / "app/locale/babel.cfg").open(encoding="utf-8") as settings:
        methods, options = parse_mapping_cfg(settings)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return frozenset(str(text) for _, _, text, _, _ in found if text)


@cache
def catalogue() -> dict[str, str]:
    """The Chinese sentence for each English one."""
    text = (ROOT / "app/locale/zh/LC_MESSAGES/messages.po").read_bytes()
    return {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(text), locale="zh_Hans") if entry.id}


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def english_words(text: str) -> set[str]:
    """Words of a Chinese sentence that are not Chinese, but for code and placeholders."""
    prose = re.sub(r"`[^`]*`|{{.*}}|{\w+}", " ", text)
    return set(re.findall(r"[A-Za-z_]{2,}", prose)) - CODE_WORDS


def code_words(text: str) -> set[str]:
    """Words of an English sentence that are code: quoted, called, assigned, or behind a point."""
    pieces = re.findall(r"'[^']*'|[\w.]+\([^)]*\)|\w+=\S+|\.\w+|\b\w*_\w+", text)
    return {word for piece in pieces for word in re.findall(r"[A-Za-z_]{2,}", piece)}


# --- the catalogue


def test_every_sentence_has_a_chinese_one_and_none_is_left_over() -> None:
    assert len(used()) > 100
    assert used() - set(catalogue()) == set(), "add these to app/locale/zh/LC_MESSAGES/messages.po"
    assert set(catalogue()) - used() == set(), "nobody says these any more"
    assert [text for text, chinese in catalogue().items() if not chinese.strip()] == []


EACH: Final = pytest.mark.parametrize("text", sorted(catalogue()))
"""Every sentence, which the first test compares with those of the code: to look for these takes long."""


@EACH
def test_a_translation_speaks_chinese_of_the_same_things(text: str) -> None:
    chinese = catalogue().get(text, "")
    assert placeholders(chinese) == placeholders(text)
    assert CHINESE.search(chinese) or text in (", ", "`{op}`: {what}", "einsum `{equation}`: {what}")
    assert english_words(chinese) - code_words(text) == set()
    assert not CHINESE.search(text)
    assert chinese == chinese.strip()
    prose = re.sub(r"`[^`]*`|'[^']*'|{{.*}}|[\w{}.]+\([^)]*\)|\(x\*w[^，]*", "", chinese)
    assert not re.search(r"[,;:?!](?= |$)|(?<!\d)\.$|[()]", prose), "punctuation is Chinese too"


@EACH
def test_every_sentence_can_be_filled_in(text: str) -> None:
    values = {name: f"<{name}>" for name in placeholders(text)}
    for lang in LANGUAGES:
        said = sentence(lang, Message(text, **values))
        assert all(value in said for value in values.values())
        assert not re.search(r"{\w+}", said)
        html = markup(lang, text, **values)
        assert all(f"&lt;{name}&gt;" in html for name in values)


def test_english_is_its_own_key_and_an_unknown_sentence_stays_as_it_is() -> None:
    assert translate("en", "Play") == "Play"
    assert translate("zh", "Play") == "播放"
    assert translate("zh", "nobody says this") == "nobody says this"


def test_what_a_value_says_is_never_taken_for_a_placeholder() -> None:
    said = sentence("en", Message("`{name}` has no value", name="{secret}"))
    assert said == "`{secret}` has no value"
    assert markup("en", "{node}", node="{0.__class__}<b>") == "{0.__class__}&lt;b&gt;"


@pytest.mark.parametrize("op", TABLE.values(), ids=TABLE)
def test_every_operation_is_explained_in_both_languages(op: Any) -> None:
    for english, chinese in ((op.english, op.chinese), *([op.kink] if op.kink else [])):
        assert english.endswith(".")
        assert chinese.endswith("。")
        assert CHINESE.search(chinese)
        assert not CHINESE.search(english)
        assert english_words(chinese) <= {
            "PyTorch",
            "ELU",
            "GELU",
            "NaN",
            "dim",
            "ln",
            "Huber",
            "True",
            "SELU",
            "inf",
            "Leaky",
            "SiLU",
            "Mish",
        }


def test_the_words_on_the_cards_are_there_in_both_languages() -> None:
    assert set(labels.KINDS) == set(labels.ROWS) == set(LANGUAGES)
    assert set(labels.KINDS["en"]) == set(labels.KINDS["zh"])


# --- which language a reader gets


@pytest.mark.parametrize(
    ("query", "accepted", "expected"),
    [
        (None, None, "en"),
        (None, "", "en"),
        (None, "zh", "zh"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "zh-Hans-CN", "zh"),
        (None, "ZH-cn", "zh"),
        (None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, "zh;q=0.1, en;q=0.2", "en"),
        (None, "zh; q=0.5, en", "en"),
        (None, "en ; q = 0.5 , zh", "zh"),
        (None, "de, fr;q=0.9, zh;q=0.1", "zh"),
        (None, "de, fr", "en"),
        (None, "*", "en"),
        (None, "zh;q=0", "en"),
        (None, "en;q=0, zh;q=0.001", "zh"),
        (None, "zh;q=high, en;q=0.1", "en"),
        ("zh", "en", "zh"),
        ("zh-CN", "en", "zh"),
        ("ZH", None, "zh"),
        ("en", "zh", "en"),
        ("", "zh", "zh"),
        ("fr", "zh", "zh"),
    ],
)
def test_a_reader_gets_the_language_asked_for_or_liked_best(
    query: str | None, accepted: str | None, expected: str
) -> None:
    assert chosen(query, accepted) == expected


@given(st.none() | st.text(), st.none() | st.text() | st.text("zhen-CN,;q=0.19* eE+", max_size=60))
@example("zh", ",;q=,,;;q==,zh;q=1e999,en;q=nan")
@example(None, "q=" * 300)
def test_no_header_is_too_strange(query: str | None, accepted: str | None) -> None:
    assert chosen(query, accepted) in LANGUAGES


# --- what the pages say


class Shown(HTMLParser):
    """Collects what a reader of a page sees or hears: texts, and attributes that are read out or pop up."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "line", "path", "rect", "br"):
            self._inside.append(tag)
        spoken = {"aria-label", "title", "placeholder", "alt"}
        self.texts += [value for name, value in attributes if name in spoken and value and "svg" not in self._inside]

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "svg", "math", "pre", "kbd"} & set(self._inside) and data.strip():
            self.texts.append(" ".join(data.split()))


def shown(html: str) -> list[str]:
    reader = Shown()
    reader.feed(html)
    return reader.texts


PAGES = ["/", *(f"/examples/{each.slug}" for each in EXAMPLES), "/examples/relu?step=5", "/docs"]


def visit(client: httpx.Client, page: str, lang: str) -> str:
    return client.get(page, params=dict(httpx.URL(page).params) | {"lang": lang}).raise_for_status().text


@pytest.mark.parametrize("page", PAGES)
def test_a_chinese_page_has_no_english_sentence(client: httpx.Client, page: str) -> None:
    html = visit(client, page, "zh")
    assert '<html lang="zh-Hans">' in html
    texts = shown(html)
    assert len(texts) > 50 or page == "/docs"
    told = "\n".join(texts)
    for text in used():
        if " " in text.strip() and "{" not in text:
            assert text not in told
    allowed = CODE_WORDS | {
        "gradstep",
        "softma",  # a long formula is cut
        "xW",
        "conv2",
        "BCE",
        "CE",
        "int64",
        "grad",
        "step",
        "API",
        "English",
        "OpenAPI",
        "Shift",
        "Home",
        "End",
        "PyTorch",
        "tanh",
    }
    names = {name for each in EXAMPLES for name in re.findall(r"[^\W\d]\w*", each.source)} | {"out"}
    for text in texts:
        cut = re.search(r"[A-Za-z_]{2,}(?=…$)", text)  # of a long formula its last name
        begun = {cut.group()} if cut and any(name.startswith(cut.group()) for name in names) else set()
        assert set(re.findall(r"[A-Za-z_]{2,}\d*", text)) - allowed - names - begun == set(), text


@pytest.mark.parametrize("page", PAGES)
def test_an_english_page_has_no_chinese(client: httpx.Client, page: str) -> None:
    html = visit(client, page, "en")
    assert '<html lang="en">' in html
    assert [text for text in shown(html) if CHINESE.search(text)] in ([], ["中文"])
    assert not CHINESE.search(re.sub(r"<a[^>]*hreflang[^>]*>中文</a>", "", html))


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_say_equally_much(client: httpx.Client, page: str) -> None:
    english, chinese = (shown(visit(client, page, lang)) for lang in ("en", "zh"))
    assert len(english) == pytest.approx(len(chinese), abs=len(english) * 0.15)


def test_a_page_follows_the_browser_and_the_address_overrules_it(client: httpx.Client) -> None:
    def language(page: str, accepted: str) -> str:
        html = client.get(page, headers={"Accept-Language": accepted}).text
        (found,) = re.findall(r'<html lang="([^"]+)">', html)
        return str(found)

    assert language("/", "zh-CN,en;q=0.5") == "zh-Hans"
    assert language("/?lang=en", "zh-CN,en;q=0.5") == "en"
    assert language("/?lang=zh", "en") == "zh-Hans"
    assert language("/docs", "zh") == "zh-Hans"


def unfilled(texts: list[str]) -> Iterator[str]:
    return (text for text in texts if re.search(r"{\w*}", text))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_on_a_page_is_left_unfilled(client: httpx.Client, page: str, lang: str) -> None:
    assert list(unfilled(shown(visit(client, page, lang)))) == []

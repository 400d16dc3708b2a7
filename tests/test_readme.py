"""The README says what happens: its Python prints what it says, its curl call answers what it says."""

import contextlib
import io
import json
import re
from pathlib import Path

import httpx
import pytest

from app import cli

_ROOT = Path(__file__).parent.parent
_TEXT = (_ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _TEXT, re.DOTALL)


def test_the_python_of_the_readme_prints_what_the_readme_says() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(blocks("python")[0], "README.md", "exec"), {})
    assert printed.getvalue() == blocks("text")[0]


def test_the_curl_call_of_the_readme_is_answered_as_the_readme_says(client: httpx.Client) -> None:
    sent = re.search(r"-d '(.*?)'", blocks("sh")[1])
    assert sent is not None
    answer = client.post("/api/v1/runs", content=sent[1], headers={"Content-Type": "application/json"})
    assert answer.json() == json.loads(blocks("json")[0])


def test_the_picture_of_the_readme_is_what_the_product_draws(tmp_path: Path) -> None:
    (tmp_path / "linear.txt").write_text("ŷ = x * w\nr = ŷ - y\nloss = r ** 2", encoding="utf-8")
    call = re.search(r"`gradstep (render .*?)`", _TEXT)
    assert call is not None
    arguments = [str(tmp_path / word) if word == "linear.txt" else word for word in call[1].split()]
    arguments[arguments.index("docs/linear.svg")] = str(tmp_path / "drawn.svg")
    assert cli.main(arguments) == 0
    assert (tmp_path / "drawn.svg").read_text("utf-8") == (_ROOT / "docs/linear.svg").read_text("utf-8")


@pytest.mark.parametrize("target", ["run", "test", "check", "bench", "shots", "oracle"])
def test_every_make_target_the_readme_names_exists(target: str) -> None:
    assert f"make {target}" in _TEXT or target in _TEXT
    assert re.search(rf"^{target}:", (_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

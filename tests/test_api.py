"""Every address of the REST API keeps the promises of its design to programs that call it."""

import base64
import hashlib
import itertools
import json
import math
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import anyio
import httpx
import jsonschema
import pytest

from app import VERSION
from app.examples import EXAMPLES
from app.server import create_app
from app.settings import Settings
from engine.ops import TABLE, Elementwise
from tests.conftest import Server, serving

Json = dict[str, Any]

NEURON = "ŷ = x * w\nr = ŷ - y\nloss = r ** 2"
BIASED = "ŷ = x * w + b\nr = ŷ - y\nloss = r ** 2"
IMMUTABLE = "public, max-age=31536000, immutable"


def submit(client: httpx.Client, source: str, inputs: Mapping[str, float | str] = {}, **more: Any) -> Json:
    answer = client.post("/api/v1/runs", json={"source": source, "inputs": dict(inputs), **more})
    assert answer.status_code in (200, 201), answer.text
    run: Json = answer.json()
    return run


def snapshot(client: httpx.Client, source: str, inputs: Mapping[str, float | str] = {}) -> Json:
    found: Json = client.get(submit(client, source, inputs)["links"]["snapshot"]).raise_for_status().json()
    return found


@pytest.fixture(scope="session")
def lecture(client: httpx.Client) -> Json:
    """The run of the lecture's opening example."""
    return submit(client, NEURON, {"x": 1.0, "w": 1.0, "y": 2.0})


@pytest.fixture(scope="session")
def first(lecture: Json) -> str:
    """The address of its only pass."""
    return str(lecture["links"]["snapshot"])


@pytest.fixture(scope="session")
def openapi(client: httpx.Client) -> Json:
    document: Json = client.get("/api/v1/openapi.json").raise_for_status().json()
    return document


# --- the lecture's figures


@pytest.mark.parametrize(
    ("source", "inputs", "loss", "gradients"),
    [
        (NEURON, {"x": 1.0, "w": 1.0, "y": 2.0}, 1.0, {"w": -2.0}),
        (NEURON, {"x": 2.0, "w": 1.0, "y": 4.0}, 4.0, {"w": -8.0}),
        (BIASED, {"x": 1.0, "w": 1.0, "b": 2.0, "y": 2.0}, 1.0, {"w": 2.0, "b": 2.0}),
        ("(x*w - y)**2", {"x": 1, "w": 1, "y": 2}, 1.0, {"w": -2.0, "x": -2.0, "y": 2.0}),
        ("x * x", {"x": 3.0}, 9.0, {"x": 6.0}),
    ],
)
def test_gradients_are_those_of_the_lecture(
    client: httpx.Client, source: str, inputs: Mapping[str, float], loss: float, gradients: Mapping[str, float]
) -> None:
    (only,) = submit(client, source, inputs)["passes"]
    assert only["value"] == loss
    assert {name: only["parameters"][name]["gradient"] for name in gradients} == gradients
    assert {name: leaf["value"] for name, leaf in only["parameters"].items()} == inputs


def test_the_snapshot_tells_the_lecture_step_by_step(client: httpx.Client, first: str) -> None:
    told = client.get(first).json()
    names = {node["id"]: node["label"] for node in told["nodes"]}
    assert {node["label"]: node["value"] for node in told["nodes"]} == {
        "x": 1.0,
        "w": 1.0,
        "ŷ": 1.0,
        "y": 2.0,
        "r": -1.0,
        "loss": 1.0,
    }
    targets = {edge["id"]: names[edge["target"]] for edge in told["edges"]}
    backward = [step for step in told["steps"] if step["phase"] == "backward"]
    assert [
        (targets[step["edge"]], names[step["node"]], step["upstream"], step["local"], step["contribution"])
        for step in backward
    ] == [
        ("loss", "r", 1.0, -2.0, -2.0),
        ("r", "ŷ", -2.0, 1.0, -2.0),
        ("r", "y", -2.0, -1.0, 2.0),
        ("ŷ", "x", -2.0, 1.0, -2.0),
        ("ŷ", "w", -2.0, 1.0, -2.0),
    ]


def test_the_output_is_the_last_line_even_when_its_name_stands_for_something_else_by_then(client: httpx.Client) -> None:
    (only,) = submit(client, "x = 3\ny = x\nx = 5\ny")["passes"]
    assert only["value"] == 3.0


@pytest.mark.parametrize("source", ["3", "2 * 3", "_", "_ * __", "-x", "x", "x\n3"])
def test_the_smallest_programs_have_answers_too(client: httpx.Client, source: str) -> None:
    run = submit(client, source, {"x": 1.0, "_": 1.0, "__": 1.0})
    for address in run["links"].values():
        client.get(address).raise_for_status()


# --- the same submission is the same run


def test_a_brief_answer_has_the_first_pass_alone_and_nothing_printed(client: httpx.Client) -> None:
    source = """import torch
w = torch.tensor(2.0, requires_grad=True)
for k in range(4):
    loss = (w - 1) ** 2
    print(loss)
    loss.backward()
    w.data -= 0.1 * w.grad
    w.grad = None
"""
    whole, brief = (
        client.post("/api/v1/runs", params={"brief": brief}, json={"source": source}).raise_for_status().json()
        for brief in (False, True)
    )
    assert (len(whole["passes"]), whole["printed"].count("\n")) == (4, 4)
    assert brief == whole | {"passes": whole["passes"][:1], "printed": ""}


def test_a_new_run_is_created_and_a_known_one_found(client: httpx.Client) -> None:
    body = {"source": "x * 41", "inputs": {"x": 1.0}}
    created, found = (client.post("/api/v1/runs", json=body) for _ in range(2))
    assert (created.status_code, found.status_code) == (201, 200)
    assert created.json() == found.json()
    assert created.headers["location"] == found.headers["location"] == created.json()["links"]["self"]
    assert client.get(created.headers["location"]).json() == created.json()


def test_the_order_of_the_inputs_does_not_matter(client: httpx.Client) -> None:
    one = submit(client, NEURON, {"x": 1.5, "w": 1.0, "y": 2.0, "unused": 0.0, "another": 0.0})
    two = submit(client, NEURON, {"another": 0.0, "unused": 0.0, "y": 2.0, "w": 1.0, "x": 1.5})
    assert one == two
    assert client.get(one["links"]["self"]).json() == one
    assert len(one["warnings"]) == 2


def test_another_value_seed_or_source_is_another_run(client: httpx.Client) -> None:
    runs = [
        submit(client, "x * w", {"x": 1.0, "w": 1.0}),
        submit(client, "x * w", {"x": 1.0, "w": 2.0}),
        submit(client, "x * w", {"x": 1.0, "w": 1.0}, seed=1),
        submit(client, "w * x", {"x": 1.0, "w": 1.0}),
        submit(client, "x * w", {"x": 1.0, "w": "NaN"}),
    ]
    assert len({run["id"] for run in runs}) == len(runs)
    assert all(re.fullmatch("[a-z2-7]{26}", run["id"]) for run in runs)


def test_zero_and_minus_zero_are_told_apart(client: httpx.Client) -> None:
    values = [submit(client, "1 / x", {"x": x})["passes"][0]["value"] for x in (0.0, -0.0, 0.0, -0.0)]
    assert values == ["Infinity", "-Infinity"] * 2


def test_a_name_may_be_spelled_in_any_way_python_reads_the_same(client: httpx.Client) -> None:
    run = submit(client, "x * 2", {"𝓍": 4.0})
    assert run["passes"][0]["value"] == 8.0
    film = client.post("/api/v1/films", json={"source": "x * 2", "inputs": {"𝓍": 4.0}, "fill": 1}).json()
    assert film["leaves"] == [{"name": "x", "value": 4.0, "shown": "4", "gradient": 2.0}]


@pytest.mark.parametrize(("sent", "shown"), [("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity")])
def test_numbers_that_json_does_not_have_travel_as_strings(client: httpx.Client, sent: str, shown: str) -> None:
    run = submit(client, "x + 1", {"x": sent})
    assert run["passes"][0]["value"] == shown
    assert run["passes"][0]["parameters"]["x"] == {"value": shown, "gradient": 1.0}
    (leaf, *_) = snapshot(client, "x + 1", {"x": sent})["nodes"]
    assert leaf["value"] == shown


# --- every address of a run


def test_every_link_answers(client: httpx.Client, lecture: Json) -> None:
    assert set(lecture["links"]) == {"self", "page", "snapshot", "svg", "dot"}
    for address in lecture["links"].values():
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.slug)
def test_every_example_answers_at_every_address(client: httpx.Client, example: Any) -> None:
    run = submit(client, example.source, example.inputs)
    for address in (*run["links"].values(), f"/examples/{example.slug}", f"{run['links']['snapshot']}/film"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("tail", "media_type"),
    [
        ("", "application/json"),
        ("/film", "application/json"),
        ("/graph.svg", "image/svg+xml"),
        ("/graph.dot", "text/vnd.graphviz; charset=utf-8"),
    ],
)
def test_each_address_says_what_it_answers_with(client: httpx.Client, first: str, tail: str, media_type: str) -> None:
    answer = client.get(first + tail)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == IMMUTABLE


def test_a_picture_without_a_step_shows_the_last_one(client: httpx.Client, first: str) -> None:
    last = len(client.get(first).json()["steps"]) - 1
    for kind in ("svg", "dot"):
        pictures = [client.get(f"{first}/graph.{kind}", params=at).content for at in ({}, {"step": last}, {"step": 0})]
        assert pictures[0] == pictures[1] != pictures[2]


def test_every_step_has_its_own_picture(client: httpx.Client, first: str) -> None:
    steps = len(client.get(first).json()["steps"])
    for kind in ("svg", "dot"):
        pictures = {client.get(f"{first}/graph.{kind}?step={step}").content for step in range(steps)}
        assert len(pictures) == steps


def test_a_film_holds_all_a_page_needs(client: httpx.Client, first: str, lecture: Json) -> None:
    film = client.get(f"{first}/film").json()
    count = lecture["passes"][0]["steps"]
    assert film["id"] == lecture["id"]
    assert film["source"] == NEURON
    assert film["structure"] == lecture["passes"][0]["structure"]
    assert len(film["steps"]) == len(film["changes"]) == len(film["captions"]) == count
    assert [leaf["name"] for leaf in film["leaves"]] == ["x", "w", "y"]
    ElementTree.fromstring(film["svg"])


def test_a_film_can_be_had_without_keeping_the_program(client: httpx.Client, lecture: Json) -> None:
    body = {"source": NEURON, "inputs": {"x": 7.25, "w": 1.0, "y": 2.0}}
    film = client.post("/api/v1/films", json=body).raise_for_status()
    assert film.headers["cache-control"] == "no-store"
    assert client.get(f"/api/v1/runs/{film.json()['id']}").status_code == 404
    assert film.json()["structure"] == lecture["passes"][0]["structure"]
    again = client.post("/api/v1/films", json=body | {"structure": film.json()["structure"]}).json()
    assert again == {key: value for key, value in film.json().items() if key != "svg"}


def test_a_film_fills_leaves_that_have_no_value_yet(client: httpx.Client) -> None:
    film = client.post("/api/v1/films", json={"source": "x * w + v", "inputs": {"w": 3.0}, "fill": 1}).json()
    assert {leaf["name"]: leaf["value"] for leaf in film["leaves"]} == {"x": 1.0, "w": 3.0, "v": 1.0}


def test_films_speak_both_languages(client: httpx.Client, first: str) -> None:
    english, chinese = (client.get(f"{first}/film", params={"lang": lang}).json()["captions"] for lang in ("en", "zh"))
    assert english[0]["says"].startswith("With <b>x</b>")
    assert chinese[0]["says"].startswith("由 <b>x</b>")


# --- gradient check, op table, examples


def test_a_check_compares_every_leaf_with_central_differences(client: httpx.Client) -> None:
    inputs = {"x": 1.0, "w": 1.0, "y": 2.0}
    verdict = client.post("/api/v1/check", json={"source": NEURON, "inputs": inputs}).raise_for_status().json()
    assert verdict["agrees"] is True
    assert {name: leaf["gradient"] for name, leaf in verdict["leaves"].items()} == {"x": -2.0, "w": -2.0, "y": 2.0}
    for leaf in verdict["leaves"].values():
        assert leaf["finite_difference"] == pytest.approx(leaf["gradient"], rel=1e-6)


def test_a_check_says_so_at_a_kink(client: httpx.Client) -> None:
    verdict = client.post("/api/v1/check", json={"source": "relu(x)", "inputs": {"x": 0.0}}).json()
    assert verdict == {
        "agrees": True,
        "leaves": {
            "x": {
                "gradient": 0.0,
                "finite_difference": pytest.approx(0.5),
                "agrees": False,
                "at_kink": True,
                "method": "central differences",
            }
        },
    }


@pytest.mark.parametrize("x", ["NaN", "Infinity", 1e308])
def test_a_check_outside_all_domains_is_still_json(client: httpx.Client, x: float | str) -> None:
    answer = client.post("/api/v1/check", json={"source": "log(-x) * x * y", "inputs": {"x": x, "y": 0.0}})
    assert set(answer.raise_for_status().json()) == {"agrees", "leaves"}


def test_the_op_table_has_every_operation_with_formulas_and_sentences(client: httpx.Client) -> None:
    rows = {row["name"]: row for row in client.get("/api/v1/ops").raise_for_status().json()}
    assert list(rows) == list(TABLE)
    assert (rows["mul"]["formula"], rows["mul"]["local_derivatives"]) == (r"x \cdot y", ["y", "x"])
    for row in rows.values():
        assert len(row["local_derivatives"] or row["vjp"]) == row["operands"]
        assert set(row["explanation"]) == {"en", "zh"}
        assert all(row["explanation"].values())


def test_examples_come_in_both_languages_and_run(client: httpx.Client) -> None:
    english, chinese = (client.get("/api/v1/examples", params={"lang": lang}).json() for lang in ("en", "zh"))
    assert client.get("/api/v1/examples").json() == english
    for one, other in zip(english, chinese, strict=True):
        assert (one["slug"], one["source"], one["inputs"]) == (other["slug"], other["source"], other["inputs"])
        assert one["title"] != other["title"]
        assert one["shows"] != other["shows"]
        submit(client, one["source"], one["inputs"])


# --- schemas


SPREAD: list[tuple[str, Mapping[str, float | str]]] = [
    (NEURON, {"x": 1.0, "w": 1.0, "y": 2.0}),
    ("x * x", {"x": 3.0}),
    ("3", {}),
    ("2 * 3", {}),
    ("x", {"x": 1.0}),
    ("y * 2\nx * 0", {"x": 1.0, "y": 1.0}),
    ("relu(x) + abs(x) + sign(x)", {"x": 0.0}),
    ("sqrt(x)", {"x": 0.0}),
    ("log(x) / x", {"x": 0.0}),
    ("x - x", {"x": "Infinity"}),
    ("x ** w", {"x": "NaN", "w": "-Infinity"}),
    ("x ** -2.5", {"x": -1.0}),
    ("x = 1.5\nx = x * 2\nx", {}),
    ("损失 = ŷ ** 2", {"ŷ": -0.0}),
    *(
        (f"{op.name}({', '.join('xy'[: op.arity])})", {"x": 0.5, "y": 2.0})
        for op in TABLE.values()
        if isinstance(op, Elementwise) and op.forward and not op.attributes
    ),
    ("w = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)\ny = (w @ tensor([1.0, -1.0]) + 0.5).sum()", {}),
    *((example.source, dict(example.inputs)) for example in EXAMPLES),
]


@pytest.fixture(scope="session")
def snapshot_validator(client: httpx.Client) -> jsonschema.Draft202012Validator:
    schema = client.get("/api/v1/schema/snapshot.json").raise_for_status().json()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(("source", "inputs"), SPREAD)
def test_every_snapshot_is_as_its_published_schema_says(
    client: httpx.Client, snapshot_validator: jsonschema.Draft202012Validator, source: str, inputs: Mapping[str, float]
) -> None:
    snapshot_validator.validate(snapshot(client, source, inputs))


def test_the_schema_refuses_what_is_no_snapshot(
    client: httpx.Client, first: str, snapshot_validator: jsonschema.Draft202012Validator
) -> None:
    text = client.get(first).text
    for spoilt in (
        text.replace('"gradstep/1"', '"gradstep/2"'),
        text.replace('"value":1.0', '"value":"1.0"', 1),
        text.replace('"value":1.0', '"value":null', 1),
        text.replace('"phase":"seed"', '"phase":"sown"'),
        text.replace('"operand_index":', '"operand":', 1),
        text.replace('"pass":0', '"pass":"first"'),
        text.replace('"steps":', '"frames":'),
        text.replace('"format":"gradstep/1",', ""),
    ):
        assert spoilt != text
        assert not snapshot_validator.is_valid(json.loads(spoilt))


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_every_reference_of_the_openapi_document_leads_somewhere(openapi: Json) -> None:
    found = set(references(openapi))
    assert "#/components/schemas/Snapshot" in found
    for reference in found:
        target: Any = openapi
        assert reference.startswith("#/"), "everything is in the one document"
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        assert isinstance(target, dict)


def test_the_openapi_document_has_the_form_of_openapi_3_1(openapi: Json) -> None:
    assert openapi["openapi"].startswith("3.1.")
    assert openapi["info"] == {"title": "gradstep", "version": VERSION} | openapi["info"]
    for schema in openapi["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    operations = [
        (path, method, operation) for path, each in openapi["paths"].items() for method, operation in each.items()
    ]
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for path, method, operation in operations:
        assert path.startswith("/")
        assert method in ("get", "post", "delete")
        places = {(each["in"], each["name"]) for each in operation.get("parameters", ())}
        assert {("path", name) for name in re.findall(r"{(\w+)}", path)} == {
            each for each in places if each[0] == "path"
        }
        assert operation["responses"]
        for status, response in operation["responses"].items():
            assert re.fullmatch("[1-5][0-9][0-9]", status)
            assert response["description"]
            assert int(status) < 400 or list(response["content"]) == ["application/problem+json"]


def test_the_openapi_document_lists_the_addresses_of_the_design(openapi: Json) -> None:
    here = "/api/v1/runs/{id}/passes/{index}"
    assert {f"{method} {path}" for path, each in openapi["paths"].items() for method in each} >= {
        "post /api/v1/runs",
        "get /api/v1/runs/{id}",
        f"get {here}",
        f"get {here}/film",
        f"get {here}/graph.svg",
        f"get {here}/graph.dot",
        "post /api/v1/films",
        "post /api/v1/check",
        "get /api/v1/ops",
        "get /api/v1/examples",
        "get /api/v1/schema/snapshot.json",
    }


def test_answers_are_as_the_openapi_document_says(
    client: httpx.Client, openapi: Json, lecture: Json, first: str
) -> None:
    def check(name: str, document: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": openapi["components"]}
        jsonschema.Draft202012Validator(schema).validate(document)

    check("RunAnswer", lecture)
    check("RunAnswer", submit(client, "1/x", {"x": 0.0}))
    check("Snapshot", client.get(first).json())
    check("Submission", {"source": "x", "inputs": {"x": "NaN", "y": 1}, "seed": 1})
    check("Problem", client.post("/api/v1/runs", json={"source": "x^2"}).json())
    check("Problem", client.post("/api/v1/runs", json={}).json())
    check("Problem", client.get("/nowhere").json())


# --- caching


def addresses(first: str) -> list[str]:
    return [first.removesuffix("/passes/0"), first, f"{first}/film", f"{first}/graph.svg", f"{first}/graph.dot"]


def test_entity_tags_are_strong_and_answers_are_kept_for_ever(client: httpx.Client, first: str) -> None:
    for address in addresses(first):
        for _ in range(2):  # made, then kept
            answer = client.get(address)
            assert re.fullmatch(r'"[0-9a-f]{24}"', answer.headers["etag"])
            assert answer.headers["cache-control"] == IMMUTABLE


def test_who_has_the_answer_is_told_so_without_sending_it_again(client: httpx.Client, first: str) -> None:
    for address in addresses(first):
        for query in ("", "?fresh=1"):  # kept, then made
            etag = client.get(address).headers["etag"]
            for held in (etag, f'"other", {etag}', f"W/{etag}", "*"):
                answer = client.get(address + query, headers={"If-None-Match": held})
                assert (answer.status_code, answer.content) == (304, b"")
                assert answer.headers["etag"] == etag
                assert answer.headers["cache-control"] == IMMUTABLE
            assert client.get(address + query, headers={"If-None-Match": '"other"'}).status_code == 200


def test_entity_tags_differ_wherever_pictures_do(client: httpx.Client, first: str) -> None:
    views = list(itertools.product(("0", "5"), ("light", "dark"), ("en", "zh"), ("LR", "TB")))
    for kind in ("svg", "dot"):
        answers = [
            client.get(f"{first}/graph.{kind}?step={step}&theme={theme}&lang={lang}&direction={direction}")
            for step, theme, lang, direction in views
        ]
        assert len({answer.headers["etag"] for answer in answers}) == len(views)
        assert len({answer.content for answer in answers}) == len(views)


def test_large_answers_are_compressed_for_who_asks(client: httpx.Client, first: str) -> None:
    for address in (f"{first}/film", f"{first}/graph.svg", "/", "/api/v1/openapi.json"):
        for _ in range(2):  # made, then kept
            packed = client.get(address, headers={"Accept-Encoding": "gzip"})
            plain = client.get(address, headers={"Accept-Encoding": "identity"})
            assert packed.headers["content-encoding"] == "gzip"
            assert "content-encoding" not in plain.headers
            assert packed.content == plain.content
            assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
            assert "accept-encoding" in packed.headers["vary"].lower()
            assert "accept-encoding" in plain.headers["vary"].lower()


def test_pages_are_asked_for_again_each_time_and_differ_by_language(client: httpx.Client, lecture: Json) -> None:
    for address in ("/", lecture["links"]["page"]):
        page = client.get(address)
        assert page.headers["cache-control"] == "no-cache"
        assert "accept-language" in page.headers["vary"].lower()


# --- HEAD


def test_head_answers_like_get_without_the_body(client: httpx.Client, first: str, lecture: Json) -> None:
    for address in (
        *addresses(first),
        *lecture["links"].values(),
        "/",
        "/docs",
        "/healthz",
        "/readyz",
        "/api/v1/ops",
        "/no",
    ):
        got, head = client.get(address), client.head(address)
        assert head.content == b""
        assert head.status_code == got.status_code
        ignored = {"date"}
        assert {k: v for k, v in head.headers.items() if k not in ignored} == {
            k: v for k, v in got.headers.items() if k not in ignored
        }
    assert client.head("/api/v1/check").status_code == 405


def test_the_connection_is_still_good_after_head(client: httpx.Client, first: str) -> None:
    for _ in range(3):
        assert client.head(first).status_code == 200
        assert client.get(first).json()["format"] == "gradstep/1"


# --- safety


def test_every_answer_carries_the_security_headers(client: httpx.Client, first: str, lecture: Json) -> None:
    page = client.get("/")
    style = re.findall(r'href="(/static/[^"]+\.css)"', page.text)[0]
    answers = [
        page,
        *(client.get(address) for address in (*addresses(first), *lecture["links"].values(), "/docs", style, "/no")),
        client.get(first, headers={"If-None-Match": "*"}),
        client.head(first),
        client.options("/api/v1/runs"),
        client.post("/api/v1/runs", json={"source": "x^2"}),
        client.post("/api/v1/runs", content=b"x" * 70_000, headers={"Content-Type": "application/json"}),
        client.get(f"{first}/graph.svg?step=99"),
        client.get("/healthz"),
        client.get("/api/v1/openapi.json"),
    ]
    assert {answer.status_code for answer in answers} >= {200, 304, 404, 405, 413, 422}
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_fault_of_ours_is_a_problem_document_with_the_security_headers_and_says_nothing_of_the_cause() -> None:
    app = create_app(Settings(data=None))

    @app.get("/fault")
    def fault() -> None:
        raise RuntimeError("a secret of the server")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as asking:
            return await asking.get("/fault")

    answer = anyio.run(ask)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy"):
        assert name in answer.headers


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_on_its_own_may_do_nothing_but_show_its_one_stylesheet(
    client: httpx.Client, first: str, theme: str
) -> None:
    answer = client.get(f"{first}/graph.svg", params={"theme": theme})
    (style,) = ElementTree.fromstring(answer.text).iter("{http://www.w3.org/2000/svg}style")
    assert style.text is not None
    expected = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    policy = [part.strip() for part in answer.headers["content-security-policy"].split(";")]
    assert policy == ["default-src 'none'", f"style-src 'sha256-{expected}'", "sandbox"]
    not_modified = client.get(f"{first}/graph.svg", params={"theme": theme}, headers={"If-None-Match": "*"})
    assert not_modified.headers["content-security-policy"] == answer.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["/", "/docs", "/examples/neuron?lang=zh"])
def test_pages_take_everything_from_this_host_and_all_of_it_is_there(client: httpx.Client, address: str) -> None:
    html = client.get(address).raise_for_status().text
    used = re.findall(r'(?:src|href|action|data-document)="([^"]*)"', html)
    assert used
    for each in used:
        assert re.match(r"[/?#](?!/)", each), f"{each} is of another host"
    for each in used:
        if each.startswith("/"):
            assert client.get(each.replace("&amp;", "&")).status_code == 200, each


def test_static_files_are_kept_for_ever_under_an_address_of_their_content(client: httpx.Client) -> None:
    (script,) = re.findall(r'src="(/static/[0-9a-f]{12}/built/player.js)"', client.get("/").text)
    answer = client.get(script)
    assert answer.headers["cache-control"] == IMMUTABLE
    assert client.get(script.replace("player", "../../app/api")).status_code == 404
    assert client.get(script.rpartition("/")[0] + "/%2e%2e/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


def test_a_page_names_every_script_it_needs_at_once_so_that_none_is_waited_for_twice(client: httpx.Client) -> None:
    page = client.get("/").text
    named = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    (script,) = re.findall(r'<script type="module" src="([^"]+)">', page)
    assert script in named
    for each in named:
        wanted = re.findall(r'(?:from|import)"\./([^"]+)"', client.get(each).raise_for_status().text)
        assert {f"{each.rpartition('/')[0]}/{name}" for name in wanted} <= set(named)


# --- what is not there


def test_unknown_runs_and_passes_are_not_found(client: httpx.Client, first: str, lecture: Json) -> None:
    run = lecture["links"]["self"]
    unknown = "a" * 26
    for address in (
        f"/api/v1/runs/{unknown}",
        f"/api/v1/runs/{unknown}/passes/0",
        f"/api/v1/runs/{unknown}/passes/0/graph.svg",
        f"/api/v1/runs/{lecture['id'].upper()}",
        "/api/v1/runs/nonsense",
        "/api/v1/runs/%00",
        f"/runs/{unknown}",
        "/examples/unknown",
        *(
            f"{run}/passes/{index}{tail}"
            for index in (1, -1, 10**30)
            for tail in ("", "/film", "/graph.svg", "/graph.dot")
        ),
    ):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"


def test_a_missing_pass_is_told_which_there_are(client: httpx.Client, lecture: Json) -> None:
    assert "0 to 0" in client.get(f"{lecture['links']['self']}/passes/7").json()["detail"]


@pytest.mark.parametrize("step", [9, -1, 10**30])
def test_a_step_out_of_range_is_told_the_range(client: httpx.Client, first: str, step: int) -> None:
    for address in (f"{first}/graph.svg?step={step}", f"{first}/graph.dot?step={step}"):
        answer = client.get(address)
        assert answer.status_code == 422
        assert "0 to 8" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["step=first", "theme=sepia", "lang=fr", "direction=up", "step="])
def test_a_view_that_does_not_exist_is_refused(client: httpx.Client, first: str, query: str) -> None:
    answer = client.get(f"{first}/graph.svg?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == ["query", query.partition("=")[0]]


def test_a_wrong_method_is_told_the_right_one(client: httpx.Client) -> None:
    answer = client.delete("/api/v1/runs")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


# --- operations


def test_the_server_says_that_it_lives_and_that_it_is_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "version": VERSION}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.fixture(scope="module")
def neighbour(server: Server) -> Iterator[httpx.Client]:
    """A second server on the data of the first, as after a restart or behind the same proxy."""
    with serving(server.data) as (_, running), httpx.Client(base_url=running.url, timeout=60) as client:
        yield client


def test_a_run_survives_a_restart_byte_for_byte(
    client: httpx.Client, neighbour: httpx.Client, lecture: Json, first: str
) -> None:
    for address in (*addresses(first), f"{first}/graph.svg?step=3&theme=dark&lang=zh&direction=TB"):
        before, after = client.get(address), neighbour.get(address)
        assert after.status_code == 200
        assert after.content == before.content
        assert after.headers["etag"] == before.headers["etag"]
    assert neighbour.get(lecture["links"]["page"]).status_code == 200


def test_a_run_that_one_server_keeps_is_known_to_the_other(client: httpx.Client, neighbour: httpx.Client) -> None:
    body = {"source": "x * 43", "inputs": {"x": 1.0}}
    assert neighbour.post("/api/v1/runs", json=body).status_code == 201
    assert client.post("/api/v1/runs", json=body).status_code == 200


def test_a_run_kept_by_an_earlier_version_keeps_its_address(client: httpx.Client, server: Server) -> None:
    old = "a2" * 13
    database = sqlite3.connect(server.data / "gradstep.sqlite3", timeout=10)
    with database:
        row = (old, "x * x", '{"x": 3.0}', 0)
        database.execute("INSERT INTO runs (id, source, inputs, seed) VALUES (?, ?, ?, ?)", row)
    database.close()
    run = client.get(f"/api/v1/runs/{old}").raise_for_status().json()
    assert run["id"] == old
    for address in run["links"].values():
        assert old in address
        assert client.get(address).status_code == 200


@pytest.mark.skipif(shutil.which("dot") is None, reason="no `dot` program installed")
def test_any_graphviz_draws_the_dot_document(client: httpx.Client, first: str) -> None:
    source = client.get(f"{first}/graph.dot?step=6&lang=zh").content
    drawn = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, check=True, timeout=30)
    assert drawn.stderr == b""
    assert "损失" not in drawn.stdout.decode()
    assert "梯度" in drawn.stdout.decode()


def test_numbers_in_json_are_exact(client: httpx.Client) -> None:
    x = math.pi
    run = submit(client, "x * 3", {"x": x})
    assert run["passes"][0]["value"] == x * 3
    assert run["passes"][0]["parameters"]["x"]["value"] == x


WIDE = """import torch
x = torch.arange(100.0, requires_grad=True)
y = torch.log(x) * 2
loss = y[1:].sum()
loss.backward()
"""


def test_an_array_is_there_in_full(client: httpx.Client) -> None:
    run = submit(client, WIDE)["id"]
    here = f"/api/v1/runs/{run}/passes/0/nodes"
    whole = client.get(f"{here}/x/value").raise_for_status().json()
    assert whole == {
        "node": whole["node"],
        "name": "x",
        "shape": [100],
        "dtype": "float32",
        "value": [float(k) for k in range(100)],
    }
    assert client.get(f"{here}/{whole['node']}/value").json() == whole
    assert client.get(f"{here}/y/value").json()["value"][:2] == ["-Infinity", 0.0]
    gradient = client.get(f"{here}/x/gradient").json()["gradient"]
    assert len(gradient) == 100
    assert gradient[4] == 0.5
    missing = client.get(f"{here}/nobody/value")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:gradstep:problem:no-such-node")
    assert client.get(f"{here}/x/shape").status_code == 422


def test_a_graph_is_there_for_other_painters(client: httpx.Client) -> None:
    run = submit(client, "(x*w - y)**2", {"x": 1.0, "w": 1.0, "y": 2.0})["id"]
    here = f"/api/v1/runs/{run}/passes/0"
    graph = client.get(f"{here}/graph.json?step=8").raise_for_status().json()
    shown = client.get(f"{here}/film").json()
    assert {slot for change in [shown["start"], *shown["changes"]] for slot in change} == set(graph["slots"])
    assert graph["slots"]["n1.gradient"] == "−2"
    boxes = {box["id"]: box for box in graph["boxes"]}
    for box in boxes.values():
        assert box["centre"][0] - box["width"] / 2 >= 0
        assert box["centre"][0] + box["width"] / 2 <= graph["width"] + 1
    for line in graph["lines"]:
        x, y = line["points"][0]
        source = boxes[line["source"]]
        assert abs(x - source["centre"][0]) <= source["width"] / 2 + 2
        assert abs(y - source["centre"][1]) <= source["height"] / 2 + 2
    assert client.get(f"{here}/graph.json?step=99").status_code == 422


def test_series_know_gradients(client: httpx.Client) -> None:
    source = """import torch
w = torch.tensor(1.0, requires_grad=True)
for k in range(3):
    loss = (w * 2 - 3) ** 2
    loss.backward()
    w.data = w.data - 0.125 * w.grad
    w.grad.zero_()
"""
    run = submit(client, source)["id"]
    of = client.get(f"/api/v1/runs/{run}/series?of=loss,w,w.grad,nobody.grad").raise_for_status().json()["of"]
    assert of == {"w": [1.0, 1.5, 1.5], "w.grad": [-4.0, 0.0, 0.0], "nobody.grad": [None, None, None]}
    assert client.get(f"/api/v1/runs/{run}/series?of=w.grad").json()["of"] == {"w.grad": [-4.0, 0.0, 0.0]}

"""Leaves that are tensors are given from outside as nested lists: by Python, over HTTP, on the command line."""

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from app.cli import main
from app.programs import program

SOURCE = """import torch
W = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
loss = (W * W).sum()
loss.backward()"""


def test_a_tensor_of_the_source_has_the_value_given_from_outside() -> None:
    run = engine.run(SOURCE, inputs={"W": [[1.0, 2.0], [3.0, -5.0]]})
    assert run.passes[0].nodes[-1].value == 39.0
    assert np.array_equal(np.asarray(run.passes[0]["W"].gradient), [[2.0, 4.0], [6.0, -10.0]])
    assert np.array_equal(np.asarray(run.inputs["W"]), [[1.0, 2.0], [3.0, -5.0]])
    assert run.passes[0]["W"].dtype == "float32"


def test_a_free_name_given_as_lists_is_a_tensor_leaf() -> None:
    snapshot = engine.run("(W @ x).sum()", inputs={"W": [[1, 2], [3, 4]], "x": [5.0, 6.0]}).passes[0]
    assert np.array_equal(np.asarray(snapshot["W"].gradient), [[5.0, 6.0], [5.0, 6.0]])
    assert np.array_equal(np.asarray(snapshot["x"].gradient), [4.0, 6.0])
    assert snapshot["W"].dtype == "float64"


def test_without_inputs_every_named_tensor_says_what_it_was() -> None:
    run = engine.run("import torch\nx = torch.zeros(2, 3)\nb = torch.tensor([0.5], requires_grad=True)\n(x + b).sum()")
    assert np.array_equal(np.asarray(run.inputs["x"]), np.zeros((2, 3)))
    assert run.inputs["b"] == 0.5


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"W": [[1.0, 2.0]]}, r"`W` has the shape \(1, 2\), but here `W` has the shape \(2, 2\)"),
        ({"W": 1.0}, r"has the shape \(\), but here"),
        ({"W": [[1.0], [1.0, 2.0]]}, "not equally long"),
        ({"W": [1.0, [2.0]]}, "not a number"),
        ({"W": [[[[[[[1.0]]]]]]]}, "nested too deep"),
        ({"W": [[1.0, 2.0], [3.0, "4"]]}, "not a number"),
        ({"W": [[True, 2.0], [3.0, 4.0]]}, "not a number"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(inputs: dict[str, object], said: str) -> None:
    with pytest.raises(engine.EngineError, match=said):
        engine.run(SOURCE, inputs=inputs)  # type: ignore[arg-type]


def test_a_number_that_the_source_sets_stays_a_number() -> None:
    with pytest.raises(engine.EngineError, match=r"has the shape \(2,\), but here `x` has the shape \(\)"):
        engine.run("x = 1.0\nx * x", inputs={"x": [1.0, 2.0]})


@given(st.recursive(st.floats(), lambda inner: st.lists(inner, max_size=3), max_leaves=12))
def test_lists_of_any_kind_are_a_tensor_or_an_error_of_ours(value: object) -> None:
    try:
        run = engine.run("x * 2", inputs={"x": value})  # type: ignore[dict-item]
    except engine.EngineError:
        return
    assert np.array_equal(np.asarray(run.passes[0]["x"].value), np.asarray(value, float), equal_nan=True)


def test_a_tensor_crosses_http_and_makes_another_run(client: httpx.Client) -> None:
    given = {"source": SOURCE, "inputs": {"W": [[1.0, 2.0], [3.0, "Infinity"]]}}
    answer = client.post("/api/v1/runs", json=given)
    assert answer.json()["passes"][0]["value"] == "Infinity"
    assert answer.json()["id"] == program(SOURCE, {"W": [[1, 2], [3, "Infinity"]]}).id
    assert answer.json()["id"] != program(SOURCE, {}).id
    again = client.get(f"/api/v1/runs/{answer.json()['id']}")
    assert again.json()["passes"] == answer.json()["passes"]


@pytest.mark.parametrize("value", [[["a"]], [[[[[[[1.0]]]]]]], [None], [1e400], [[{}]]])
def test_what_is_no_tensor_is_refused_at_the_door(client: httpx.Client, value: object) -> None:
    body = '{"source": "x", "inputs": {"x": VALUE}}'.replace(
        "VALUE", str(value).replace("None", "null").replace("'", '"').replace("inf", "1e400")
    )
    answer = client.post("/api/v1/runs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_the_command_line_takes_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "(x * x).sum()", "-i", "x=[3, 4]"]) == 0
    assert "25" in capsys.readouterr().out
    assert main(["run", "x", "-i", "x=[3, 4"]) != 0

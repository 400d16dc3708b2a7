"""Mistakes that everybody makes once: PyTorch's words, the line, what to do; or a warning where it says nothing."""

from typing import Final

import pytest

import engine

START: Final = "import torch\nw = torch.tensor(2.0, requires_grad=True)\n"
REFUSED: Final = {
    "non-scalar": (
        "y = torch.ones(3) * w\ny.backward()",
        4,
        "grad can be implicitly created only for scalar outputs",
        "shape (3,)",
    ),
    "second backward": (
        "y = w * w\ny.backward()\ny.backward()",
        5,
        "Trying to backward through the graph a second time",
        "`y` belongs to a graph",
    ),
    "a state carried over the rounds": (
        "h = torch.tensor(1.0)\nfor t in range(2):\n  h = torch.tanh(w * h)\n  h.backward()",
        6,
        "Trying to backward through the graph a second time",
        "h.detach()",
    ),
    "a second torch.autograd.grad": (
        "y = w * w\ntorch.autograd.grad(y, w)\ntorch.autograd.grad(y, w)",
        5,
        "Trying to backward through the graph a second time",
        "retain_graph=True",
    ),
    "a saved result changed": (
        "y = w.exp()\ny += 1\ny.backward()",
        5,
        "modified by an inplace operation",
        "line 4 changes `y`",
    ),
    "a saved operand changed": (
        "y = w * 3\nz = y * y\ny.add_(1)\nz.backward()",
        6,
        "modified by an inplace operation",
        "line 5 changes `y`, whose value the derivative of `mul` needs",
    ),
    "a leaf changed that is needed": (
        "y = w * w\nwith torch.no_grad():\n  w -= 1\ny.backward()",
        6,
        "modified by an inplace operation",
        "line 5 changes `w`, whose value the derivative of `mul` needs",
    ),
    "a view of what is turned": (
        "x = torch.ones(2, 3)\nx.T.view(6)",
        4,
        "view size is not compatible with input tensor",
        ".contiguous()",
    ),
    "a leaf changed": (
        "w += 1",
        3,
        "a leaf Variable that requires grad is being used in an in-place operation",
        "torch.no_grad()",
    ),
    "nothing requires a gradient": (
        "x = torch.tensor(1.0)\n(x * 2).backward()",
        4,
        "does not require grad and does not have a grad_fn",
        "`x` without requires_grad=True",
    ),
    "cut off": (
        "(w.detach() * 2).backward()",
        3,
        "does not require grad and does not have a grad_fn",
        ".detach()",
    ),
    "a number": ("((w * 2).item()).backward()", 3, "a plain number has no `backward`", ".item()"),
    "no gradient yet": ("w.grad.zero_()", 3, "None has no `zero_`", "until backward()"),
    "a leaf that became a result": (
        "(w * 2).backward()\nw = w - 0.1 * w.grad\nw.sum().backward()\nw = w - 0.1 * w.grad",
        6,
        "cannot join `float` and `NoneType`",
        "no leaf any more",
    ),
    "whole numbers": (
        "torch.tensor([1, 2], requires_grad=True)",
        3,
        "Only Tensors of floating point and complex dtype can require gradients",
        "1.0",
    ),
    "several truth values": ("if torch.ones(3) > 0: pass", 3, "Boolean value of Tensor with 3 values", ".any()"),
    "text and tensor": ("print('loss: ' + w)", 3, "cannot join `str` and `Tensor`", "str(…)"),
    "brackets forgotten": (
        "torch.optim.SGD(torch.nn.Linear(1, 1).parameters, 0.1)",
        3,
        "`parameters` is not called",
        "parameters()",
    ),
    "a name misspelt": ("learning_rate = 0.1\nprint(learnin_rate)", 4, "`learnin_rate` has no value", "learning_rate"),
    "an argument misspelt": ("torch.tensor(1.0, require_grad=True)", 3, "no argument called 'require_grad'", "slip"),
    "an attribute misspelt": ("w.require_grad = False", 3, "cannot be set", "did you mean `requires_grad`?"),
    "self forgotten": ("class A:\n  def f(): return 1\nA().f()", 5, "takes 0 values, and 1 are given", "self"),
    "an attribute not made": (
        "class A:\n  def f(self): return self.weight\nA().f()",
        4,
        "there is no `A.weight`",
        "self.weight = …",
    ),
    "class numbers with a point": (
        "torch.nn.functional.cross_entropy(torch.ones(2, 3), torch.tensor([0.0, 1.0]))",
        3,
        "expected target dtype to be Long",
        ".long()",
    ),
    "Chinese punctuation": ("print（1）", 3, "this line cannot be read", "write `(`"),
    "a comparison with one sign": ("if w = 1: pass", 3, "this line cannot be read", "`==`"),
    "an optimizer that is not here": (
        "torch.optim.SparseAdam([w])",
        3,
        "`torch.optim.SparseAdam` is not here",
        "take Adam",
    ),
    "a file": ("torch.load('w.pt')", 3, "there is no file `w.pt`", "what this program has saved"),
}
"""A mistake, the line it is seen on, what is said, and what the hint names."""


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_mistake_is_refused_where_it_is_made_and_says_what_to_do(mistake: str) -> None:
    source, line, said, hint = REFUSED[mistake]
    with pytest.raises(engine.EngineError) as caught:
        engine.run(START + source)
    assert caught.value.line == line
    assert said in str(caught.value.message)
    assert hint in str(caught.value.hint)


WARNED: Final = {
    "zero_grad forgotten": (
        "for k in range(3):\n  (w * w).backward()\n  w.data -= 0.1 * w.grad",
        "pass 2: the gradient of `w` was not set to zero",
    ),
    "step forgotten": (
        "opt = torch.optim.SGD([w], lr=0.1)\nfor k in range(3):\n  opt.zero_grad()\n  (w * k).backward()",
        "nothing was trained: step() of the optimizer is never called",
    ),
    "backward forgotten": (
        "opt = torch.optim.SGD([w], lr=0.1)\nfor k in range(3):\n  loss = w * k\n  opt.step()",
        "line 6: step() changes nothing, since no parameter has a gradient",
    ),
    "zero_grad in the wrong place": (
        "opt = torch.optim.SGD([w], lr=0.1)\n(w * 2).backward()\nopt.zero_grad()\nopt.step()",
        "line 6: step() changes nothing",
    ),
    "a method that is not called": ("(w * 2).backward", "line 3: `(w * 2).backward` is not called"),
    "a plot": (
        "import matplotlib.pyplot as plt\nplt.plot([1], [2])\nplt.show()\n(w * 2).backward()",
        "line 4: plots are passed over",
    ),
    "a clock": ("import time\ntime.time()\n(w * 2).backward()", "line 4: programs know no clock here"),
}
"""What PyTorch lets pass, and what the one warning begins with."""


@pytest.mark.parametrize("mistake", WARNED)
def test_what_is_no_error_but_deserves_a_second_look_is_said_once(mistake: str) -> None:
    source, said = WARNED[mistake]
    (warning,) = engine.run(START + source).warnings
    assert str(warning).startswith(said)


def test_a_training_loop_that_is_right_is_left_in_peace() -> None:
    source = (
        "opt = torch.optim.Adam([w])\nfor k in range(3):\n  opt.zero_grad()\n  loss = w * w\n"
        "  loss.backward()\n  opt.step()\nprint(loss)"
    )
    assert engine.run(START + source).warnings == ()


# --- try and except


@pytest.mark.parametrize(
    ("raised", "kinds"),
    [
        ("1 / 0", "ZeroDivisionError ArithmeticError Exception"),
        ("[1][2]", "IndexError LookupError Exception"),
        ("{}['a']", "KeyError LookupError Exception"),
        ("int('a')", "ValueError Exception"),
        ("torch.ones(2) + torch.ones(3)", "RuntimeError Exception"),
        ("assert w < 0", "AssertionError Exception"),
        ("raise ValueError('no')", "ValueError Exception"),
        ("raise NotImplementedError", "NotImplementedError RuntimeError Exception"),
    ],
)
def test_an_exception_is_caught_by_its_own_kind_and_no_other(raised: str, kinds: str) -> None:
    every = "ZeroDivisionError ArithmeticError IndexError KeyError LookupError ValueError RuntimeError AssertionError"
    for kind in {*every.split(), *kinds.split()}:
        source = f"{START}try:\n  {raised}\nexcept {kind}:\n  print('caught')\n(w * 2).backward()"
        if kind in kinds.split():
            assert engine.run(source).printed == "caught\n"
        else:
            with pytest.raises(engine.EngineError) as missed:
                engine.run(source)
            assert missed.value.line == 4


def test_a_limit_cannot_be_caught() -> None:
    for endless in ("while True: pass", "torch.zeros(10**7)", "f()"):
        source = f"def f(): f()\nimport torch\nwhile True:\n  try:\n    {endless}\n  except: pass\n  finally: pass"
        with pytest.raises(engine.LimitError):
            engine.run(source)


def test_finally_runs_whether_or_not_there_was_an_error() -> None:
    source = (
        "def f(x):\n  try:\n    return 1 / x\n  except ZeroDivisionError: return 0\n  finally: print('done', x)\n"
        "print(f(0), f(2))\n(w * 2).backward()"
    )
    assert engine.run(START + source).printed == "done 0\ndone 2\n0 0.5\n"


# --- a leaf that changes between its use and backward


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("with torch.no_grad():\n  w -= 1.5", 2.0),  # what `y` was made of
        ("w.data -= 1.5", 0.5),  # what the way back goes by
        ("w.data = torch.tensor(0.5)", 0.5),
        ("w.detach().sub_(1.5)", 2.0),
    ],
)
def test_a_leaf_that_changes_before_backward_stays_in_the_picture(change: str, shown: float) -> None:
    (snapshot,) = engine.run(f"{START}x = torch.tensor(3.0)\ny = w * x\n{change}\ny.backward()").passes
    assert {node.label for node in snapshot.nodes} == {"w", "x", "y"}
    assert (snapshot["w"].kind, snapshot["w"].value, snapshot["w"].gradient) == ("parameter", shown, 3.0)
    assert [(edge.source, edge.target) for edge in snapshot.edges] == [
        (snapshot[name].id, snapshot["y"].id) for name in ("w", "x")
    ]


def test_a_leaf_that_changes_between_two_uses_shows_the_later_value() -> None:
    source = f"{START}y = w + 1\nwith torch.no_grad():\n  w += 1\nz = y + w * w\nz.backward()\nprint(w.grad)"
    (snapshot,) = engine.run(source).passes
    assert (snapshot["w"].value, snapshot["w"].gradient) == (3.0, 7.0)
    assert len([edge for edge in snapshot.edges if edge.source == snapshot["w"].id]) == 3

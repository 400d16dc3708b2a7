"""Random programs of the language, statement by statement; the same text means the same to Python with PyTorch."""

import random
from collections.abc import Callable
from typing import Final

from tests.fuzz.phrases import PHRASES
from tests.fuzz.writing import SHAPES, Writer

HEAD: Final = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\ntorch.manual_seed({seed})"


def random_source(seed: int) -> str:
    """The program of a seed."""
    w = Writer(random.Random(seed))
    w.say(HEAD.format(seed=seed % 7))
    for _ in range(w.chance.randint(1, 3)):
        _leaf(w)
    for _ in range(w.chance.randint(1, 2)):
        _data(w)
    for _ in range(w.chance.randint(3, 9)):
        w.chance.choice(_STATEMENTS)(w)
    for _ in range(w.chance.randint(1, 2)):
        w.chance.choice(_ENDINGS)(w)
    return "\n".join(w.lines) + "\n"


def _leaf(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name = w.new("w")
    w.say(f"{name} = torch.tensor({w.values(shape)}, requires_grad=True)")
    w.tensors[name] = shape
    w.leaves.append(name)


def _data(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name, sizes = w.new("x"), ", ".join(map(str, shape))
    w.say(
        name
        + " = "
        + w.pick(
            f"torch.tensor({w.values(shape)})",
            f"torch.ones({sizes}) * {w.number()}" if shape else f"torch.tensor({w.number()}) * 1.0",
            f"torch.randn({sizes})" if shape else "torch.randn(())",
            f"torch.zeros({sizes}) + {w.number()}" if shape else "torch.full((), 0.5)",
        )
    )
    w.tensors[name] = shape


def _assign(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name = w.new("t")
    w.say(f"{name} = {w.tensor(shape, 3)}")
    w.tensors[name] = shape


def _again(w: Writer) -> None:
    """A name gets another value of the same shape."""
    names = [name for name in w.tensors if name.startswith("t")]
    if not names:
        return _assign(w)
    name = w.chance.choice(names)
    value = w.tensor(w.tensors[name], 2)
    return w.say(w.pick(f"{name} = {value}", f"{name} = {name} {w.pick('+', '*', '-')} {value}"))


def _number(w: Writer) -> None:
    name = w.new("n")
    w.say(
        f"{name} = "
        + w.pick(
            f"{w.scalar(1)}.item()",
            f"sum([{w.number()}, {w.number()}, {w.number()}])",
            f"max({w.number()}, {w.number()}) / 2",
            f"len({[1, 2, 3]}) - {w.number()}",
            f"round({w.number()} * 1.37, 2)",
            f"{w.number()} if {w.test()} else {w.number()}",
            f"sum(k * 0.5 for k in range({w.pick('2', '3', '4')}) if k % 2 == 0)",
            f"[k ** 2 for k in range(4)][{w.pick('1', '-1', '2')}]",
            f"{{'a': {w.number()}, 'b': {w.number()}}}['{w.pick('a', 'b')}']",
        )
    )
    w.numbers.append(name)


def _print(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    value = w.named(shape) or w.tensor(shape, 1)
    w.say(
        w.pick(
            f"print({value})",
            f"print('value', {value}, ({value}).shape)",
            f'print(f"{{{w.scalar(1)}.item():.3f}}")',
            f"print(f'{{{w.scalar(1)}:.4f}} and {{{w.number()}:>8}}')",
            f"print({w.number()}, {w.test()})",
            f"print(({value}).tolist())" if shape == () else f"print(list(({value}).shape), ({value}).dim())",
            f"print('%.3f' % {w.scalar(1)}.item(), sep='')",
            f"print('{{:.2f}} {{}}'.format({w.scalar(1)}.item(), {w.number()}))",
            f"print(({value}).detach(), ({value}).requires_grad)",
            f"print(({value}) > 0, (({value}) == ({value})).all())",
        )
    )


def _if(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name = w.new("t")
    w.block(f"if {w.test()}:", lambda: w.say(f"{name} = {w.tensor(shape, 2)}"))
    if w.chance.random() < 0.4:
        w.block(f"elif {w.test()}:", lambda: w.say(f"{name} = {w.tensor(shape, 2)}"))
    w.block("else:", lambda: w.say(f"{name} = {w.tensor(shape, 2)}"))
    w.tensors[name] = shape


def _for(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name, k = w.new("t"), w.new("k")
    w.say(f"{name} = {w.tensor(shape, 1)}")
    w.tensors[name] = shape
    head = w.pick(
        f"for {k} in range({w.pick('2', '3')}):",
        f"for {k}, _ in enumerate([{w.number()}, {w.number()}]):",
        f"for {k} in [{w.number()}, {w.number()}]:",
        f"for {k}, _ in zip([0.5, 2.0], 'ab'):",
    )

    def body() -> None:
        w.numbers.append(k)
        if w.chance.random() < 0.25:
            w.say(f"if {k} > 1: {w.pick('continue', 'break')}")
        w.say(f"{name} = torch.tanh({name} {w.pick('+', '*')} {w.tensor(shape, 1)}) + {k} * 0.125")

    w.block(head, body)


def _while(w: Writer) -> None:
    name, k = w.new("t"), w.new("i")
    w.say(f"{name} = {w.tensor((), 1)}\n{k} = 0")
    w.tensors[name] = ()

    def body() -> None:
        w.say(f"{name} = {name} * 0.5 + {w.scalar(0)} * 0.25")
        w.say(f"{k} += 1")

    w.block(f"while {k} < {w.pick('2', '3')}:", body)


def _function(w: Writer) -> None:
    name, a, b = w.new("f"), "a", "b"
    outer = w.number()
    kind = w.chance.randrange(4)
    if kind == 0:
        w.say(f"{name} = lambda a, b={w.number()}: {w.pick('a * b', 'torch.tanh(a) + b', 'a - b * a')}")
        w.functions[name] = f"{name}({{}})"
    elif kind == 1:
        w.say(f"def {name}({a}, {b}={w.number()}, *rest, scale=1.0):")
        w.say(f"    c = {a} * {b} + {outer}\n    return c * scale if not rest else c + rest[0]")
        w.functions[name] = w.pick(f"{name}({{}})", f"{name}({{}}, scale=0.5)", f"{name}({{}}, 2.0, 1.5)")
    elif kind == 2:
        w.say(f"def {name}(n):\n    def inner(a):\n        return torch.sigmoid(a) * n\n    return inner")
        made = w.new("g")
        w.say(f"{made} = {name}({w.number()})")
        w.functions[made] = f"{made}({{}})"
    else:
        w.say(f"def {name}(a, n=2):\n    if n == 0:\n        return a\n    return {name}(a * 0.5 + {outer}, n - 1)")
        w.functions[name] = w.pick(f"{name}({{}})", f"{name}({{}}, n=1)")


def _collected(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name, held = w.new("t"), w.new("c")
    items = [w.tensor(shape, 1) for _ in range(3)]
    w.say(
        w.pick(
            f"{held} = [{', '.join(items)}]\n{name} = sum({held})",
            f"{held} = {{'a': {items[0]}, 'b': {items[1]}}}\n{name} = {held}['a'] * {held}['b'].sum()",
            f"{held} = [v * k for k, v in enumerate([{', '.join(items)}])]\n{name} = {held}[1] + {held}[-1]",
            f"{held}, *rest{held} = {', '.join(items)}\n{name} = {held} + rest{held}[0] * rest{held}[-1]",
            f"{held} = []\nfor v in ({', '.join(items)}): {held}.append(v.tanh())\n{name} = {held}[0] - {held}[2]",
        )
    )
    w.tensors[name] = shape


def _in_place(w: Writer) -> None:
    """A tensor without a gradient is changed in place."""
    name = w.new("d")
    w.say(f"{name} = torch.tensor({w.values((3,))})")
    for _ in range(w.chance.randint(1, 3)):
        w.say(
            w.pick(
                f"{name} += {w.number()}",
                f"{name}.mul_({w.number()})",
                f"{name}[{w.pick('0', '-1')}] = {w.number()}",
                f"{name}[1:] *= 0.5",
                f"{name}.add_({w.number()}).clamp_(-4, 4)",
                f"{name} -= {name}.mean()",
            )
        )
    w.say(f"print({name})")
    w.tensors[name] = (3,)


def _passes(w: Writer) -> None:
    """Backward, gradients, updates under no_grad, again."""
    if not w.leaves:
        return
    used = w.chance.sample(w.leaves, min(len(w.leaves), 2))
    loss = w.new("loss")
    rate = w.pick("0.1", "0.01", "0.25")
    rounds = w.pick("1", "2", "3")
    epoch = w.new("epoch")
    zero = w.chance.choice((True, True, False))

    def body() -> None:
        terms = [f"({name} {w.pick('*', '+', '-')} {w.tensor(w.tensors[name], 1)}).pow(2).mean()" for name in used]
        w.say(f"{loss} = {' + '.join(terms)}")
        w.say(f"{loss}.backward({w.pick('', '', 'retain_graph=True')})")
        w.say(
            w.pick(f"print({epoch}, {loss}.item())", f"print(f'{{{epoch}}} {{{loss}.item():.5f}}')", f"print({loss})")
        )
        for name in used:
            w.say(f"print({name}.grad)")
        if w.chance.random() < 0.7:
            w.say("with torch.no_grad():")
            for name in used:
                w.say(f"    {name} {w.pick('-=', '-=', '+=')} {rate} * {name}.grad")
        else:
            for name in used:
                w.say(f"{name}.data = {name}.data - {rate} * {name}.grad.data")
        if zero:
            for name in used:
                w.say(w.pick(f"{name}.grad.zero_()", f"{name}.grad = None"))

    # results from before the loop belong to a graph that the first backward() frees
    old = {name: shape for name, shape in w.tensors.items() if name[0] in "wxd"}
    w.tensors, kept = old, w.tensors
    w.block(f"for {epoch} in range({rounds}):", body)
    w.tensors = kept
    for name in used:
        w.say(f"print({name})")
    w.tensors = old


def _derivatives(w: Writer) -> None:
    """`torch.autograd.grad`, first and second."""
    if not w.leaves:
        return
    name = w.chance.choice(w.leaves)
    y, g = w.new("y"), w.new("g")
    w.say(f"{y} = ({name} ** 3).sum() + ({name} * {w.number()}).sin().sum()")
    w.say(f"{g}, = torch.autograd.grad({y}, {name}, create_graph=True)")
    w.say(f"print({g})\n{g}.sum().backward()\nprint({name}.grad)\n{name}.grad = None")


def _module(w: Writer) -> None:
    """A model, an optimizer, a few rounds."""
    model, net, hidden = w.new("Net"), w.new("net"), w.pick("2", "4")
    act = w.pick("torch.relu", "torch.tanh", "F.gelu", "torch.sigmoid", "F.leaky_relu")
    if w.chance.random() < 0.3:
        layer = w.pick("nn.ReLU()", "nn.Tanh()", "nn.Sigmoid()")
        w.say(f"{net} = nn.Sequential(nn.Linear(3, {hidden}), {layer}, nn.Linear({hidden}, 1))")
    else:
        w.say(
            f"class {model}(nn.Module):\n    def __init__(self, size):\n        super().__init__()\n"
            f"        self.one = nn.Linear(3, size)\n"
            f"        self.two = nn.Linear(size, 1, bias={w.pick('True', 'False')})\n"
            f"        self.scale = nn.Parameter(torch.tensor({w.number()} * 1.0))\n\n"
            f"    def forward(self, x):\n        h = {act}(self.one(x))\n        return self.two(h) * self.scale\n"
        )
        w.say(f"{net} = {model}({hidden})")
    data, goal, optimizer = w.new("x"), w.new("y"), w.new("optimizer")
    w.say(f"{data} = torch.tensor({w.values((2, 3))})\n{goal} = torch.tensor({w.values((2, 1))})")
    w.say(
        f"{optimizer} = torch.optim."
        + w.pick(
            f"SGD({net}.parameters(), lr=0.1)",
            f"SGD({net}.parameters(), lr=0.05, momentum=0.9)",
            f"SGD({net}.parameters(), lr=0.05, momentum=0.5, nesterov=True, weight_decay=0.01)",
            f"Adam({net}.parameters(), lr=0.01)",
            f"AdamW({net}.parameters(), lr=0.02)",
            f"RMSprop({net}.parameters(), lr=0.01)",
            f"Adagrad({net}.parameters(), lr=0.1)",
        )
    )
    loss = w.pick(  # gradients of an absolute value cancel to rounding, which Adam would make large
        f"F.mse_loss({net}({data}), {goal})",
        f"nn.MSELoss()({net}({data}), {goal})",
        f"F.mse_loss({net}({data}), {goal}, reduction='sum')",
    )
    w.say(f"for step in range({w.pick('2', '3')}):")
    w.say(f"    {optimizer}.zero_grad()\n    loss = {loss}\n    loss.backward()\n    {optimizer}.step()")
    w.say("    print(step, loss.item())")
    w.say(f"for p in {net}.parameters():\n    print(p.grad.norm().item(), p.sum().item())")
    w.say(f"with torch.no_grad():\n    print({net}({data}))")


_STATEMENTS: Final[tuple[Callable[[Writer], None], ...]] = (
    *(_assign, _assign, _assign, _again, _number, _print, _print, _if, _for, _while, _function, _collected, _in_place),
    *(_leaf, *PHRASES),
)
_ENDINGS: Final[tuple[Callable[[Writer], None], ...]] = (_passes, _passes, _passes, _module, _derivatives)

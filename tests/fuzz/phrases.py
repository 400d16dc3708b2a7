"""More statements of random programs: whole numbers, rows, choices, plain classes, layers, text, caught errors."""

from collections.abc import Callable
from typing import Final

from tests.fuzz.writing import SHAPES, Writer


def _whole(w: Writer) -> None:
    name = w.new("i")
    w.say(f"{name} = torch.arange({w.pick('6', '1, 7', '0, 12, 2')}).reshape(2, 3)")
    for _ in range(2):
        w.say(
            w.pick(
                f"print({name} // {w.pick('2', '4')}, {name} % 3)",
                f"print({name}.sum(), {name}.float().mean(), {name}.dtype)",
                f"print({name} > 2, ({name} == 3).sum().item())",
                f"print({name} * {w.number()})",
                f"print({name}.max(), {name}.min(dim=1))",
                f"print({name}[{name} > 2], {name}.tolist())",
                f"print({name} / 2, -{name}, {name} ** 2)",
                f"print({name}.t()[0], {name}.view(-1)[1:4])",
            )
        )


def _double(w: Writer) -> None:
    name = w.new("v")
    w.say(f"{name} = torch.tensor({w.values((3,))}, dtype=torch.float64, requires_grad=True)")
    w.say(f"({name}.{w.pick('exp', 'sin', 'tanh', 'square')}() * {w.number()}).sum().backward()")
    w.say(f"print({name}, {name}.grad)")
    w.say(w.pick(f"print({name}.float(), {name}.dtype)", f"print({name}.sum().item(), {name}.mean())"))


def _choices(w: Writer) -> None:
    shape = w.chance.choice(((3,), (2, 3), (3, 3)))
    name = w.new("s")
    w.say(f"{name} = {w.tensor(shape, 1)}")
    w.say(
        w.pick(
            f"print({name}.max(dim=-1))",
            f"print({name}.argmax(), {name}.argmin(dim=0))",
            f"print({name}.sort(dim=-1, descending=True)[0])",
            f"values, places = {name}.topk(2)\nprint(values)",
            f"print({name}.max() - {name}.min(), {name}.amax(dim=0))",
            f"print(torch.sort({name}, dim=0).values)",
        )
    )
    w.tensors[name] = shape


def _statistics(w: Writer) -> None:
    value = w.tensor(w.chance.choice(((3,), (2, 3), (3, 2))), 1)
    names = ("std()", "var()", "norm()", "prod()", "logsumexp(0)", "median()", "std(dim=0)", "var(0, unbiased=False)")
    for name in w.chance.sample(names, 2):
        w.say(f"print(({value}).{name})")


def _rows(w: Writer) -> None:
    value, row = w.tensor((2, 3), 1), w.new("row")
    w.say(
        w.pick(
            f"for {row} in {value}:\n    print({row}.sum(), {row}[0].item() > 0)",
            f"for k, {row} in enumerate({value}):\n    print(k, {row} * k)",
            f"for {row}, other in zip({value}, {w.tensor((2,), 0)}):\n    print(({row} * other).sum())",
            f"{row}, last = {value}\nprint({row} - last)",
            f"print([{row}.mean().item() > 0 for {row} in {value}], len({value}))",
        )
    )


def _shapes(w: Writer) -> None:
    value = w.tensor((2, 3), 1)
    w.say(
        "print(("
        + value
        + ")"
        + w.pick(
            *(".flatten()", ".unsqueeze(0).shape", ".permute(1, 0)", ".expand(2, 2, 3).shape", ".size(1)"),
            *(
                ".repeat(1, 2)",
                ".chunk(2, dim=0)",
                ".split([1, 2], dim=1)",
                ".numel()",
                ".ndim",
                "[..., -1]",
                "[:, ::2]",
            ),
            *(".reshape(3, -1)", ".squeeze().shape", ".flip(0)", ".roll(1, 1)", ".unbind()[1]", ".size()", ".mT"),
        )
        + ")"
    )


def _class(w: Writer) -> None:
    kind, held = w.new("Thing"), w.new("thing")
    w.say(
        f"class {kind}:\n    count = 0\n\n    def __init__(self, value, scale={w.number()}):\n"
        f"        self.value = value\n        self.scale = scale\n        {kind}.count += 1\n\n"
        f"    def __add__(self, other):\n        return {kind}(self.value + other.value, self.scale)\n\n"
        f"    def __repr__(self):\n        return f'{kind}({{self.value:.3f}}, {{self.scale}})'\n\n"
        f"    def __call__(self, x):\n        return x * self.value + self.scale\n\n"
        f"    def __len__(self):\n        return 3\n\n"
        f"    @property\n    def double(self):\n        return self.value * 2\n"
    )
    w.say(f"{held} = {kind}({w.number()}) + {kind}({w.number()}, scale=0.5)")
    w.say(
        f"print({held}, {kind}.count, {held}.double, len({held}), isinstance({held}, {kind}), hasattr({held}, 'value'))"
    )
    w.functions[held] = f"{held}({{}})"


def _text(w: Writer) -> None:
    n = w.number()
    w.say(
        w.pick(
            "names = ['b', 'a', 'c']\nprint(sorted(names, reverse=True), ', '.join(names), 'a'.upper(), names[::-1])",
            f"table = {{'lr': {n}, 'n': 3}}\nfor key, v in table.items():\n    print(f'{{key:>4}}|{{v!r:<6}}|')",
            f"print(f'{{{n}:+.2e}} {{{n}:08.3f}} {{1234567:,}} {{0.256:.1%}} {{\"x\":^5}}|')",
            f"print('a b c'.split(), 'abc'.replace('b', '-'), 'abc'[1:], 'x' in 'xyz', len('four'), str({n}))",
            f"print(round({n} / 3, 3), int(7.9), 7 // 2, -7 // 2, -7 % 3, divmod(9, 4), 2 ** 10, abs(-3))",
            f"print(max(3, {n}), min([2, 1]), sum([1, 2]), list(range(5, 0, -2)), tuple('ab'), {{1, 2}} | {{3}})",
            f"print([a * b for a in (1, 2) for b in (3, {n}) if a != b], {{k: k * k for k in range(3)}})",
            f"print(type(1.5), type('a'), type(torch.ones(1)), isinstance({n}, float), 1 if [] else 2, 3 == 3.0)",
            "a, (b, *c) = 1, (2, 3, 4)\nprint(a, b, c, [*c, a], {**{'x': 1}, 'y': b}, list(zip('ab', c)), 1 < b <= 2)",
            "print(*[1, 2, 3], sep=', ', end='!\\n')\nprint(list(map(lambda k: k + 1, [1, 2])), any([0, 1]), bool(0))",
        )
    )


_FAILING: Final = (
    *("print(torch.ones(2, 3) @ torch.ones(2, 3))", "print([1, 2][5])", "print({'a': 1}['b'])", "print(1 / 0)"),
    *("raise ValueError('no')", "torch.ones(3, requires_grad=True).backward()", "print(torch.ones(2) + torch.ones(3))"),
    *("print(int('x'))", "print('fine so far')"),
)


def _caught(w: Writer) -> None:
    if w.chance.random() < 0.3:
        w.say("try:\n    raise ValueError('bad', 3)\nexcept ValueError as error:\n    print(error, error.args)")
        return
    kinds = w.pick("Exception", "Exception", "(ValueError, RuntimeError, LookupError, ArithmeticError)")
    w.say(f"try:\n    {w.pick(*_FAILING)}\nexcept {kinds}:\n    print('caught')")
    w.say("else:\n    print('fine')\nfinally:\n    print('done')")


def _layers(w: Writer) -> None:
    layer, x = w.new("layer"), w.new("x")
    made, shape = w.chance.choice(
        (
            ("nn.BatchNorm1d(3)", "4, 3"),
            ("nn.LayerNorm(3)", "2, 3"),
            ("nn.Conv2d(1, 2, 2)", "1, 1, 3, 3"),
            ("nn.MaxPool2d(2)", "1, 1, 4, 4"),
            ("nn.Conv1d(1, 2, 3, padding=1)", "1, 1, 5"),
            ("nn.Linear(3, 2, bias=False)", "2, 3"),
            ("nn.Softmax(dim=1)", "2, 3"),
            ("nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.GELU())", "2, 2, 2"),
            ("nn.AvgPool2d(2)", "1, 1, 4, 4"),
        )
    )
    w.say(f"{layer} = {made}\n{x} = torch.randn({shape}, requires_grad=True)")
    w.say(f"(({layer}({x}) - 0.5) ** 3).sum().backward()\nprint({layer}({x}), {x}.grad)")
    w.say(
        w.pick(
            f"print({layer})",
            f"{layer}.eval()\nprint({layer}({x}).sum())",
            f"print(sum(p.numel() for p in {layer}.parameters()))",
        )
    )


def _classified(w: Writer) -> None:
    x, y = w.new("x"), w.new("y")
    w.say(f"{x} = torch.tensor({w.values((2, 3))}, requires_grad=True)\n{y} = torch.tensor([{w.pick('0', '2')}, 1])")
    w.say(
        "loss = "
        + w.pick(
            f"F.cross_entropy({x}, {y})",
            f"nn.CrossEntropyLoss(reduction='sum')({x}, {y})",
            f"F.nll_loss(F.log_softmax({x}, dim=1), {y})",
            f"F.binary_cross_entropy_with_logits({x}[:, 0], {y}.float().clamp(0, 1))",
            f"F.smooth_l1_loss({x}[:, 1], {y}.float())",
            f"(F.one_hot({y}, 3) * torch.log_softmax({x}, 1)).sum().neg()",
        )
    )
    w.say(f"loss.backward()\nprint(loss, {x}.grad, ({x}.argmax(dim=1) == {y}).float().mean())")


def _flags(w: Writer) -> None:
    shape = w.chance.choice(SHAPES)
    name = w.new("t")
    w.say(f"{name} = {w.tensor(shape, 1)}")
    w.say(
        w.pick(
            f"print({name}.requires_grad, {name}.is_leaf, {name}.detach().requires_grad, {name}.clone().shape)",
            f"print({name}.grad is None, ({name} * 2).requires_grad)",
            f"with torch.no_grad():\n    print(({name} * 2).requires_grad)",
            f"print({name} * 1)",
            f"print({name}.data, float({name}.sum()))",
        )
    )
    w.tensors[name] = shape


def _counted(w: Writer) -> None:
    counter, f = w.new("counter"), w.new("f")
    w.say(f"{counter} = 0\ndef {f}(a):\n    global {counter}\n    {counter} += 1\n    return a + {counter}")
    w.say(f"print({f}(1), {f}({w.number()}), {counter})\n{counter} = {counter} * 2")
    w.say(f"print({f}(0), [{f}(k) for k in range(2)])")


def _changed(w: Writer) -> None:
    """A result with a gradient is changed in place, where nobody needs what it was."""
    if not w.leaves:
        return
    leaf, c, d = w.chance.choice(w.leaves), w.new("c"), w.new("d")
    w.say(f"{c} = {leaf} * {w.number()}\n{d} = {w.pick(f'{c} + 1', f'-{c}', f'{c} * 0.5', f'{c}.sum()', f'{c} / 4')}")
    for _ in range(w.chance.randint(1, 3)):
        w.say(f"{c} " + w.pick(f"+= {leaf}", "*= 0.5", f"-= {d}", f"+= {c} * 0.25", "+= 1", f"+= {d} * 0.5"))
    w.say(f"({c}.sum() + {d}.sum()).backward()\nprint({c}, {d}, {leaf}.grad)\n{leaf}.grad = None")


PHRASES: Final[tuple[Callable[[Writer], None], ...]] = (
    *(_whole, _double, _choices, _statistics, _rows, _rows, _shapes, _shapes, _class, _text, _text, _caught, _layers),
    *(_classified, _flags, _counted, _changed),
)

"""A graph that grows in any order has the same values and gradients, at every moment, as in a naive engine."""

import functools
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import engine
from engine.dtypes import Array
from engine.tensor import Tensor, constant
from tests import naive
from tests.drawing import chance
from tests.naive import Carried

SHAPES = st.sampled_from([(), (3,), (1,), (2, 3), (3, 2), (1, 3), (2, 1), (2, 2, 3)])
SEEDS = st.integers(0, 2**16)
ANY = st.integers(0, 2**16)
LARGE = 50.0


class Graphs(RuleBasedStateMachine):
    """Every node is a pair: the engine's tensor and the naive engine's value. Leaves know their gradients so far."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[tuple[Tensor, Carried]] = []
        self.leaves: dict[int, Tensor] = {}
        self.expected: dict[int, Array] = {}

    def pick(self, number: int) -> tuple[Tensor, Carried]:
        return self.nodes[-1 - number % min(len(self.nodes), 8)]

    def keep(self, made: Tensor, carried: Carried) -> None:
        if carried.value.size and np.abs(carried.value).max() > LARGE:
            made, carried = made.tanh(), naive.elementwise(*naive.UNARY["tanh"], carried)
        self.nodes.append((made, carried))

    @rule(shape=SHAPES, seed=SEEDS)
    @precondition(lambda self: len(self.leaves) < 4)
    def leaf(self, shape: tuple[int, ...], seed: int) -> None:
        value = np.asarray(chance(seed).uniform(-2, 2, shape))
        number = len(self.leaves)
        self.leaves[number] = engine.tensor(value, requires_grad=True)
        self.nodes.append((self.leaves[number], naive.leaf(number, value)))

    @rule(shape=SHAPES, seed=SEEDS)
    @precondition(lambda self: self.leaves)
    def constant(self, shape: tuple[int, ...], seed: int) -> None:
        value = np.asarray(chance(seed).uniform(-2, 2, shape))
        self.nodes.append((constant(value), Carried(value, {})))

    @rule(name=st.sampled_from(sorted(naive.UNARY)), at=ANY)
    @precondition(lambda self: self.nodes)
    def unary(self, name: str, at: int) -> None:
        one, carried = self.pick(at)
        self.keep(getattr(one, name)(), naive.elementwise(*naive.UNARY[name], carried))

    @rule(name=st.sampled_from(sorted(naive.BINARY)), at=ANY, other=ANY)
    @precondition(lambda self: self.nodes)
    def binary(self, name: str, at: int, other: int) -> None:
        one, carried = self.pick(at)
        two, beside = self.pick(other)
        try:
            np.broadcast_shapes(carried.value.shape, beside.value.shape)
        except ValueError:
            try:
                getattr(one, name)(two)
            except engine.ShapeError:
                return
            raise AssertionError(f"{name} of {one.shape} and {two.shape} was not refused") from None
        if name == "div" and (np.abs(beside.value) < 0.1).any():
            name = "add"
        self.keep(getattr(one, name)(two), naive.elementwise(*naive.BINARY[name], carried, beside))

    @rule(at=ANY, other=ANY)
    @precondition(lambda self: self.nodes)
    def matmul(self, at: int, other: int) -> None:
        one, carried = self.pick(at)
        two, beside = self.pick(other)
        try:
            np.matmul(carried.value, beside.value)
        except ValueError:
            return
        self.keep(one @ two, naive.product(carried, beside))

    @rule(name=st.sampled_from(["sum", "mean"]), at=ANY, axis=ANY, keepdim=st.booleans())
    @precondition(lambda self: self.nodes)
    def reduced(self, name: str, at: int, axis: int, keepdim: bool) -> None:
        one, carried = self.pick(at)
        dim = None if not carried.value.ndim or axis % 3 == 0 else axis % carried.value.ndim
        self.keep(
            getattr(one, name)(dim=dim, keepdim=keepdim),
            naive.moved(functools.partial(getattr(np, name), axis=dim, keepdims=keepdim), carried),
        )

    @rule(at=ANY, how=st.sampled_from(["reshape", "transpose", "unsqueeze", "first", "rows", "twice", "cat"]))
    @precondition(lambda self: self.nodes)
    def moved(self, at: int, how: str) -> None:
        one, carried = self.pick(at)
        if not carried.value.ndim and how not in ("reshape", "unsqueeze"):
            return
        made: dict[str, tuple[Any, Any]] = {
            "reshape": (lambda x: x.reshape(-1), lambda x: x.reshape(-1)),
            "transpose": (lambda x: x.transpose(0, -1), lambda x: np.swapaxes(x, 0, -1)),
            "unsqueeze": (lambda x: x.unsqueeze(0), lambda x: x[None]),
            "first": (lambda x: x[0], lambda x: x[0]),
            "rows": (lambda x: x[..., ::2], lambda x: x[..., ::2]),
            "twice": (lambda x: x[[0, 0, -1]], lambda x: x[[0, 0, -1]]),
            "cat": (lambda x: engine.functions.FUNCTIONS["cat"]([x, x], dim=0), lambda x: np.concatenate([x, x])),
        }
        ours, theirs = made[how]
        self.keep(ours(one), naive.moved(theirs, carried))

    @rule(at=ANY)
    @precondition(lambda self: self.nodes)
    def detached(self, at: int) -> None:
        one, carried = self.pick(at)
        self.nodes.append((one.detach(), Carried(carried.value, {})))

    @rule(at=ANY, seed=SEEDS)
    @precondition(lambda self: self.nodes)
    def backward(self, at: int, seed: int) -> None:
        one, carried = self.pick(at)
        weights = chance(seed).uniform(-1, 1, carried.value.shape)
        if not one.requires_grad:
            assert not carried.slopes
            return
        one.backward(engine.tensor(weights))
        for number in self.leaves:
            found = naive.gradient(carried, number, np.asarray(weights))
            if found is not None:
                self.expected[number] = self.expected.get(number, 0.0) + found

    @rule(number=st.integers(0, 3))
    @precondition(lambda self: self.leaves)
    def forgotten(self, number: int) -> None:
        if number in self.leaves:
            self.leaves[number].grad = None
            self.expected.pop(number, None)

    @invariant()
    def values_are_the_same(self) -> None:
        for one, carried in self.nodes[-2:]:
            assert one.shape == carried.value.shape
            np.testing.assert_allclose(np.asarray(one.value), carried.value, rtol=1e-11, atol=1e-11)
            assert one.requires_grad == bool(carried.slopes)

    @invariant()
    def gradients_are_the_same(self) -> None:
        for number, tensor in self.leaves.items():
            assert (tensor.grad is None) == (number not in self.expected)
            if tensor.grad is not None:
                found = np.asarray(tensor.grad.value)
                assert found.shape == tensor.shape
                scale = max(1.0, float(np.abs(self.expected[number]).max()))
                np.testing.assert_allclose(found.ravel(), self.expected[number], rtol=1e-9, atol=1e-10 * scale)


TestGraphs = Graphs.TestCase
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the naive engine knows no errstate
TestGraphs.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

"""`torch.utils.data`: data sets and the loader that deals them out in batches, in PyTorch's order."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.language.items import item
from engine.language.machine import Machine
from engine.language.values import NUMBERS, UNBOUND, Class, Instance, Namespace, Native, Once, Value, natives
from engine.library.data import array, leaf
from engine.library.drawn import multinomial
from engine.library.exchange import function
from engine.library.generators import stream
from engine.library.session import session
from engine.messages import Message
from engine.random import Generator
from engine.tensor import Tensor

DATASET: Final = Class("Dataset", (), {})


def _tensors_init(machine: Machine, self: Instance, *tensors: Tensor) -> None:
    if not tensors or any(len(each) != len(tensors[0]) for each in tensors):
        raise InputError(
            Message("Size mismatch between tensors"), hint=Message("all tensors of a data set have as many rows")
        )
    self.attributes["tensors"] = tensors


def _tensors_item(machine: Machine, self: Instance, index: Value) -> tuple[Value, ...]:
    return tuple(item(machine, each, index) for each in self.attributes["tensors"])


TENSORS: Final = Class(
    "TensorDataset",
    (DATASET,),
    natives(
        {
            "__init__": _tensors_init,
            "__len__": lambda machine, self: len(self.attributes["tensors"][0]),
            "__getitem__": _tensors_item,
        }
    ),
)
SUBSET: Final = Class(
    "Subset",
    (DATASET,),
    natives(
        {
            "__init__": lambda machine, self, dataset, indices: self.attributes.update(
                dataset=dataset, indices=machine.taken(indices)
            ),
            "__len__": lambda machine, self: len(self.attributes["indices"]),
            "__getitem__": lambda machine, self, index: item(
                machine, self.attributes["dataset"], self.attributes["indices"][index]
            ),
        }
    ),
)


def _joined_item(machine: Machine, self: Instance, index: int) -> Value:
    place = index if index >= 0 else index + _size(machine, self)
    for part in self.attributes["datasets"]:
        if place < _size(machine, part):
            return item(machine, part, place)
        place -= _size(machine, part)
    raise IndexError


CONCATENATED: Final = Class(
    "ConcatDataset",
    (DATASET,),
    natives(
        {
            "__init__": lambda machine, self, datasets: self.attributes.update(datasets=machine.taken(datasets)),
            "__len__": lambda machine, self: sum(_size(machine, each) for each in self.attributes["datasets"]),
            "__getitem__": _joined_item,
        }
    ),
)


def _weighted_init(
    machine: Machine,
    self: Instance,
    weights: Value,
    num_samples: int,
    replacement: Value = True,
    generator: Value = None,
) -> None:
    held = np.asarray(weights.value) if isinstance(weights, Tensor) else array(machine, weights)
    self.attributes |= {"weights": leaf(held.astype(np.float64)), "num_samples": num_samples}
    self.attributes |= {"replacement": replacement, "generator": generator}


def _weighted_order(machine: Machine, self: Instance) -> Once:
    held = self.attributes
    drawn = multinomial(machine, held["weights"], held["num_samples"], held["replacement"], generator=held["generator"])
    return Once("iterator", iter(drawn.tolist()))


WEIGHTED: Final = Class(
    "WeightedRandomSampler",
    (),
    natives(
        {
            "__init__": _weighted_init,
            "__iter__": _weighted_order,
            "__len__": lambda machine, self: self.attributes["num_samples"],
        }
    ),
)


def _split(machine: Machine, dataset: Value, lengths: Value, generator: Value = None) -> list[Value]:
    sizes, count = machine.taken(lengths), _size(machine, dataset)
    if any(type(each) is float for each in sizes):
        whole = [int(count * each) for each in sizes]
        for place in range(count - sum(whole)):
            whole[place % len(whole)] += 1
        sizes = whole
    if sum(sizes) != count:
        raise InputError(
            Message("Sum of input lengths does not equal the length of the input dataset!"),
            hint=Message("the data set has {count} samples", count=count),
        )
    order = stream(machine, generator).permutation(count).tolist()
    parts = []
    for size in sizes:
        parts.append(machine.call(SUBSET, [dataset, order[:size]]))
        order = order[size:]
    return parts


def _size(machine: Machine, dataset: Value) -> int:
    if isinstance(dataset, Instance):
        if (length := dataset.kind.find("__len__")) is UNBOUND:
            raise InputError(
                Message("`{name}` has no length", name=dataset.kind.name),
                hint=Message("give the class the methods __len__ and __getitem__"),
            )
        return int(machine.call(length, [dataset]))
    return len(dataset)


# --- the loader


def _loader_init(
    machine: Machine,
    self: Instance,
    dataset: Value,
    batch_size: Value = 1,
    shuffle: Value = False,
    *,
    num_workers: Value = 0,
    drop_last: Value = False,
    generator: Value = None,
    pin_memory: Value = False,
    collate_fn: Value = None,
    sampler: Value = None,
    batch_sampler: Value = None,
    **_: Value,
) -> None:
    if batch_sampler is not None:
        sampler, batch_size = batch_sampler, None
    self.attributes |= {
        "sampler": sampler,
        "dataset": dataset,
        "batch_size": batch_size,
        "shuffle": bool(shuffle),
        "drop_last": bool(drop_last),
        "generator": generator,
        "collate_fn": collate_fn,
    }


def _batches(machine: Machine, self: Instance) -> Iterator[Value]:
    held = self.attributes
    dataset, size, own = held["dataset"], held["batch_size"], held["generator"]
    count = _size(machine, dataset)
    _seed(stream(machine, own))  # PyTorch draws one for the workers, even if there are none
    order: Sequence[int] = range(count)
    if held["sampler"] is not None:
        order = machine.taken(held["sampler"])
        if size is None:  # each is a whole batch
            for whole in order:
                yield _batch(machine, held, machine.taken(whole))
            return
    elif held["shuffle"]:
        shuffler = stream(machine, own) if own is not None else Generator(_seed(session(machine).random))
        order = shuffler.permutation(count).tolist()
    for start in range(0, len(order), size):
        places = order[start : start + size]
        if held["drop_last"] and len(places) < size:
            return
        yield _batch(machine, held, places)


def _batch(machine: Machine, held: dict[str, Value], places: Sequence[Value]) -> Value:
    machine.charge(1 + len(places))
    samples = [item(machine, held["dataset"], place) for place in places]
    collate = held["collate_fn"]
    return machine.call(collate, [samples]) if collate is not None else _collated(machine, samples)


def _seed(source: Generator) -> int:
    """A seed for another stream. NB: `torch.empty((), dtype=torch.int64).random_()`."""
    return int(source.integers(0, 2**63, (1,))[0])


def _collated(machine: Machine, samples: Sequence[Any]) -> Value:
    """Samples as one batch: tensors stacked, numbers made a tensor, tuples part by part."""
    first = samples[0]
    if type(first) is Tensor:
        return machine.keep(function("stack")(samples), machine.here())
    if type(first) in NUMBERS:
        made = array(machine, samples)
        return machine.keep(leaf(made.astype(np.float64) if made.dtype.kind == "f" else made), machine.here())
    if isinstance(first, (tuple, list)):
        return [_collated(machine, [each[place] for each in samples]) for place in range(len(first))]
    if isinstance(first, dict):
        return {key: _collated(machine, [each[key] for each in samples]) for key in first}
    return list(samples)


def _loader_size(machine: Machine, self: Instance) -> int:
    held, size = self.attributes, self.attributes["batch_size"]
    count = _size(machine, held["dataset"] if held["sampler"] is None else held["sampler"])
    if size is None:
        return count
    return int(count // size if self.attributes["drop_last"] else -(-count // size))


LOADER: Final = Class(
    "DataLoader",
    (),
    natives(
        {
            "__init__": _loader_init,
            "__len__": _loader_size,
            "__iter__": lambda machine, self: Once("iterator", _batches(machine, self)),
        }
    ),
)
DATA: Final = Namespace(
    "torch.utils.data",
    {
        "Dataset": DATASET,
        "TensorDataset": TENSORS,
        "Subset": SUBSET,
        "DataLoader": LOADER,
        "random_split": Native("random_split", _split),
        "ConcatDataset": CONCATENATED,
        "WeightedRandomSampler": WEIGHTED,
    },
)

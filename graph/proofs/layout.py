"""A drawing in layers: what rests on nothing at the bottom, each node above what it rests on."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Generic, TypeAlias, TypeVar

_Node = TypeVar("_Node", bound=Hashable)
Point: TypeAlias = tuple[float, float]

GAP: Final = 26.0
"""Between neighbours in a layer."""
RISE: Final = 44.0
"""Between layers."""
_SWEEPS: Final = 8


@dataclass(frozen=True)
class Layout(Generic[_Node]):
    """Where to draw.

    Attributes:
        places: The upper left corner of each node.
        routes: For each edge, upper end first in its key, the points from below to above.
    """

    places: Mapping[_Node, Point]
    routes: Mapping[tuple[_Node, _Node], Sequence[Point]]
    width: float
    height: float


@dataclass(eq=False)
class _Cell:
    """A node in its layer, or a place where a long edge passes through one."""

    width: float
    middle: float = 0.0
    order: float = 0.0


def lay_out(sizes: Mapping[_Node, Point], below: Mapping[_Node, Sequence[_Node]]) -> Layout[_Node]:
    """Put nodes of these sizes into layers; the same input always gives the same drawing.

    Args:
        sizes: Width and height of each node.
        below: What each node rests on. Circles are allowed; one of their edges then goes down.

    Source: Sugiyama, Tagawa and Toda 1981.
    """
    ranks = _ranks(below)
    layers: list[list[_Cell]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    cells = {node: _Cell(sizes[node][0]) for node in ranks}
    for node, cell in cells.items():
        layers[ranks[node]].append(cell)
    chains: dict[tuple[_Node, _Node], list[_Cell]] = {}
    up: dict[_Cell, list[_Cell]] = {}
    down: dict[_Cell, list[_Cell]] = {}
    for upper, lowers in below.items():
        for lower in lowers:
            passing = [_Cell(0.0) for _ in range(ranks[lower] + 1, ranks[upper])]
            for rank, cell in enumerate(passing, ranks[lower] + 1):
                layers[rank].append(cell)
            chains[upper, lower] = chain = [cells[lower], *passing, cells[upper]]
            if ranks[lower] < ranks[upper]:
                for one, other in pairwise(chain):
                    up.setdefault(one, []).append(other)
                    down.setdefault(other, []).append(one)
    _arrange(layers, up, down)
    left = min((c.middle - c.width / 2 for layer in layers for c in layer), default=0.0)
    width = max((c.middle + c.width / 2 for layer in layers for c in layer), default=0.0) - left
    tops, height = _tops(sizes, ranks, len(layers))
    heights = [0.0] * len(layers)
    for node, rank in ranks.items():
        heights[rank] = max(heights[rank], sizes[node][1])
    places = {
        node: (cell.middle - cell.width / 2 - left, tops[ranks[node]])
        for node, cell in cells.items()
    }
    routes: dict[tuple[_Node, _Node], list[Point]] = {}
    for (upper, lower), chain in chains.items():
        points = [(cells[lower].middle - left, tops[ranks[lower]])]
        for rank, cell in enumerate(chain[1:-1], ranks[lower] + 1):
            x = cell.middle - left
            points += [(x, tops[rank] + heights[rank]), (x, tops[rank])]
        points.append((cells[upper].middle - left, tops[ranks[upper]] + sizes[upper][1]))
        routes[upper, lower] = points
    return Layout(places, routes, width, height)


def _ranks(below: Mapping[_Node, Sequence[_Node]]) -> dict[_Node, int]:
    """Give each node its layer, 0 at the bottom; what is met first of a circle is its top."""
    ranks: dict[_Node, int] = {}
    met: set[_Node] = set()
    for root in below:
        path = [] if root in met else [(root, iter(below.get(root, ())))]
        met.add(root)
        while path:
            node, lowers = path[-1]
            lower = next((one for one in lowers if one not in met), None)
            if lower is None:
                path.pop()
                known = [ranks[one] for one in below.get(node, ()) if one in ranks]
                ranks[node] = max(known, default=-1) + 1
            else:
                met.add(lower)
                path.append((lower, iter(below.get(lower, ()))))
    return ranks


def _arrange(
    layers: list[list[_Cell]], up: Mapping[_Cell, list[_Cell]], down: Mapping[_Cell, list[_Cell]]
) -> None:
    """Order each layer by the middle of its neighbours, then move nodes towards them."""
    for layer in layers:
        for number, cell in enumerate(layer):
            cell.order = float(number)
    for sweep in range(_SWEEPS):
        towards = up if sweep % 2 else down
        for layer in layers if towards is down else reversed(layers):
            weights = {cell: _mean([c.order for c in towards.get(cell, ())]) for cell in layer}
            layer.sort(key=lambda cell: cell.order if weights[cell] is None else weights[cell])  # type: ignore[arg-type,return-value]
            for number, cell in enumerate(layer):
                cell.order = float(number)
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for sweep in range(_SWEEPS):
        towards = up if sweep % 2 else down
        for layer in layers if towards is down else reversed(layers):
            wanted = [_mean([c.middle for c in towards.get(cell, ())]) for cell in layer]
            _spread(
                layer, [c.middle if w is None else w for c, w in zip(layer, wanted, strict=True)]
            )


def _spread(layer: list[_Cell], wanted: list[float]) -> None:
    """Come as near to the wanted middles as the order and the widths of the layer allow.

    Pushing to the right and pushing to the left both keep the distances, and so does their mean.
    """
    rights = list(wanted)
    lefts = list(wanted)
    for n in range(1, len(layer)):
        distance = (layer[n - 1].width + layer[n].width) / 2 + GAP
        rights[n] = max(wanted[n], rights[n - 1] + distance)
    for n in range(len(layer) - 2, -1, -1):
        distance = (layer[n].width + layer[n + 1].width) / 2 + GAP
        lefts[n] = min(wanted[n], lefts[n + 1] - distance)
    for cell, right, left in zip(layer, rights, lefts, strict=True):
        cell.middle = (right + left) / 2


def _tops(
    sizes: Mapping[_Node, Point], ranks: Mapping[_Node, int], count: int
) -> tuple[list[float], float]:
    heights = [0.0] * count
    for node, rank in ranks.items():
        heights[rank] = max(heights[rank], sizes[node][1])
    tops = [0.0] * count
    y = 0.0
    for rank in range(count - 1, -1, -1):
        tops[rank] = y
        y += heights[rank] + RISE
    return tops, max(y - RISE, 0.0)


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None

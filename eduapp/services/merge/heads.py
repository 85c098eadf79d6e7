"""Which submissions of a school nothing supersedes, in time that grows with what they say.

"Later supersedes earlier" is a graph: by `seen` a submission stands over another writer's up to a number,
by `prev` over its own writer's chain. Neither is written out pair by pair (a thousand files of one
computer have half a million pairs): a node stands for "this writer's submissions up to this number",
another for "the chain from here on back".
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eduapp.services.merge.member import Member

_SELF, _CHAIN, _UP_TO = "self", "chain", "up to"
_Node: TypeAlias = tuple[str, str, int]
_Graph: TypeAlias = dict[_Node, list[_Node]]


def heads_of(candidates: Sequence[Member], known: Iterable[Member]) -> list[Member]:
    """Return those that nothing supersedes which they do not supersede themselves, over any steps.

    Writers can claim to have seen each other; then all of such a ring stand, and there is always one.
    `known` are the school's submissions through which a chain of `prev` can be followed.
    """
    starts = [(_SELF, each.id, 0) for each in candidates]
    graph = _over(candidates, known)
    ring = _rings(starts, graph)
    below = {ring[other] for node in ring for other in graph.get(node, ()) if ring[other] != ring[node]}
    return [each for each, node in zip(candidates, starts, strict=True) if ring[node] not in below]


def _over(candidates: Sequence[Member], known: Iterable[Member]) -> _Graph:
    """Return node -> what it supersedes; every way to a candidate is one of the rules' own."""
    by_id = {each.id: each for each in known}
    standing = {each.id for each in candidates}
    numbers = _up_to_nodes(candidates)
    graph: _Graph = defaultdict(list)
    for writer, own in numbers.items():
        for place, (_, name) in enumerate(own):
            before = [(_UP_TO, writer, place - 1)] if place else []
            graph[_UP_TO, writer, place] = [(_SELF, name, 0), *before]
    for each in by_id.values():
        back = _back(each, by_id, numbers)
        graph[_CHAIN, each.id, 0] = [*([(_SELF, each.id, 0)] if each.id in standing else []), *back]
        if each.id in standing:
            seen = ((writer, seq) for writer, seq in each.seen.items() if writer != each.writer)
            graph[_SELF, each.id, 0] = back + [node for told in seen for node in _up_to(*told, numbers)]
    return graph


def _back(
    each: Member, by_id: Mapping[str, Member], numbers: Mapping[str, list[tuple[int, str]]]
) -> list[_Node]:
    """Return what a submission stands over in its own writer: the chain behind it, as far as it is proved.

    Where a link is missing nothing is proved (a lost stick costs nothing): what lies before it counts as
    behind, but for the number right below, which the link would have named.
    """
    if each.prev is None:
        return []
    before = by_id.get(each.prev)
    if before is not None and before.writer == each.writer and before.seq < each.seq:
        return [(_CHAIN, before.id, 0)]
    return _up_to(each.writer, each.seq - 2, numbers)


def _up_to_nodes(candidates: Iterable[Member]) -> dict[str, list[tuple[int, str]]]:
    """Return writer -> its (number, id) in order."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for each in candidates:
        found[each.writer].append((each.seq, each.id))
    return {writer: sorted(own) for writer, own in found.items()}


def _up_to(writer: str, seq: int, numbers: Mapping[str, list[tuple[int, str]]]) -> list[_Node]:
    place = bisect_right(numbers.get(writer, ()), seq, key=lambda each: each[0]) - 1
    return [(_UP_TO, writer, place)] if place >= 0 else []


def _rings(starts: Iterable[_Node], graph: _Graph) -> dict[_Node, int]:
    """Return the strongly connected component of every node that is reached (Tarjan, no recursion)."""
    found: dict[_Node, int] = {}
    index: dict[_Node, int] = {}
    low: dict[_Node, int] = {}
    open_: list[_Node] = []
    for start in starts:
        ahead = [] if start in index else [(start, iter(graph.get(start, ())))]
        while ahead:
            node, others = ahead[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                open_.append(node)
            other = next(others, None)
            if other is None:
                ahead.pop()
                if ahead:
                    low[ahead[-1][0]] = min(low[ahead[-1][0]], low[node])
                if low[node] == index[node]:
                    _close(node, open_, found)
            elif other not in index:
                ahead.append((other, iter(graph.get(other, ()))))
            elif other not in found:
                low[node] = min(low[node], index[other])
    return found


def _close(node: _Node, open_: list[_Node], found: dict[_Node, int]) -> None:
    """Take a finished component off the open nodes."""
    number = len(found)
    while True:
        each = open_.pop()
        found[each] = number
        if each == node:
            return

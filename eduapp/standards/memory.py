"""What was worked out and still stands: every answer beside what was read for it.

A source (a cell, a column, a sum) that changes puts what was read from it in doubt, and what was read from
that. An answer in doubt, when it is asked for, looks at what it read in the order in which it read it; only
where something of that is other now is it worked out anew, and one that comes out as it was leaves what
stands on it alone. So an edit costs what it changes, and what comes out is what working out everything
comes to (property test).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    Value = TypeVar("Value")

_NOTHING = object()


class _Node:
    """A source, or (with `make`) an answer: when it changed last, and as of when it is known to stand."""

    __slots__ = ("changed", "doubtful", "make", "readers", "reads", "seen", "value")

    def __init__(self, make: Callable[[], Any] | None, turn: int) -> None:
        self.make = make
        self.value: Any = _NOTHING
        self.reads: dict[_Node, None] = {}
        self.readers: set[_Node] = set()
        self.doubtful = make is not None
        self.changed = self.seen = turn


class Memory:
    """Answers by key. What `make` reads it reads through `read` and `answer`, or it never changes."""

    def __init__(self) -> None:
        """Know nothing."""
        self._nodes: dict[Hashable, _Node] = {}
        self._reading: list[dict[_Node, None]] = []
        self._turn = 0

    def read(self, source: Hashable) -> None:
        """Note that what is being worked out reads a source."""
        if self._reading:
            node = self._nodes.get(source)
            if node is None:
                node = self._nodes[source] = _Node(None, self._turn)
            self._reading[-1][node] = None

    def answer(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` returns; it is asked once, and again only when what it read changed.

        What it returns is compared by value and never changed by anybody.
        """
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node(make, self._turn)
        if self._reading:
            self._reading[-1][node] = None
        if node.doubtful:
            self._settle(node)
        return node.value  # type: ignore[no-any-return] # what `make` returned

    def change(self, sources: Iterable[Hashable]) -> None:
        """Say that sources are other now than they were."""
        self._turn += 1
        for source in sources:
            node = self._nodes.get(source)
            if node is not None:
                node.changed = self._turn
                _doubt(node)

    def _settle(self, node: _Node) -> None:
        """Bring an answer in doubt up to date."""
        if node.value is _NOTHING or self._is_other(node):
            self._work_out(node)
        node.doubtful, node.seen = False, self._turn

    def _is_other(self, node: _Node) -> bool:
        """Whether anything that an answer read is other now, looked at in the order it was read.

        What was read later may not even be there any more where something before it changed.
        """
        for each in node.reads:
            if each.doubtful:
                self._settle(each)
            if each.changed > node.seen:
                return True
        return False

    def _work_out(self, node: _Node) -> None:
        assert node.make  # noqa: S101 - a source is never in doubt
        reads: dict[_Node, None] = {}
        self._reading.append(reads)
        try:
            value = node.make()
        finally:
            self._reading.pop()
        for each in node.reads.keys() - reads.keys():
            each.readers.discard(node)
        for each in reads:
            each.readers.add(node)
        node.reads = reads
        if node.value is _NOTHING or value != node.value:
            node.value, node.changed = value, self._turn


def _doubt(source: _Node) -> None:
    """Put all that was read from a source in doubt, however far."""
    doubtful = [source]
    while doubtful:
        for each in doubtful.pop().readers:
            if not each.doubtful:
                each.doubtful = True
                doubtful.append(each)

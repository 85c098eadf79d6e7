"""What a disk may hold after power is lost at a moment of its log.

What had been synced is there. Of the rest anything may be: lost, kept, out of order, torn at 512 bytes, a
file grown by zeros or by what lay there before. Names of a folder arrive in their order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.faults.disk import Link, Saved, Sync, SyncFolder, Truncate, Unlink, Write, truncate, write

SECTOR = 512


@dataclass(frozen=True)
class Grown:
    """A write that was lost after it had made the file longer: something else stands in the new part."""

    file: int
    offset: int
    junk: bytes


Change = Write | Truncate | Grown
Fate = Callable[[list[Change], random.Random], list[Change]]


@dataclass
class Platter:
    """What is on the disk for good, and what the running system has not synced yet."""

    contents: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    unsynced: dict[int, list[Change]] = field(default_factory=dict)
    unsynced_names: list[Link | Unlink] = field(default_factory=list)
    saved: int = 0

    def follow(self, event: object) -> None:
        match event:
            case Write() | Truncate():
                self.unsynced.setdefault(event.file, []).append(event)
            case Sync():
                content = bytearray(self.contents.get(event.file, b""))
                for change in self.unsynced.pop(event.file, []):
                    _apply(content, change)
                self.contents[event.file] = bytes(content)
            case Link() | Unlink():
                self.unsynced_names.append(event)
            case SyncFolder():
                _rename(self.names, self.unsynced_names)
                self.unsynced_names = []
            case Saved():
                self.saved = event.number

    def after_power_loss(self, dice: random.Random) -> dict[str, bytes]:
        """Return one of the folders that may be found when the power is back."""
        names = dict(self.names)
        _rename(names, self.unsynced_names[: dice.randint(0, len(self.unsynced_names))])
        return {name: self._content(file, dice) for name, file in names.items()}

    def _content(self, file: int, dice: random.Random) -> bytes:
        content = bytearray(self.contents.get(file, b""))
        for change in dice.choice(_FATES)(self.unsynced.get(file, []), dice):
            _apply(content, change)
        return bytes(content)


def _apply(content: bytearray, change: Change) -> None:
    match change:
        case Write():
            write(content, change)
        case Truncate():
            truncate(content, change.size)
        case Grown():
            new = len(content) - change.offset
            if 0 <= new < len(change.junk):
                write(content, Write(change.file, len(content), change.junk[new:]))


def _rename(names: dict[str, int], events: list[Link | Unlink]) -> None:
    for event in events:
        if isinstance(event, Link):
            names[event.name] = event.file
        else:
            names.pop(event.name, None)


def _lost(_changes: list[Change], _dice: random.Random) -> list[Change]:
    return []


def _kept(changes: list[Change], _dice: random.Random) -> list[Change]:
    return changes


def _beginning(changes: list[Change], dice: random.Random) -> list[Change]:
    kept = changes[: dice.randint(0, len(changes))]
    return kept[:-1] + [part for each in kept[-1:] for part in _torn_one(each, dice, 0.5)]


def _some(changes: list[Change], dice: random.Random) -> list[Change]:
    share = dice.choice((0.2, 0.5, 0.9))
    return [each for each in changes if dice.random() < share]


def _shuffled(changes: list[Change], dice: random.Random) -> list[Change]:
    kept = _some(changes, dice)
    dice.shuffle(kept)
    return kept


def _only_the_last(changes: list[Change], _dice: random.Random) -> list[Change]:
    return changes[-1:]


def _all_but_one(changes: list[Change], dice: random.Random) -> list[Change]:
    gone = dice.randrange(len(changes)) if changes else 0
    return changes[:gone] + changes[gone + 1 :]


def _torn(changes: list[Change], dice: random.Random) -> list[Change]:
    share = dice.choice((0.3, 0.7, 0.95))
    return [part for each in changes for part in _torn_one(each, dice, share)]


def _grown(changes: list[Change], dice: random.Random) -> list[Change]:
    """Lengths arrived, contents did not: zeros, or what lay on the disk before."""
    lost: list[Change] = []
    for each in changes:
        if isinstance(each, Write) and dice.random() < 0.5:
            junk = dice.randbytes(len(each.data)) if dice.random() < 0.5 else bytes(len(each.data))
            lost.append(Grown(each.file, each.offset, junk))
        else:
            lost.append(each)
    return lost


def _torn_one(change: Change, dice: random.Random, share: float) -> Iterator[Change]:
    if not isinstance(change, Write):
        if dice.random() < share:
            yield change
        return
    at = 0
    while at < len(change.data):
        end = min(len(change.data), SECTOR - (change.offset + at) % SECTOR + at)
        if dice.random() < share:
            yield Write(change.file, change.offset + at, change.data[at:end])
        at = end


_FATES: tuple[Fate, ...] = (
    _lost,
    _kept,
    _beginning,
    _some,
    _shuffled,
    _only_the_last,
    _all_but_one,
    _torn,
    _grown,
)

"""Whose number it is: school, file, submission, signer, and what the county decided about it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from eduapp.services.county.reports import decisions_about
from eduapp.services.hand_off.board import how_admitted
from eduapp.services.merge.decisions import KIND_WORDS
from eduapp.standards.county.data import BY_EXPORT
from ui.county.page_widgets import STATE_WORDS, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eduapp.services.county.books import Received
    from eduapp.standards.county.data import SchoolEntry
    from ui.county.snapshot import Snapshot


def provenance_of(entry: SchoolEntry, snapshot: Snapshot) -> str:
    """Return the lines as HTML: the school's own submission, then those of campuses counted within it."""
    parts = [campus for campus in snapshot.report.campuses if campus.facts.parent_code == entry.facts.code]
    lines: list[str] = []
    for number, each in enumerate((entry, *parts)):
        got = snapshot.received.get(each.submission)
        if got is not None:
            lines += ["", "并入的校区、教学点:"] if number == 1 else []
            lines += _lines(got, snapshot)
    if entry.state == BY_EXPORT:
        lines = [*_STATED, *(["", "其中已经上报的:"] if lines else []), *lines]
    return "<br>".join(map(html.escape, lines))


_STATED = ("来自年报:上年教育事业统计全县导出,是县里的一份声明。", "这所学校没有上报完,不算已报,不作判定。")


def _lines(got: Received, snapshot: Snapshot) -> Iterator[str]:
    member = got.member
    admitted = {(each.public_key, each.school): how_admitted(each.how, each.reason) for each in snapshot.keys}
    how = admitted.get((got.public_key, member.school), how_admitted(""))
    yield f"{got.name}({member.school}),{STATE_WORDS[member.state]},第 {member.seq} 次上报"
    yield f"{when(got.received)} 收到"
    yield f"文件 {got.file_name}"
    yield f"上报编号 {member.id}"
    yield f"签名密钥 {snapshot.digits[got.public_key]}({how})"
    changed = [cell for cell in snapshot.report.changed if cell.school == member.school]
    for cell in changed:
        where = f"{cell.label}({cell.row})" if cell.row else cell.label
        yield f"县级更正 {where}:{cell.before} → {cell.after}({cell.reason})"
    told = {cell.decision for cell in changed}
    for each in decisions_about(snapshot.decisions, snapshot.listing, member):
        if each.id not in told:
            yield f"{when(each.at)} {KIND_WORDS.get(each.kind, each.kind)}:{each.reason}"

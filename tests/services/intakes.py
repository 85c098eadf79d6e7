"""Taking files in under test: every merge is rehearsed first, and files as another program makes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from db.tables import SUBMISSION
from eduapp.exchange.container import read_container, write_container
from eduapp.exchange.manifest import StandardUsed
from eduapp.exchange.signing import SUBMISSION as NAMESPACE
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import Manifest, build
from eduapp.services import jobs, packing
from eduapp.services.county import reports as county_reports
from eduapp.services.hand_off import intake, trust
from tests.services.schools import CODE

STRANGER = WriterKey(bytes(range(32)))


def take(book, *paths):
    """Merge: first rehearsed, which must write nothing and say the same; the sum must add up."""
    before = stored(book)
    rehearsed = jobs.run(intake.merge(book, paths, dry_run=True))
    assert stored(book) == before
    report = jobs.run(intake.merge(book, paths))
    assert report == rehearsed
    assert report.read == len(report.files) == sum(report.counts.values())
    assert report.fingerprint == book.fingerprint
    return report


def stored(book):
    with book.workbook.transaction() as connection:
        columns = (SUBMISSION.c.id, SUBMISSION.c.read, SUBMISSION.c.public_key, SUBMISSION.c.content)
        query = SUBMISSION.select().with_only_columns(*columns).order_by(SUBMISSION.c.id)
        return [tuple(row) for row in connection.execute(query)]


def outcome(report):
    (each,) = report.files
    return each.outcome, each.code


def judged(book):
    report = jobs.run(county_reports.county_report(book))
    return report.schools, report.stages


def admit(book, *made):
    trust.admit_unchecked(book, [Path(each.path) for each in made])


def resigned(data, key=STRANGER):
    """The same list under another signature: the id stays."""
    files = dict(read_container(data))
    files["SHA256SUMS.sig"] = key.sign(NAMESPACE, files["SHA256SUMS"])
    return write_container(files)


def forged(book, /, key=STRANGER, tables=None, **members):
    """A submission as another program could make it."""
    manifest = Manifest(
        app="0.1.0", county="430900", school=CODE, name="明德小学", kind="211", year=2026, practice=False,
        round="2026", writer="0f0e0d0c-0b0a-4908", seq=1, prev=None, state="draft",
        standards=(StandardUsed("national-2017", "0" * 64),),
    )  # fmt: skip
    return build(replace(manifest, **members), tables or packing.pack(book.draft), key)

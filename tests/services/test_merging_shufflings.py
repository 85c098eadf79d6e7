"""1,000 shufflings, with repeats, of 300 signed practice submissions: one fingerprint, equal bytes.

The submissions are made and verified once; then the shufflings run over the pure merge, and over the
tables of what counts, byte for byte. A few run through whole county workbooks and real files.
"""

from __future__ import annotations

import copy
import hashlib
import os
import random
from dataclasses import dataclass, replace

import pytest

from db.records.rows import ONLY
from db.records.spec import carried
from eduapp import __version__
from eduapp.exchange.manifest import Manifest
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import build, file_name, inspect
from eduapp.exchange.text_tables import write_table
from eduapp.services import jobs, packing, workbooks
from eduapp.services.county import correcting
from eduapp.services.county import reports as county_reports
from eduapp.services.county.books import create_county
from eduapp.services.hand_off import intake, trust
from eduapp.services.merge import merging, overlays
from eduapp.services.merge.decisions import OVERLAY, RESTORE, REVOKE, SETTLE, WITHDRAW, Decision, in_order
from eduapp.services.merge.merging import Member
from eduapp.services.merge.moment import Moment
from eduapp.services.practice import making as practice
from eduapp.services.practice.plans import PLANS
from tests.examples import examples

SCHOOLS, WRITERS, NUMBERS, SHUFFLINGS = 25, 3, 4, 1000
YEAR, SEED = 2026, 20261123
PLACE = ("funding", ONLY, "budget")


@dataclass(frozen=True)
class Made:
    """A finished submission: its bytes, its name on a stick, what the merge knows of it."""

    data: bytes
    name: str
    member: Member


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """300 submissions of 25 schools, three computers each; chains, forks, lost sticks, drafts."""
    folder, chance = tmp_path_factory.mktemp("练习县"), random.Random(SEED)
    keys = os.environ.get("EDUAPP_DATA")
    os.environ["EDUAPP_DATA"] = str(folder / "密钥")
    try:
        small = sorted(PLANS, key=lambda plan: plan.pupils)[:3]
        drafts = []
        for plan in small:
            with practice.make_school(folder / f"{plan.code}.edubook", plan, YEAR) as book:
                drafts.append((plan, book.draft))
    finally:
        os.environ.pop("EDUAPP_DATA")
        if keys is not None:
            os.environ["EDUAPP_DATA"] = keys
    found = []
    for number in range(SCHOOLS):
        plan, draft = drafts[number % len(drafts)]
        code = f"{plan.code[:2]}4399{number:04d}"
        found += list(of_school(code, f"{plan.name}{number}", plan, copy.deepcopy(draft), chance))
    assert len(found) == SCHOOLS * WRITERS * NUMBERS == 300
    assert len({each.member.id for each in found}) == 300
    return found


def of_school(code, name, plan, draft, chance):
    """What the computers of one school hand in over a round, a little more money each time."""
    draft.rows["school"][ONLY].update(code=code, name=name)
    came = {}
    for turn in range(WRITERS * NUMBERS):
        writer = turn % WRITERS
        own, key = (
            came.setdefault(writer, []),
            WriterKey(hashlib.sha256(f"{code} {writer}".encode()).digest()),
        )
        forks, lost, knows = (chance.random() < odds for odds in (0.12, 0.1, 0.55))
        prev = None if not own else own[-2 if forks and len(own) > 1 else -1].member
        draft.rows[PLACE[0]][PLACE[1]][PLACE[2]] = cell(f"{10 + turn}.{chance.randint(0, 9999):04d}")
        seen = {
            f"{code}-{other}": list_[-1].member.seq
            for other, list_ in came.items()
            if other != writer and list_
        }
        seq = (prev.seq if prev else 0) + 1 + lost
        manifest = Manifest(
            app=__version__, county=practice.COUNTY_CODE, school=code, name=name, kind=plan.kind, year=YEAR,
            practice=True, round=str(YEAR), writer=f"{code}-{writer}", seq=seq,
            prev="f" * 64 if lost else prev.id if prev else None,
            state="draft" if chance.random() < 0.3 else "final", seen=seen if knows else {},
        )  # fmt: skip
        sent = build(manifest, packing.pack(draft), key)
        about = inspect(sent.data)
        said = about.manifest
        member = Member(
            about.id, code, said.writer, said.seq, said.prev, said.state, dict(said.seen), about.key.line
        )
        own.append(Made(sent.data, file_name(said, about.id), member))
        yield own[-1]


def cell(text):
    field = packing.SCHOOL_RECORDS[PLACE[0]].fields[PLACE[2]]
    return field.item.kind.uncarry(text)


def draft_in(data):
    return packing.draft_of(inspect(data).opened(lambda _manifest, _key: None))


def decided(made, chance):
    """A chain of decisions of every kind about the set; conflicts are settled as they stand then."""
    members, chain = [each.member for each in made], []
    areas = {each.member.id: each for each in made}

    def decide(kind, about, over=(), **details):
        last = chain[-1].id if chain else ""
        chain.append(Decision(kind, about, tuple(sorted(over)), f"理由{len(chain)}", last, details=details))

    for member in chance.sample(members, 14):
        decide(WITHDRAW, member.id)
        if chance.random() < 0.4:
            decide(RESTORE, member.id)
    for member in chance.sample(members, 5):
        decide(REVOKE, chance.choice(("", member.id)), school=member.school, key=member.key)
    view = merging.view(members, chain)
    for found in [each for each in view.values() if each.conflict][::2]:
        chosen, *others = chance.sample(found.heads, len(found.heads))
        decide(SETTLE, chosen.id, [each.id for each in others])
    for found in chance.sample(list(view.values()), 6):
        field = packing.SCHOOL_RECORDS[PLACE[0]].fields[PLACE[2]]
        draft = draft_in(areas[found.counts.id].data)
        base, _ = carried(field, draft.rows[PLACE[0]][PLACE[1]][PLACE[2]])
        where = {"school": found.school, "record": PLACE[0], "key": PLACE[1], "field": PLACE[2]}
        decide(OVERLAY, "", **where, base=base, value="99.0000")
    return chain


@pytest.fixture(scope="module")
def chain(made):
    return decided(made, random.Random(SEED + 1))


class Tables:
    """The tables of what counts as bytes; each submission is opened and written once under its overlays."""

    def __init__(self, made):
        self.data = {each.member.id: each.data for each in made}
        self.written = {}

    def of(self, moment):
        return b"".join(self._of_one(found.counts, moment) for found in moment.view.values())

    def _of_one(self, member, moment):
        laid = moment.overlays_on(member)
        if (member.id, laid) not in self.written:
            draft = draft_in(self.data[member.id])
            overlays.apply(draft, laid)
            self.written[member.id, laid] = b"".join(map(write_table, packing.pack(draft)))
        return self.written[member.id, laid]


@pytest.mark.slow
def test_a_thousand_shufflings_give_one_fingerprint_and_equal_bytes(made, chain):
    chance, tables = random.Random(SEED + 2), Tables(made)
    members = [each.member for each in made]
    expected = Moment(tuple(members), tuple(chain))
    bytes_ = tables.of(expected)
    seen = {kind: sum(each.kind == kind for each in chain) for kind in (WITHDRAW, REVOKE, SETTLE, OVERLAY)}
    assert min(seen.values()) >= 4
    assert any(each.conflict for each in expected.view.values())
    assert len(bytes_) > 100_000
    for _ in range(examples(SHUFFLINGS)):
        mixed = members + chance.choices(members, k=chance.randint(0, 200))
        heap = chain + chance.choices(chain, k=10)
        chance.shuffle(mixed)
        chance.shuffle(heap)
        at = chance.randint(0, len(mixed))
        joined = set(mixed[:at]) | set(mixed[at:])
        moment = Moment(tuple(chance.choice((mixed, list(joined)))), tuple(in_order(heap)))
        assert moment.digest == expected.digest
        assert moment.view == expected.view
        assert tables.of(moment) == bytes_


@pytest.mark.slow
def test_taking_one_out_gives_the_bytes_of_never_having_had_it(made, chain):
    chance, tables = random.Random(SEED + 3), Tables(made)
    members = [each.member for each in made]
    whole = tables.of(Moment(tuple(members), tuple(chain)))
    others = 0
    for member in chance.sample(members, 60):
        out = Decision(WITHDRAW, member.id, (), "误收", chain[-1].id)
        never = Moment(tuple(each for each in members if each != member), tuple(chain))
        without = tables.of(Moment(tuple(members), (*chain, out)))
        assert without == tables.of(never)
        others += without != whole
    assert others


# --- through real workbooks ---


@pytest.fixture
def counties(tmp_path):
    """Open practice counties with nothing in them yet; made on demand."""
    opened = []

    def new():
        book = create_county(
            tmp_path / f"县{len(opened)}.edubook", practice.COUNTY_CODE, "清河县(练习)", YEAR,
            (workbooks.NATIONAL,), practice=True,
        )  # fmt: skip
        opened.append(book)
        return book

    yield new
    for book in opened:
        book.close()


def told(book):
    """All that a county says: its tables and figures, without when files came."""
    report = jobs.run(county_reports.county_report(book))
    sources = [replace(each, received="") for each in county_reports.sources_of(book)]
    return book.fingerprint, report, sources


@pytest.mark.slow
def test_counties_that_take_the_files_in_any_order_say_the_same(made, counties, tmp_path):
    some = made[: 4 * WRITERS * NUMBERS]
    paths = []
    for each in some:
        path = tmp_path / "U盘" / each.member.writer / each.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.data)
        paths.append(path)
    said = []
    for number in range(3):
        chance, book = random.Random(number), counties()
        trust.admit_unchecked(
            book, [each for each in paths if "_0001_" in each.name or "_0002_" in each.name]
        )
        mixed = paths + chance.choices(paths, k=12)
        chance.shuffle(mixed)
        at = chance.randint(0, len(mixed))
        for heap in (mixed[:at], mixed[at:], mixed[:5]):
            report = jobs.run(intake.merge(book, heap))
            assert not report.counts["refused"] + report.counts["held"]
        said.append(told(book))
    assert said[0] == said[1] == said[2]
    book = counties()
    trust.admit_unchecked(book, paths)
    assert book.fingerprint != said[0][0]
    jobs.run(intake.merge(book, paths))
    whole, (school, found) = told(book), next(iter(book.view().items()))
    assert whole == said[0]
    correcting.correct(book, school, PLACE, "88", "核对决算表")
    intake.undo(book, [found.counts.id])
    never = counties()
    trust.admit_unchecked(never, paths)
    jobs.run(
        intake.merge(never, [each for each in paths if each.read_bytes() != book.content(found.counts.id)])
    )
    ours, theirs = (jobs.run(county_reports.county_report(each)) for each in (book, never))
    assert (ours.schools, ours.stages, ours.form) == (theirs.schools, theirs.stages, theirs.form)

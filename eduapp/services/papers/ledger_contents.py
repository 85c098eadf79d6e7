"""The ledgers (台账) of a school: lists selected, ordered and added up as inspectors ask to see them."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import FULL_TIME_POSTS, TRAINING_USE
from db.records.values import Unread
from eduapp.printing.fitting import ListColumn
from eduapp.printing.printed_ledger import LedgerTable, PrintedLedger
from eduapp.services import entry
from eduapp.standards import training
from eduapp.standards.checks.rows import number
from eduapp.standards.numbers import plain, shown
from eduapp.standards.packs.reader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from db.records.rows import Row
    from eduapp.services.books import SchoolBook
    from eduapp.standards.standard import Indicator

PREFIX = "ledger:"
BUDGET_SHARE = ("national-2017", "Q4")
MONEY_USES = ("x-district-2024", "XQ29")
RESOURCE_ROOM = ("datonghu-2025", "DTH26A")
"""The items that say what a ledger measures by: pack and code. Each is cited on the paper."""


def _item(place: tuple[str, str]) -> Indicator:
    standard, code = place
    return load(standard).indicator(code)


NOT_FILLED = "未填"


def papers() -> tuple[tuple[str, str], ...]:
    """Return (name, title) of each ledger."""
    return tuple((name, title) for name, (title, _) in _LEDGERS.items())


def make(book: SchoolBook, name: str) -> PrintedLedger:
    """Return a ledger's content as it stands; KeyError for a name that is none."""
    return _LEDGERS[name][1](book)


def _shown(book: SchoolBook, record: str, row: Row, *names: str) -> tuple[str, ...]:
    return tuple(entry.show_row_outside(book, record, row, names))


def _columns(record: str, *names: str, **wider: float) -> tuple[ListColumn, ...]:
    """Return columns with the headings and widths of a record's fields."""
    fields = RECORDS[record].fields
    return tuple(
        ListColumn(
            fields[name].heading,
            wider.get(name, fields[name].item.chars),
            "r" if fields[name].item.kind.numeric else "l",
        )
        for name in names
    )


def _full_time(book: SchoolBook) -> Iterator[tuple[str, Row]]:
    """Yield the 专任教师; one whose post is not said is among them until it is."""
    for key, row in book.draft.rows["teacher"].items():
        if not isinstance(row["post"], str) or row["post"] in FULL_TIME_POSTS:
            yield key, row


def _percent(part: Decimal | int, whole: Decimal | int) -> str:
    return f"{shown(Fraction(part) * 100 / Fraction(whole), 1)}%" if whole else "—"


def _stated(book: SchoolBook, record: str, name: str) -> str:
    """Return what was declared with its label and unit: 「编制总额 40 人」."""
    field = RECORDS[record].fields[name]
    text = entry.show_outside(book, record, name, book.draft.only(record)[name])
    return f"{field.item.label} {f'{text} {field.item.unit}'.strip() if text else NOT_FILLED}"


# --- teachers ---


def _training_terms(book: SchoolBook) -> training.HoursDue:
    """Return the terms of the workbook's standards; without an item on training those of the form."""
    items = (each for standard in book.standards for each in standard.on(book.reference_date))
    own = (each.terms for each in items if each.formula == "training_hours")
    return next(own, training.FORM)


def _training(book: SchoolBook) -> PrintedLedger:
    on, terms = book.reference_date, _training_terms(book)
    years = [on.year - back for back in reversed(range(terms.years + 1))]
    hours_by_teacher, lines = training.hours_of(book.draft), []
    for key, row in _full_time(book):
        hours = hours_by_teacher.get(key, training.Hours())
        needed, have = training.hours_needed(row, on, terms), hours.best(on, terms.years)
        served = training.years_served(row, on)
        short = max(Decimal(0), needed - have)
        each = [plain(hours.by_year[year]) if year in hours.by_year else "" for year in years]
        text = (
            *_shown(book, "teacher", row, "name", "stage", "hired"),
            "" if served is None else str(served),
            *each,
            plain(have),
            plain(needed),
            plain(short) if short else "",
        )
        lines.append((short, text))
    lines.sort(key=lambda line: not line[0])
    columns = (
        *_columns("teacher", "name", "stage", "hired", name=5, stage=3, hired=6),
        ListColumn("教龄(年)", 2, "r"),
        *(ListColumn(f"{year}年", 3, "r") for year in years),
        ListColumn("计入合计", 3, "r"),
        ListColumn("应达学时", 3, "r"),
        ListColumn("还差", 3, "r"),
    )
    behind = sum(1 for short, _ in lines if short)
    rows = tuple(text for _, text in lines)
    last = len(columns) - 1
    unmet = frozenset((at, last) for at, (short, _) in enumerate(lines) if short)
    done = len(lines) - behind
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}training"][0],
        f"依据：教督〔2017〕6号政府保障程度第9项，教师{terms.years}年{plain(terms.hours)}学时培训完成率100%。"
        f"按 {years[1]}—{years[-1]} 或 {years[0]}—{years[-2]} 连续 {terms.years} 个年度中学时多的计；"
        f"教龄不满 {terms.years} 年的，按每满一年 {plain(terms.hours_a_year)} 学时计。",
        (LedgerTable(columns, rows, unmet=unmet),),
        (
            f"专任教师 {len(lines)} 人，已达到 {done} 人，还差学时 {behind} 人。",
            f"完成率 {_percent(done, len(lines))}。",
        ),
        ("还差学时的教师排在前面。没有入职日期的，按满五年计。",),
        "学时不足",
    )


def _certificates(book: SchoolBook) -> PrintedLedger:
    lines = []
    for _, row in _full_time(book):
        has = row["certificate"]
        said = "是" if has is True else "否" if has is False else NOT_FILLED
        (dated,) = _shown(book, "teacher", row, "certificate_date")
        order = 0 if has is not True else 1 if not dated else 2
        names = _shown(book, "teacher", row, "name", "stage", "subject", "hired")
        lines.append((order, (*names, said, dated, "")))
    lines.sort(key=lambda line: line[0])
    without = sum(1 for order, _ in lines if order == 0)
    columns = (
        *_columns("teacher", "name", "stage", "subject", "hired", stage=3, subject=6, hired=6),
        ListColumn("持教师资格证", 3, "c"),
        ListColumn("取得日期", 6),
        ListColumn("备注", 6),
    )
    unmet = frozenset((at, 4) for at, (order, _) in enumerate(lines) if order == 0)
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}certificates"][0],
        "依据：教督〔2017〕6号政府保障程度第12项，专任教师持有教师资格证上岗率100%。",
        (LedgerTable(columns, tuple(text for _, text in lines), unmet=unmet),),
        (
            f"专任教师 {len(lines)} 人，持证 {len(lines) - without} 人。",
            f"持证上岗率 {_percent(len(lines) - without, len(lines))}。",
        ),
        ("没有资格证的排在前面，其次是没有填取得日期的。",),
        "没有(或没有填)教师资格证",
    )


def _off_post(book: SchoolBook) -> PrintedLedger:
    names = ("name", "stage", "subject", "title", "hired")
    rows = [
        (*_shown(book, "teacher", row, *names), "")
        for row in book.draft.rows["teacher"].values()
        if row["post"] == "off_post"
    ]
    declared = book.draft.only("staffing")["off_post"]
    said = [_stated(book, "staffing", name) for name in ("establishment", "in_post", "off_post")]
    reason = _stated(book, "staffing", "off_post_reason")
    differs = isinstance(declared, int) and declared != len(rows)
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}off-post"][0],
        "依据：教督〔2017〕6号政府保障程度第10项，县级教育部门统筹分配教职工编制和岗位。",
        (
            LedgerTable(
                (*_columns("teacher", *names, stage=3, subject=6), ListColumn("去向及原因", 10)), tuple(rows)
            ),
        ),
        (f"{'，'.join(said)}；{reason}。", f"教师名单中在编不在岗 {len(rows)} 人。"),
        ("教师名单与填报的在编不在岗人数不一致，请核对。",) if differs else (),
    )


def _rotation(book: SchoolBook) -> PrintedLedger:
    teachers, lines = book.draft.rows["teacher"], []
    for row in book.draft.rows["rotation"].values():
        key = row["teacher"]
        known = teachers[key] if isinstance(key, str) and key in teachers else None
        of_teacher = _shown(book, "teacher", known, "backbone", "rotation_eligible") if known else ("", "")
        names = ("teacher", "direction", "partner", "begins", "ends")
        lines.append((*_shown(book, "rotation", row, *names), *of_teacher))
    staffing = book.draft.only("staffing")
    eligible, moved, best = (number(staffing, n) for n in ("eligible", "rotated", "rotated_backbone"))
    shares = []
    if eligible and moved is not None:
        shares.append(f"交流轮岗教师占符合条件教师的 {_percent(moved, eligible)}")
    if moved and best is not None:
        shares.append(f"骨干教师占交流轮岗教师的 {_percent(best, moved)}")
    said = [_stated(book, "staffing", name) for name in ("eligible", "rotated", "rotated_backbone")]
    columns = (
        *_columns("rotation", "teacher", "direction", "partner", "begins", "ends", direction=7, partner=10),
        *_columns("teacher", "backbone", "rotation_eligible", backbone=4, rotation_eligible=3),
    )
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}rotation"][0],
        "依据：教督〔2017〕6号政府保障程度第11项，全县每年交流轮岗教师不低于符合交流条件教师总数的10%，"
        "其中骨干教师不低于交流轮岗教师总数的20%。",
        (LedgerTable(columns, tuple(lines)),),
        (f"{'，'.join((*said, *shares))}。",),
        ("两项比例按全县计算，本校比例供参考。",),
    )


# --- money ---


def _training_money(book: SchoolBook) -> PrintedLedger:
    rows = list(book.draft.rows["training_expense"].values())
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        if isinstance(row["amount"], Decimal):
            amounts[row["use"] if isinstance(row["use"], str) else ""].append(row["amount"])
    total = sum((sum(each, Decimal(0)) for each in amounts.values()), Decimal(0))
    unread = sum(1 for row in rows if not isinstance(row["amount"], Decimal))
    before = book.reference_date.year - 1
    other = sum(1 for row in rows if getattr(row["date"], "year", before) != before)
    notes = [f"有 {unread} 笔没有填金额，未计入合计。"] if unread else []
    notes += [f"有 {other} 笔的日期不在 {before} 年，请核对。"] if other else []
    names = ("date", "use", "amount", "content", "voucher")
    body = tuple(_shown(book, "training_expense", row, *names) for row in rows)
    vouchers = LedgerTable(
        _columns("training_expense", *names, use=4),
        body,
        ("", "", plain(total), "", "") if body else (),
        heading="明细",
    )
    share, uses = _item(BUDGET_SHARE), _item(MONEY_USES)
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}training-money"][0],
        f"依据：{share.citation.number}{share.citation.clause}，教师培训经费不低于学校年度公用经费预算总额的"
        f"{plain(_budget_share())}%。规定用途({_permitted_words()})见{uses.citation.document}，供对照。",
        (vouchers, _by_use(amounts)),
        _money_facts(book, total),
        tuple(notes),
    )


def _budget_share() -> Decimal:
    share = _item(BUDGET_SHARE).at_least
    return share if share is not None else Decimal(0)


def _permitted_words() -> str:
    words = dict(TRAINING_USE.options)
    return "、".join(words[use] for use in _item(MONEY_USES).terms.permitted)


def _by_use(amounts: dict[str, list[Decimal]]) -> LedgerTable:
    words = dict(RECORDS["training_expense"].fields["use"].item.kind.options)  # type: ignore[attr-defined]
    lines, sums = [], {True: Decimal(0), False: Decimal(0)}
    uses = (*words, "") if "" in amounts else tuple(words)
    permitted_uses = _item(MONEY_USES).terms.permitted
    for use in sorted(uses, key=lambda each: each not in permitted_uses):
        spent = sum(amounts.get(use, ()), Decimal(0))
        permitted = use in permitted_uses
        sums[permitted] += spent
        kind = "规定用途" if permitted else "其他开支(单列)"
        lines.append((kind, words.get(use, "没有填用途"), str(len(amounts.get(use, ()))), plain(spent)))
    lines.insert(len(permitted_uses), ("", "小计", "", plain(sums[True])))
    lines.append(("", "小计", "", plain(sums[False])))
    columns = (
        ListColumn("类别", 11),
        ListColumn("用途", 6),
        ListColumn("笔数", 3, "r"),
        ListColumn("金额(元)", 7, "r"),
    )
    count = sum(map(len, amounts.values()))
    totals = ("合计", "", str(count), plain(sum(sums.values(), Decimal(0))))
    return LedgerTable(columns, tuple(lines), totals, heading="按用途合计", numbered=False)


def _money_facts(book: SchoolBook, total: Decimal) -> tuple[str, ...]:
    budget = number(book.draft.only("funding"), "budget")
    said = "，".join(
        _stated(book, "funding", name) for name in ("budget", "training_budget", "training_spent")
    )
    facts = [f"{said}。"]
    if budget:
        due = Decimal(budget) * 10_000 * _budget_share() / 100
        short = due - total
        rest = f"，还差 {plain(short)} 元" if short > 0 else ""
        facts.append(
            f"本表合计 {plain(total)} 元，占公用经费预算的 {_percent(total, Decimal(budget) * 10_000)}"
            f"(按{plain(_budget_share())}%应为 {plain(due)} 元{rest})。"
        )
    return tuple(facts)


# --- pupils ---


def _rows_of(book: SchoolBook, record: str) -> tuple[tuple[str, ...], ...]:
    names = tuple(RECORDS[record].fields)
    return tuple(_shown(book, record, row, *names) for row in book.draft.rows[record].values())


def _sums(book: SchoolBook, record: str, by: str) -> tuple[int, str]:
    """Return all pupils of a ledger, and 「随班就读 5 人，送教上门 1 人」."""
    sums: Counter[str] = Counter()
    for row in book.draft.rows[record].values():
        kind = row[by]
        words = NOT_FILLED if kind is None or isinstance(kind, Unread) else _shown(book, record, row, by)[0]
        sums[words] += int(number(row, "pupils") or 0)
    said = "，".join(f"{words} {count} 人" for words, count in sums.items())
    return sum(sums.values()), said or "没有记录"


def _with_total(book: SchoolBook, record: str, total: int, unmet: Iterable[int] = ()) -> LedgerTable:
    """Return a ledger's rows with the pupils added up; `unmet` are the rows marked at their last cell."""
    names = tuple(RECORDS[record].fields)
    body = _rows_of(book, record)
    totals = tuple(str(total) if name == "pupils" else "" for name in names)
    last = len(names) - 1
    return LedgerTable(
        _columns(record, *names),
        body,
        totals if body else (),
        unmet=frozenset((at, last) for at in unmet),
    )


def _special(book: SchoolBook) -> PrintedLedger:
    total, said = _sums(book, "special_needs", "mode")
    integrated = sum(
        int(number(row, "pupils") or 0)
        for row in book.draft.rows["special_needs"].values()
        if row["mode"] == "integrated"
    )
    rooms = sum(row["kind"] == "resource" for row in book.draft.rows["room"].values())
    rule = _item(RESOURCE_ROOM)
    room_at = rule.terms.pupils
    due = f"随班就读达到 {room_at} 人，应设资源教室" if integrated >= room_at else ""
    have = f"校舍名单中有特殊教育资源教室 {rooms} 间" if rooms else "校舍名单中没有特殊教育资源教室"
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}special"][0],
        f"只登记班级、安置方式和人数，不登记学生姓名。随班就读学生 {room_at} 人及以上的学校应设资源教室"
        f"(见{rule.citation.document}{rule.citation.clause})。",
        (_with_total(book, "special_needs", total),),
        (f"共 {total} 人：{said}。", f"{'；'.join(part for part in (due, have) if part)}。"),
    )


def _care(book: SchoolBook) -> PrintedLedger:
    total, said = _sums(book, "care", "kind")
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}care"][0],
        "只登记班级、类别和人数，不登记学生姓名。同一学生属于几类的，各类分别计数。",
        (_with_total(book, "care", total),),
        (f"{said}，合计 {total} 人次。" if total else "没有记录。",),
    )


def _at_risk(book: SchoolBook) -> PrintedLedger:
    rows = list(book.draft.rows["at_risk"].values())
    total, said = _sums(book, "at_risk", "kind")
    away = [at for at, row in enumerate(rows) if row["returned"] is None]
    pending = sum(int(number(rows[at], "pupils") or 0) for at in away)
    return PrintedLedger(
        _LEDGERS[f"{PREFIX}at-risk"][0],
        "依据：教督〔2017〕6号教育质量第1项(巩固率)和控辍保学要求。只登记班级、情形、人数和日期，不登记学生姓名。",
        (_with_total(book, "at_risk", total, away),),
        (f"共 {total} 人：{said}。已返校 {total - pending} 人，未返校 {pending} 人。",),
        unmet="尚未返校",
    )


_LEDGERS: dict[str, tuple[str, Callable[[SchoolBook], PrintedLedger]]] = {
    f"{PREFIX}training": ("教师培训学时台账", _training),
    f"{PREFIX}certificates": ("教师资格证持证台账", _certificates),
    f"{PREFIX}off-post": ("在编不在岗人员台账", _off_post),
    f"{PREFIX}rotation": ("教师交流轮岗台账", _rotation),
    f"{PREFIX}training-money": ("教师培训经费台账", _training_money),
    f"{PREFIX}special": ("特殊教育学生台账", _special),
    f"{PREFIX}care": ("留守儿童等关爱对象台账", _care),
    f"{PREFIX}at-risk": ("控辍保学台账", _at_risk),
}

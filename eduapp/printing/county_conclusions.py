"""The brief conclusions of tables Ⅳ and Ⅴ: the form's own sentences with the county's numbers.

Percentages have one place, everything else is whole, half up; what is not known is a line for the pen.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import MONITORED, Stage
from eduapp.printing.county_tables import PERCENT_PLACES, named
from eduapp.printing.head import BLANK, FLIPPED
from eduapp.standards.county.added import RETENTION
from eduapp.standards.formulas.measure import YUAN_PER_WAN
from eduapp.standards.numbers import plain, rounded, shown
from eduapp.standards.results import Outcome
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eduapp.standards.county.added import Added
    from eduapp.standards.county.form import CountyForm
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator

    Number = Decimal | int | Fraction

LEVELS = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")
_NAMED = 12
_RETENTION_WORDS = dict(
    zip(
        RETENTION,
        ("毕业班学生数", "三年前入学学生数", "三年转入学生数", "死亡学生数", "转出学生数"),
        strict=True,
    )
)


class Conclusions:
    """Writes the conclusion of each item, and remembers what was blank in it and whether ※ was set."""

    def __init__(self, form: CountyForm, items: Mapping[str, Indicator]) -> None:
        """Write for one county; `items` are the standard's in force, by code."""
        self._form = form
        self._items = items
        self._notes: list[str] = []
        self._blank: list[str] = []
        self.flipped = False
        self._made: dict[str, Callable[[Sequence[Verdict]], str]] = {
            "G4": self._size,
            "G5": self._classes,
            "G6": self._small,
            "G7": self._special,
            "G8": self._pay,
            "G9": self._trained,
            "G11": self._rotation,
            "G12": self._certified,
            "G13": self._nearby,
            "G14": self._quota,
            "G15": self._migrants,
            "Q1": self._retention,
            "Q2": self._disabled,
            "Q9": self._monitoring,
        }

    def of(self, code: str, verdicts: Sequence[Verdict]) -> str:
        """Return the conclusion of an item: its sentence, else how the schools answer, and the documents."""
        made = self._made.get(code)
        text = made(verdicts) if made else self._schools(code)
        documents = documents_text(self._form, code)
        return "\n".join(part for part in (text, documents) if part)

    def take_blank(self, said: str = "") -> list[str]:
        """Return what was blank in the last item, but for what is `said` already."""
        labels = [label for label in dict.fromkeys(self._blank) if label not in said]
        notes = [f"县级未填报{'、'.join(labels)}"] * bool(labels) + list(dict.fromkeys(self._notes))
        self._blank, self._notes = [], []
        return notes

    # --- numbers ---

    def _number(self, value: Number | None, places: int = 0, *, flips: bool = False) -> str:
        if value is None:
            return BLANK
        self.flipped |= flips
        return f" {shown(value, places)}{FLIPPED * flips} "

    def _record(self, path: str) -> Decimal | int | None:
        value = self._form.record(path)
        if value is None:
            record, name = path.split(".")
            self._blank.append(RECORDS[record].fields[name].item.label)
        return value

    def _added(self, added: Added, words: str) -> str:
        if added.lacking:
            known = f"，已有数的 {added.counted} 所合计 {shown(added.known, 0)}" if added.counted else ""
            self._notes.append(f"{words}缺 {len(added.lacking)} 所（{named(added.lacking, _NAMED)}）{known}")
        return self._number(added.value)

    def _percent(self, verdict: Verdict | None) -> str:
        """Write the value of a verdict in %."""
        if verdict is None or verdict.value is None:
            return BLANK
        return self._number(verdict.value, PERCENT_PLACES, flips=_flips(verdict, PERCENT_PLACES)).rstrip()

    def _share(self, over: Number | None, under: Number | None, at_least: Decimal | None = None) -> str:
        if over is None or not under:
            return BLANK
        share = 100 * Fraction(over) / Fraction(under)
        near = rounded(share, PERCENT_PLACES)
        flips = at_least is not None and (share >= at_least) != (near >= at_least)
        return self._number(share, PERCENT_PLACES, flips=flips).rstrip()

    # --- what each school answers ---

    def _schools(self, code: str) -> str:
        answers = self._form.answers.get(code)
        if answers is None or not answers.asked:
            return ""
        met, unmet = answers.of(Outcome.MET), answers.of(Outcome.UNMET)
        open_ones = answers.of(Outcome.INSUFFICIENT)
        parts = [f"应评学校 {answers.asked} 所，达标 {len(met)} 所"]
        if unmet:
            parts.append(f"未达标 {len(unmet)} 所：{named(unmet, _NAMED)}")
        if open_ones:
            parts.append(f"数据不足 {len(open_ones)} 所：{named(open_ones, _NAMED)}")
        return "；".join(parts) + "。"

    # --- Ⅳ ---

    def _size(self, verdicts: Sequence[Verdict]) -> str:
        del verdicts
        parts: list[str] = []
        relaxed: list[str] = []
        limit: Decimal | None = None
        for group in self._form.oversized:
            named_limit = f"超过 {plain(group.limit)} 人的" if group.limit != limit else ""
            limit = group.limit
            what = f"{group.words}在校生数"
            parts.append(f"{named_limit}{group.words}{self._added(group.count, what)}所")
            relaxed += group.relaxed
        more = f"其中按放宽条款达标 {len(relaxed)} 所：{named(relaxed, _NAMED)}。" if relaxed else ""
        return f"{'，'.join(parts)}。{more}"

    def _classes(self, verdicts: Sequence[Verdict]) -> str:
        del verdicts
        parts = [
            f"超过 {each.limit} 人的{STAGE_NAMES[each.stage]}班级"
            f"{self._added(each.count, f'{STAGE_NAMES[each.stage]}班额')}个"
            for each in self._form.large_classes
        ]
        return "，".join(parts) + "。"

    def _small(self, verdicts: Sequence[Verdict]) -> str:
        small = self._form.small_schools
        if small is None:
            return ""
        if not small.schools and any(each.outcome is Outcome.NOT_APPLICABLE for each in verdicts):
            return f"没有不足 {small.limit} 人的规模较小学校。"
        pupils = self._added(small.pupils, "上一年度学生数")
        money = self._added(small.money, "上一年度拨付公用经费")
        per_head = f"不足 {small.limit} 人的规模较小学校学生数{pupils}人，公用经费{money}元。"
        return per_head + self._unmet_names("G6")

    def _special(self, verdicts: Sequence[Verdict]) -> str:
        funds = self._record("county_funding.special_funds")
        pupils = self._record("county_funding.special_pupils")
        verdict = verdicts[0] if verdicts else None
        value = verdict.value if verdict else None
        if verdict and verdict.outcome is Outcome.NOT_APPLICABLE:
            self._blank.clear()
            return f"{verdict.note}。"
        in_wan = None if funds is None else Fraction(funds) / YUAN_PER_WAN
        each = self._number(value, 0, flips=bool(verdict and value is not None and _flips(verdict, 0)))
        return (
            f"特殊教育学校公用经费为{self._number(in_wan)}万元，特殊教育学生数为{self._number(pupils)}人，"
            f"特殊教育学校生均公用经费为{each}元。"
        )

    def _pay(self, verdicts: Sequence[Verdict]) -> str:
        del verdicts
        teachers, officials = (
            self._yuan(f"county_funding.{name}") for name in ("teacher_pay", "official_pay")
        )
        flips = False
        if teachers is not None and officials is not None:
            flips = (teachers >= officials) != (rounded(teachers, 0) >= rounded(officials, 0))
        return (
            f"全县义务教育学校教师年平均工资收入为{self._number(teachers, flips=flips)}元，"
            f"当地公务员年平均工资收入{self._number(officials)}元。"
        )

    def _yuan(self, path: str) -> Fraction | None:
        value = self._record(path)
        return None if value is None else Fraction(value) * YUAN_PER_WAN

    def _trained(self, verdicts: Sequence[Verdict]) -> str:
        have, total, share = self._pooled(verdicts)
        hours = self._items["G9"].written["hours"]
        return f"完成 {hours} 学时培训的教师{have}人，全县教师{total}人，教师培训完成率{share}%。"

    def _certified(self, verdicts: Sequence[Verdict]) -> str:
        have, total, share = self._pooled(verdicts)
        return f"全县在岗专任教师{total}人，其中持有教师资格证的专任教师{have}人，占比{share}%。"

    def _pooled(self, verdicts: Sequence[Verdict]) -> tuple[str, str, str]:
        """Return numerator, denominator and share of what all schools' numbers say together."""
        verdict = verdicts[0] if verdicts else None
        if verdict is None:
            return BLANK, BLANK, BLANK
        return self._number(verdict.numerator), self._number(verdict.denominator), self._percent(verdict)

    def _rotation(self, verdicts: Sequence[Verdict]) -> str:
        eligible, rotated, backbone = (
            self._record(f"county_people.{name}") for name in ("eligible", "rotated", "rotated_backbone")
        )
        least = self._items["G11"].county_terms.backbone_at_least
        share = self._percent(verdicts[0] if verdicts else None)
        return (
            f"全县符合交流轮岗条件教师总数{self._number(eligible)}名，"
            f"上一年度交流轮岗教师{self._number(rotated)}名，"
            f"交流轮岗教师占符合交流轮岗条件教师总数的比例{share}%；"
            f"交流轮岗的骨干教师{self._number(backbone)}名，"
            f"占交流轮岗教师总数的比例{self._share(backbone, rotated, least)}%。"
        )

    def _nearby(self, verdicts: Sequence[Verdict]) -> str:
        by_stage = {each.stage: each for each in verdicts}
        parts = []
        for stage in Stage:
            found = by_stage.get(stage)
            nothing = found is not None and found.outcome is Outcome.NOT_APPLICABLE
            parts.append(" ／ " if nothing else f"{self._percent(found)}%")
        return f"城区和镇区公办小学、初中（均不含寄宿制学校）就近划片入学比例分别{'、'.join(parts)}。"

    def _quota(self, verdicts: Sequence[Verdict]) -> str:
        plan, given, rural = (
            self._record(f"county_people.senior_high_{name}") for name in ("plan", "quota", "rural")
        )
        return (
            f"全县优质高中招生名额总数{self._number(plan)}人，分配名额{self._number(given)}人，"
            f"占比{self._percent(verdicts[0] if verdicts else None)}%。"
            f"其中分配农村学校的名额{self._number(rural)}人，占分配名额总数的{self._share(rural, given)}%。"
        )

    def _migrants(self, verdicts: Sequence[Verdict]) -> str:
        everyone, public, bought = (
            self._record(f"county_people.{name}")
            for name in ("migrants", "migrants_public", "migrants_bought")
        )
        together = None if public is None or bought is None else public + bought
        return (
            f"全县符合条件的随迁子女数{self._number(everyone)}人，在公办学校就读{self._number(public)}人，"
            f"在政府购买服务的民办学校就读{self._number(bought)}人，合计{self._number(together)}人，"
            f"占比{self._percent(verdicts[0] if verdicts else None)}%。"
        )

    def _unmet_names(self, code: str) -> str:
        unmet = self._form.answers[code].of(Outcome.UNMET)
        return f"未达标 {len(unmet)} 所：{named(unmet, _NAMED)}。" if unmet else ""

    # --- Ⅴ ---

    def _retention(self, verdicts: Sequence[Verdict]) -> str:
        graduates, cohort, came, died, went = (
            self._added(self._form.retention[name], _RETENTION_WORDS[name])
            if name in self._form.retention
            else BLANK
            for name in RETENTION
        )
        return (
            f"全县初中毕业班学生数为{graduates}人，三年前该年级入学学生数为{cohort}人，"
            f"毕业年级三年转入学生数为{came}人，死亡学生数为{died}人，转出学生数为{went}人，"
            f"全县初中三年巩固率为{self._percent(verdicts[0] if verdicts else None)}%。"
        )

    def _disabled(self, verdicts: Sequence[Verdict]) -> str:
        everyone, enrolled, special = (
            self._record(f"county_people.{name}")
            for name in ("disabled", "disabled_enrolled", "disabled_special")
        )
        return (
            f"全县残疾儿童少年为{self._number(everyone)}人，入学{self._number(enrolled)}人，"
            f"入学率为{self._percent(verdicts[0] if verdicts else None)}%。"
            f"其中，在特殊教育学校就读{self._number(special)}人，占比{self._share(special, enrolled)}%。"
        )

    def _monitoring(self, verdicts: Sequence[Verdict]) -> str:
        del verdicts
        parts = []
        for code, name in MONITORED.options:
            level, difference = self._form.monitoring.get(code, (None, None))
            grade = BLANK if level is None else f" {LEVELS[level]} "
            rate = BLANK if difference is None else f" {plain(difference)}"
            parts.append(f"{name}{grade}级、校际差异率{rate}")
        return "；\n".join(parts) + "。"


def documents_text(form: CountyForm, code: str) -> str:
    """Return the county's documents that answer an item: what they conclude, their names, numbers, dates."""
    texts = []
    for each in form.documents.get(code, ()):
        cited = "，".join(part for part in (each.number, each.date.isoformat() if each.date else "") if part)
        said = each.note.rstrip("。；")
        if each.met is False:
            said = "；".join(part for part in ("登记为未达到", said) if part)
        name = f"{each.files}（{cited}）" if cited else each.files
        texts.append("：".join(part for part in (said, name) if part))
    return "；".join(text for text in texts if text)


def _flips(verdict: Verdict, places: int) -> bool:
    """Whether a value shown with so many places would be judged otherwise than the exact one."""
    if verdict.value is None or verdict.threshold is None:
        return False
    near = rounded(verdict.value, places)
    if verdict.at_most:
        return (near <= verdict.threshold) != (verdict.value <= verdict.threshold)
    return (near >= verdict.threshold) != (verdict.value >= verdict.threshold)

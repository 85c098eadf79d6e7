"""An independent judge: written from the standard's text alone, it shares no line with the program.

Input is a filling (see forms.py), output plain dictionaries of Fractions; None is "insufficient data".
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction
from math import ceil, floor

from tests.cli.forms import BANDS, SENIOR, STAGES

getcontext().prec = 60
STAGE_CODE = {"小学": "primary", "初中": "lower_secondary"}
LIMITS = {
    "小学": {"R1": "4.2", "R2": "1", "R3": "0.9", "R4": "4.5", "R5": "7.5", "R6": "2000", "R7": "2.3"},
    "初中": {"R1": "5.3", "R2": "1", "R3": "0.9", "R4": "5.8", "R5": "10.2", "R6": "2500", "R7": "2.4"},
}
SCALE = {"R1": 100, "R2": 100, "R3": 100, "R4": 1, "R5": 1, "R6": 1, "R7": 100}
WEIGHT = {"小学": Fraction(1), "初中": Fraction(11, 10), "高中": Fraction(132, 100)}
DEGREES = {"小学": ("专科", "本科", "硕士", "博士研究生"), "初中": ("本科", "硕士", "博士研究生")}
CLASS_LIMIT = {"小学": 45, "初中": 50}
UPPER = {"211": 2000, "218": 2000, "311": 2000, "341": 2000, "312": 2500, "345": 2500}
COEFFICIENT = {"小学": "0.50", "初中": "0.45"}
LOWEST = (0, 26, 31, 36, 41, 46, 51, 56, 61, 66)
SHARED = ("R4", "R5", "R6", "R7")


class Judge:
    """Judges one filling of one kind of school."""

    def __init__(self, kind: str, cells: dict[str, object]) -> None:
        self.kind, self.cells = kind, cells
        pupils = {stage: self.number(f"{stage}学生人数") for stage in STAGES[kind]}
        self.pupils = {stage: count for stage, count in pupils.items() if count != 0}
        self.stages = tuple(self.pupils)

    def number(self, label: str, places: int = 4) -> Fraction | None:
        """A cell as the record keeps it: half up to the places of its unit."""
        value = self.cells.get(label)
        if value is None or not str(value).strip():
            return None
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
        return Fraction(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))

    def staged(self, label: str, stage: str) -> Fraction | None:
        """An item of a stage; without a suffix it is a single-stage school's own."""
        own = self.number(f"{label}（{stage}）")
        alone = self.stages == (stage,) or (len(STAGES[self.kind]) == 1)
        return own if own is not None or not alone else self.number(label)

    def add(self, parts: list[Fraction | None]) -> Fraction | None:
        return None if any(part is None for part in parts) else sum(parts, Fraction(0))

    def measure(self, code: str, stage: str) -> tuple[Fraction | None, Fraction | None, Fraction, Fraction]:
        """(numerator, denominator, what a unit bought adds, what a pupil adds)."""
        one = Fraction(1)
        if code == "R1":
            parts = [self.number(f"{degree}学历教师人数（{stage}）") for degree in DEGREES[stage]]
        elif code == "R2":
            parts = [self.staged("县级及以上骨干教师数", stage)]
        else:
            parts = [self.staged(f"{each}专任教师人数", stage) for each in ("体育", "音乐", "美术", "艺术")]
        if code not in SHARED:
            return self.add(parts), self.pupils[stage], one, one
        total = self.total(code)
        if len(STAGES[self.kind]) == 1 and self.kind not in SENIOR:
            return total, self.pupils[stage], one, one
        heads = [None if count is None else count * WEIGHT[each] for each, count in self.pupils.items()]
        if self.kind in SENIOR:
            senior = self.number("高中学生人数")
            heads.append(None if senior is None else senior * WEIGHT["高中"])
        weight = WEIGHT[stage]
        return None if total is None else total * weight, self.add(heads), weight, weight

    def total(self, code: str) -> Fraction | None:
        if code == "R4":
            area, indoor = self.number("教学及辅助用房总面积"), self.number("室内体育用房面积")
            return None if area is None or indoor is None else area - indoor
        if code == "R5":
            return self.add([self.number("学校体育馆面积"), self.number("校内体育场面积")])
        if code == "R6":
            value = self.number("教学仪器设备资产值（账面原值）", 6)
            return None if value is None else value * 10_000
        return self.number("网络多媒体教室间数")

    def indicator(self, code: str, stage: str) -> dict[str, object]:
        numerator, denominator, bought, pupil = self.measure(code, stage)
        limit, scale = Fraction(LIMITS[stage][code]), SCALE[code]
        found = {
            "numerator": numerator,
            "denominator": denominator,
            "threshold": limit,
            "floor": limit * Fraction(85, 100),
        }
        if self.too_small:
            return found | {"verdict": "not_applicable"}
        if numerator is None or not denominator:
            return found | {"verdict": "insufficient_data", "value": None}
        value = scale * numerator / denominator
        verdict = "met" if value >= limit else "floor" if value >= found["floor"] else "unmet"
        short = max(0, ceil((limit * denominator / scale - numerator) / bought))
        room = max(0, floor((numerator * scale / limit - denominator) / pupil))
        return found | {"value": value, "verdict": verdict, "short": short, "room": room}

    @property
    def too_small(self) -> bool:
        pupils = self.pupils.get("小学")
        return self.kind == "218" and pupils is not None and pupils < 50

    def section(self, stage: str) -> tuple[str, int]:
        """(verdict, how many are met), three-valued."""
        verdicts = [self.indicator(code, stage)["verdict"] for code in LIMITS[stage]]
        met, missing = verdicts.count("met"), verdicts.count("insufficient_data")
        if "not_applicable" in verdicts:
            return "not_applicable", met
        if "unmet" in verdicts or verdicts.count("floor") > 1:
            return "unmet", met
        return ("insufficient_data" if missing else "met"), met

    # --- the school as a whole ---

    def whole(self, label: str, *, staff: bool) -> Fraction | None:
        """An item for all stages: divided, or the school's total unless 高中 is mixed into it."""
        own = [self.number(f"{label}（{stage}）") for stage in self.stages]
        if own and None not in own:
            return self.add(own)
        if self.kind in SENIOR and (staff or len(self.stages) > 1 or not self.stages):
            return None
        if not staff and len(self.stages) == 1:
            return self.staged(label, self.stages[0])
        mixed = [self.staged(label, stage) for stage in self.stages]
        return self.add(mixed) if mixed and None not in mixed else self.number(label)

    def g3(self) -> str:
        classes = self.whole("班级总数", staff=False)
        music, art = self.number("单间面积≥96㎡的音乐教室间数"), self.number("单间面积≥90㎡的美术教室间数")
        if not classes or music is None or art is None:
            return "insufficient_data"
        needed = ceil(classes / 12)
        return "met" if music >= needed and art >= needed else "unmet"

    def g4(self) -> tuple[str, Fraction | None]:
        pupils = self.add([self.number(f"{stage}学生人数") for stage in STAGES[self.kind]])
        if pupils is None:
            return "insufficient_data", None
        return ("met" if pupils <= UPPER[self.kind] else "unmet"), pupils

    def g5(self) -> str:
        over = [
            self.staged(label, stage)
            for stage in self.stages
            for label, low in zip(BANDS, LOWEST, strict=True)
            if low > CLASS_LIMIT[stage]
        ]
        if any(each for each in over):
            return "unmet"
        if over and None not in over:
            return "met"
        if len(STAGES[self.kind]) == 1 or self.kind in SENIOR:
            return "insufficient_data"
        sure = [self.number(label) for label, low in zip(BANDS, LOWEST, strict=True) if low > 50]
        if any(sure):
            return "unmet"
        return "met" if [*sure, self.number(BANDS[5])] == [0] * 6 else "insufficient_data"

    def share(self, label: str) -> tuple[str, Fraction | None]:
        """G9 and G12: a part of the teachers."""
        part, staff = self.whole(label, staff=True), self.whole("专任教师总人数", staff=True)
        if part is None or not staff:
            return "insufficient_data", None
        return ("met" if part >= staff else "unmet"), 100 * part / staff

    def q1(self) -> tuple[str, Fraction | None]:
        if "初中" not in self.stages:
            return "not_applicable", None
        graduates = self.number("本届毕业学生人数")
        cohort = self.number("毕业年级初一时在校学生数")
        came, went, died = (self.number(f"毕业年级三年{what}学生数") for what in ("转入", "转出", "死亡"))
        if None in (graduates, cohort, came, went, died) or cohort == died:
            return "insufficient_data", None
        value = 100 * (graduates - came + went) / (cohort - died)
        return ("met" if value >= 95 else "unmet"), value

    def q4(self) -> tuple[str, Fraction | None]:
        training = self.number("上一年度教师培训经费预算总额", 6)
        budget = self.number("上一年度公用经费预算总额", 6)
        if training is None or not budget:
            return "insufficient_data", None
        value = 100 * training / budget
        return ("met" if value >= 5 else "unmet"), value


def balance(sections: list[tuple[Fraction, Fraction]]) -> tuple[Fraction, Decimal | None]:
    """(county ratio, coefficient): weighted by enrolment, population form, about the ratio."""
    pupils = sum(weight for weight, _ in sections)
    mean = sum(weight * value for weight, value in sections) / pupils
    if not mean:
        return mean, None
    variance = sum(weight / pupils * (value - mean) ** 2 for weight, value in sections)
    square = variance / mean**2
    return mean, (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()

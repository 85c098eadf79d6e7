"""The twelve invented schools of the practice county: what is decided of each before it is filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage

if TYPE_CHECKING:
    from eduapp.services.hand_off.sending import State

PRIMARY_GRADES, LOWER_SECONDARY_GRADES = range(1, 7), range(7, 10)


@dataclass(frozen=True)
class SchoolPlan:
    """A school to be invented. `sizes` are the class sizes of each grade, in order."""

    code: str
    name: str
    kind: SchoolKind
    sizes: dict[int, tuple[int, ...]]
    area_class: str = "220"
    degree_share: float = 0.95
    backbone: float = 1.25
    arts: float = 1.05
    area: float = 6.6
    sports: float = 11.5
    equipment: int = 2900
    multimedia: float = 2.8
    senior_high: int = 0
    teachers: int | None = None
    """Exactly this many teachers, all with the degree: for the school that stands at a threshold."""
    missing: bool = False
    state: State = "final"
    homework: int = 1
    """Written assignments a class-day."""

    @property
    def pupils(self) -> int:
        """All pupils of the compulsory stages."""
        return sum(map(sum, self.sizes.values()))


def _grades(first: int, last: int, *sizes: int) -> dict[int, tuple[int, ...]]:
    return {
        grade: tuple(size - (grade + place) % 3 for place, size in enumerate(sizes))
        for grade in range(first, last + 1)
    }


PLANS: tuple[SchoolPlan, ...] = (
    SchoolPlan("2143990001", "老河口完小", SchoolKind.PRIMARY, _grades(1, 6, 42, 41)),
    SchoolPlan(
        "2143990002",
        "清河镇中心完小",
        SchoolKind.PRIMARY,
        _grades(1, 6, *[45] * 8),
        area_class="121",
        area=4.6,
        sports=6.9,
        multimedia=2.4,
    ),
    SchoolPlan(
        "2143990003", "民和小学", SchoolKind.PRIMARY, _grades(1, 6, 15), arts=3.4, backbone=2.4, multimedia=8
    ),
    SchoolPlan(
        "2143990004", "庆成教学点", SchoolKind.TEACHING_POINT, _grades(1, 4, 16), arts=3.3, multimedia=6.5
    ),
    SchoolPlan(
        "2143990005", "金盆教学点", SchoolKind.TEACHING_POINT, _grades(1, 3, 13), arts=2.7, multimedia=8
    ),
    SchoolPlan(
        "3143990006",
        "清河县第一初级中学",
        SchoolKind.LOWER_SECONDARY,
        _grades(7, 9, 48, 47, 48),
        "121",
        sports=13.0,
    ),
    SchoolPlan(
        "3143990007",
        "千山红初级中学",
        SchoolKind.LOWER_SECONDARY,
        {7: (40,) * 8 + (20,), 8: (40,) * 8, 9: (40,) * 8 + (20,)},
        "122",
        teachers=53,
        sports=12.0,
    ),
    SchoolPlan(
        "3143990008", "沙堡洲九年一贯制学校", SchoolKind.NINE_YEAR, _grades(1, 9, 40), area=7.4, sports=13.5
    ),
    SchoolPlan("3143990009", "三吉九年一贯制学校", SchoolKind.NINE_YEAR, _grades(1, 9, 34), missing=True),
    SchoolPlan(
        "3443990010",
        "清河县完全中学",
        SchoolKind.COMPLETE_SECONDARY,
        _grades(7, 9, 49, 48),
        "121",
        senior_high=640,
        area=13.0,
        sports=24.0,
        equipment=6400,
        multimedia=6.0,
    ),
    SchoolPlan(
        "3443990011",
        "清河县实验学校",
        SchoolKind.TWELVE_YEAR,
        _grades(1, 9, 43, 44),
        "111",
        senior_high=420,
        area=9.6,
        sports=17.0,
        equipment=4600,
        multimedia=4.2,
    ),
    SchoolPlan(
        "2143990012",
        "新河口小学",
        SchoolKind.PRIMARY,
        _grades(1, 6, 44, 49),
        area_class="210",
        degree_share=0.8,
        backbone=0.7,
        state="draft",
        homework=2,
    ),
)


def pupils_of(plan: SchoolPlan, stage: Stage) -> int:
    """Return the pupils of a stage."""
    own = PRIMARY_GRADES if stage is Stage.PRIMARY else LOWER_SECONDARY_GRADES
    return sum(sum(sizes) for grade, sizes in plan.sizes.items() if grade in own)


def teacher_count(plan: SchoolPlan, stage: Stage) -> int:
    """Return how many 专任教师 a stage gets."""
    if plan.teachers is not None:
        return plan.teachers
    return max(4, round(pupils_of(plan, stage) / (17 if stage is Stage.PRIMARY else 13)))

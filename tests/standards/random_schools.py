"""Random schools near the thresholds, as figures typed in: for the solver's tests and its benchmark."""

from decimal import Decimal

from tests.standards.drafts import make

STAGES = {"211": ["primary"], "311": ["lower_secondary"], "312": ["primary", "lower_secondary"]}
STAGES |= {"341": ["lower_secondary"], "345": ["primary", "lower_secondary"]}
LEVELS = ("associate", "bachelor", "master", "doctor")
SUBJECTS = ("pe", "music", "fine_art", "art")


def cells_of(dice, kind, *, largest=900):
    """Figures of a school that has, of each thing, about half to half again of what is asked."""
    cells, everyone = {}, 0
    for stage in STAGES[kind]:
        pupils = dice.randint(1, largest)
        everyone += pupils
        cells[f"{stage}.pupils"] = str(pupils)
        for name in LEVELS:
            cells[f"{stage}.{name}"] = str(dice.randint(0, pupils // 40 + 1))
        cells[f"{stage}.backbone"] = str(dice.randint(0, pupils // 60 + 1))
        for name in SUBJECTS:
            cells[f"{stage}.{name}"] = str(dice.randint(0, pupils // 200 + 1))
    if kind in {"341", "345"}:
        senior = dice.randint(0, largest)
        everyone += senior
        cells["school_total.senior_high_pupils"] = str(senior)
    teaching = dice.randint(0, everyone * 80_000)
    cells["school_total.teaching_area"] = f"{Decimal(teaching).scaleb(-4):f}"
    cells["school_total.indoor_sports_area"] = _decimal(dice, min(everyone * 5_000, teaching), 4)
    cells["school_total.gym_area"] = _decimal(dice, everyone * 20_000, 4)
    cells["school_total.field_area"] = _decimal(dice, everyone * 140_000, 4)
    cells["school_total.multimedia_rooms"] = str(dice.randint(0, everyone // 25 + 1))
    cells["funding.equipment_value"] = _decimal(dice, everyone * 350_000, 6)
    return cells


def school(dice, *, largest=900):
    """A random draft with its kind and cells."""
    kind = dice.choice(sorted(STAGES))
    cells = cells_of(dice, kind, largest=largest)
    return make(kind, cells), kind, cells


def _decimal(dice, most, places):
    return f"{Decimal(dice.randint(0, most)).scaleb(-places):f}"

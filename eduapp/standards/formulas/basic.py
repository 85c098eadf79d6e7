"""基本均衡: the eight items of 教督〔2012〕3号 on the same figures (docs/standards.md, "Basic balance").

Five are split between stages: rooms, grounds, equipment, computers and books.
"""

from __future__ import annotations

from eduapp.standards.formulas.allocation import per_pupil, plain_total, shared
from eduapp.standards.formulas.measure import SECTION, Formula

FORMULAS: dict[str, Formula] = {
    "computers_per_100": Formula(SECTION, shared(plain_total("computers"), "台"), ("weights",)),
    "books_per_pupil": Formula(SECTION, shared(plain_total("books"), "册"), ("weights",)),
    "teachers_per_pupil": Formula(SECTION, per_pupil("teachers", unit="人")),
    "middle_titles_per_pupil": Formula(SECTION, per_pupil("middle_titles", unit="人")),
}

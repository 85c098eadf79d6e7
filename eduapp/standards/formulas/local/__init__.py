"""Formulas that local plans ask for beside the national ones (docs/standards.md, "Local plans")."""

from __future__ import annotations

from eduapp.standards.formulas.local.classes import FORMULAS as CLASSES
from eduapp.standards.formulas.local.ledgers import FORMULAS as LEDGERS
from eduapp.standards.formulas.local.posts import FORMULAS as POSTS
from eduapp.standards.formulas.local.rooms import FORMULAS as ROOMS
from eduapp.standards.formulas.measure import Formula

FORMULAS: dict[str, Formula] = {**ROOMS, **POSTS, **CLASSES, **LEDGERS}

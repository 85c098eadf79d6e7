"""The words of a judgement: what a verdict can be, how heavy a finding is. Costs a start nothing."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a verdict can be (docs/architecture.md, "Words of the design")."""

    MET = "met"
    FLOOR = "floor"
    UNMET = "unmet"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT = "insufficient_data"
    UNSETTLED = "unsettled"
    """Of the county alone: schools of its list are not in and could still turn the verdict."""


class Severity(StrEnum):
    """逻辑校验 (hard) or 经验校验 (soft)."""

    HARD = "hard"
    SOFT = "soft"

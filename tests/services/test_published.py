"""Published single coefficients typed in: their composite at its limit, below, above; what is none."""

from decimal import Decimal

import pytest

from db.problems import Problem
from db.records.choices import Stage
from eduapp.services.county.published import published, words

PRIMARY, LOWER = Stage.PRIMARY, Stage.LOWER_SECONDARY


@pytest.mark.parametrize(
    ("text", "stage", "composite", "met"),
    [
        ("0.65 0.65 0.65 0.65 0.65 0.65 0.65 0.65", PRIMARY, "0.65", True),
        ("0.66 0.65 0.65 0.65 0.65 0.65 0.65 0.65", PRIMARY, "0.65125", False),
        ("0.64 0.65 0.65 0.65 0.65 0.65 0.65 0.65", PRIMARY, "0.64875", True),
        ("0.55", LOWER, "0.55", True),
        ("0.55,0.552", LOWER, "0.551", False),
    ],
)
def test_the_composite_is_the_plain_mean_and_stands_to_its_limit(text, stage, composite, met):
    found = published(text, stage)
    assert found.composite == Decimal(composite)
    (whole,) = [each for each in found.limits if each.of_composite]
    assert (whole.standard, whole.met) == ("national-2012", met)


def test_single_limits_are_counted_exactly():
    found = published("0.5 0.500 0.501 0.49", PRIMARY)
    (single,) = [each for each in found.limits if not each.of_composite]
    assert (single.standard, single.at_most, single.over) == ("national-2017", Decimal("0.50"), 1)
    assert list(words(found)) == [
        "义务教育基本均衡:综合 ≤ 0.65,在限值以内",
        "义务教育优质均衡:单项 ≤ 0.50,1 项超过",
    ]


def test_it_reads_what_a_report_was_copied_from():
    found = published("０.３１２、0.287；0.4\n.5\t0", PRIMARY)
    assert found.coefficients == tuple(map(Decimal, ("0.312", "0.287", "0.4", "0.5", "0")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "coefficients-none"),
        (" 、 ", "coefficients-none"),
        ("0.3 约0.4", "coefficient-unreadable"),
        ("-0.1", "coefficient-unreadable"),
        ("31.2", "coefficient-unreadable"),
        ("nan", "coefficient-unreadable"),
        ("31%", "coefficient-unreadable"),
    ],
)
def test_what_is_no_coefficient_is_refused(text, code):
    with pytest.raises(Problem) as raised:
        published(text, PRIMARY)
    assert raised.value.code == code

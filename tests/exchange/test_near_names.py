"""Near names: what is nearly right is found, what is right or far is not."""

import pytest

from eduapp.exchange.near_names import near_names, nearest

HEADINGS = ["最高学历", "任教科目", "参加工作时间", "出生年月", "职称"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("最高学厉", "最高学历"),
        ("最 高 学 历 层", "最高学历"),
        ("任教科木", "任教科目"),
        ("参加工作时问", "参加工作时间"),
        ("最高学历", None),  # the same is not near
        ("职务", None),
        ("备注", None),
        ("", None),
    ],
)
def test_a_heading_that_is_nearly_right_is_found(text, meant):
    assert nearest(text, HEADINGS) == meant


def test_two_that_are_equally_near_are_no_answer():
    schools = ["老河口第一小学", "老河口第二小学"]
    assert nearest("老河口第三小学", schools) is None
    assert near_names("老河口第三小学", schools) == schools
    assert nearest("老河口第一小", schools) == "老河口第一小学"

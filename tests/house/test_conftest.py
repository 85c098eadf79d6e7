"""The tests' own ground: what it must catch, it catches."""

import logging
import os
from pathlib import Path

import platformdirs
import pytest


def test_a_warning_nobody_announced_fails_the_test(log_watch):
    logging.getLogger("somewhere").warning("disk is nearly full")
    with pytest.raises(pytest.fail.Exception, match="somewhere: WARNING: disk is nearly full"):
        log_watch.judge()


def test_an_announced_one_does_not(expect_logs):
    with expect_logs("nearly", level=logging.ERROR) as found:
        logging.getLogger("somewhere").error("disk is nearly full")
    assert [record.name for record in found] == ["somewhere"]


def test_one_of_another_level_is_not_the_announced_one(expect_logs, log_watch):
    with (
        pytest.raises(pytest.fail.Exception, match="no ERROR line"),
        expect_logs("full", level=logging.ERROR),
    ):
        logging.getLogger("somewhere").warning("disk is full")
    with pytest.raises(pytest.fail.Exception, match="WARNING: disk is full"):
        log_watch.judge()


def test_what_is_below_a_warning_is_free():
    logging.getLogger("somewhere").info("saved")


def test_no_test_sees_the_home_of_the_person(home):
    assert Path.home() == home
    assert home in Path(os.environ["EDUAPP_DATA"]).parents
    if os.name == "nt":
        return  # Windows tells of its folders itself; the program asks EDUAPP_DATA first
    for folder in (platformdirs.user_data_dir("eduapp"), platformdirs.user_config_dir("eduapp")):
        assert home in Path(folder).parents


def test_text_is_drawn_in_the_shipped_font(qapp):
    from PySide6.QtGui import QFont, QFontInfo, QFontMetrics

    from ui.common.theme import FAMILIES, load_fonts

    shipped = ["Noto Sans SC"]
    dressed = [*FAMILIES, *load_fonts()]  # where a window was tested in this process before
    assert qapp.font().families() in (shipped, dressed)
    assert QFontInfo(QFont(shipped, 10)).family() == "Noto Sans SC"
    assert QFontMetrics(QFont(shipped, 10)).inFont("校")

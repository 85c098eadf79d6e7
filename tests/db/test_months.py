"""A month as a kind of value, and workbooks that kept any text in its place."""

import sqlite3

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import StaticPool, create_engine

from db import migrations
from db.records.months import Month
from db.records.values import Unreadable

READ = {
    "1985-3": "1985-03",
    "1985.03": "1985-03",
    "1985/3": "1985-03",
    "1985年3月": "1985-03",
    "1985年3": "1985-03",
    "198503": "1985-03",
    "１９８５-０３": "1985-03",
    "1985-03-12": "1985-03",
    "19850312": "1985-03",
    "1985-03-01 00:00:00": "1985-03",
    "1900-01": "1900-01",
    "2100-12": "2100-12",
}
NOT_READ = [
    "1985-13",
    "1985-00",
    "85-3",
    "1985",
    "1899-12",
    "2101-01",
    "三月",
    "11010519491231002X",
    "1985-02-30",
]


@pytest.mark.parametrize(("text", "month"), READ.items())
def test_a_month_is_read_in_the_usual_ways(text, month):
    assert Month().parse(text) == month
    assert Month().uncarry(Month().carry(month)) == month
    assert Month().show(month) == month


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_month(text):
    with pytest.raises(Unreadable, match="1985-03"):
        Month().parse(text)


@pytest.mark.slow
def test_an_older_workbook_keeps_every_text_as_a_month_or_as_it_was_typed():
    raw = sqlite3.connect(":memory:", isolation_level=None)
    config = Config()
    config.set_main_option("script_location", str(migrations.__path__[0]))
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        texts = [None, "1985-03", "1985.3", "不详", "11010519491231002X"]
        for at, text in enumerate(texts):
            raw.execute(
                "INSERT INTO teacher (id, position, birth_month) VALUES (?, ?, ?)", (f"k{at}", at, text)
            )
        command.upgrade(config, "head")
    kept = [month for (month,) in raw.execute("SELECT birth_month FROM teacher ORDER BY position")]
    assert kept == [None, "1985-03", "1985-03", None, None]
    unread = raw.execute("SELECT key, text FROM unread WHERE record = 'teacher' ORDER BY key").fetchall()
    assert unread == [("k3", "不详"), ("k4", "11010519491231002X")]
    raw.close()

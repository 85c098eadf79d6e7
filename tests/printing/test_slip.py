"""上报文件交接单: one page that says which file was handed over, the same bytes for the same file."""

import subprocess
from dataclasses import replace

import pypdfium2
import pytest

from db.problems import Problem
from eduapp.exchange.data_code import Origin, data_code, page_text
from eduapp.printing.slip import Slip, SlipList, slip
from eduapp.services import entry
from eduapp.services.hand_off import handover
from tests.services.schools import CODE, NAME, change, export, fill, make

DATA_ID = "0123456789abcdef" * 4
GIVEN = Slip(
    school="老河口完小",
    code_of_school="2143000123",
    county="430900",
    year=2026,
    round="2026",
    final=True,
    seq=3,
    practice=False,
    sealed=True,
    file_name="2143000123_老河口完小_2026_final_0003_0f57d859.edusub",
    id="0f57d859f18a27d060b269dc0318f97cefa6a3ab54478e79a221f7b8f9a8a4d9",
    id_groups="0f57 d859 f18a",
    code=data_code(DATA_ID),
    qr=page_text(Origin.SCHOOL, "2143000123", 2026, "slip", DATA_ID),
    signer="12345 67890 12345 67890 12345 67890",
    made="2026-11-23 10:30",
    standards=("义务教育优质均衡发展县评估", "湖南省方案"),
    lists=tuple(
        SlipList(title=title, rows=rows, complete=rows % 2 == 0)
        for rows, title in enumerate(("班级", "教师", "校舍", "运动场地", "教学仪器设备", "作业", "整改"), 3)
    ),
)


def pages(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_one_page_says_everything_the_two_hands_need(artefacts):
    pdf = slip(GIVEN)
    (artefacts / "slip.pdf").write_bytes(pdf)
    (page,) = pages(pdf)
    plain = page.replace("\r\n", "")
    for text in (GIVEN.school, GIVEN.id, GIVEN.id_groups, GIVEN.code, GIVEN.file_name, GIVEN.signer):
        assert text in plain
    for text in ("交：学校经办人", "收：县级经办人", "教学仪器设备", "湖南省方案", "已加密"):
        assert text in plain
    assert "草稿" not in plain.replace("□草稿", "")


def test_the_same_submission_gives_the_same_bytes_and_another_does_not():
    assert slip(GIVEN) == slip(replace(GIVEN))
    assert slip(GIVEN) != slip(replace(GIVEN, seq=4))


def test_a_draft_and_practice_data_are_marked_across_the_page():
    (page,) = pages(slip(replace(GIVEN, final=False, practice=True)))
    assert "【练习数据】【草稿】" in page


def test_the_longest_words_stay_on_one_page():
    lists = tuple(SlipList(title=f"很长很长的表名第{n}号", rows=99999, complete=True) for n in range(15))
    long = replace(GIVEN, school="很长的校名" * 8, standards=("一个很长的标准名称" * 4,) * 4, lists=lists)
    assert len(pages(slip(long))) == 1


@pytest.mark.slow
def test_the_qr_code_is_read_by_a_stock_tool(tmp_path):
    (tmp_path / "slip.pdf").write_bytes(slip(GIVEN))
    document = pypdfium2.PdfDocument(tmp_path / "slip.pdf")
    document[0].render(scale=300 / 72).to_pil().save(tmp_path / "slip.png")
    document.close()
    try:
        done = subprocess.run(
            ["zbarimg", "--raw", "-q", tmp_path / "slip.png"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("zbarimg is not here")
    wanted = GIVEN.qr.replace("{page}", "1").replace("{pages}", "1")
    assert done.stdout.strip() == wanted


@pytest.mark.slow
def test_the_slip_of_a_file_that_was_made(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        entry.set_complete(book, "teacher", complete=True)
        made = export(book, tmp_path / "U盘")
        change(book, 90)
        later = export(book, tmp_path / "U盘")
        pdf = handover.print_slip(book, made.id)
        assert pdf == handover.print_slip(book, made.id)
        assert pdf != handover.print_slip(book, later.id)
        with pytest.raises(Problem) as raised:
            handover.print_slip(book, "0" * 64)
    assert raised.value.code == "submission-unknown"
    (page,) = pages(pdf)
    plain = page.replace("\r\n", "")
    for text in (NAME, CODE, made.id, data_code(made.data_id), made.file_name, "本机第 1 次"):
        assert text in plain

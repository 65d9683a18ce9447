"""Reading text files: heading row, original texts, file rows, rows that are no data."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import integrity.exchange.readers as readers
from integrity.core.errors import Cancelled, InputError
from integrity.core.progress import Progress
from integrity.exchange.raw_table import NOT_DATA_REASONS, RawTable, unique_headings
from integrity.exchange.readers import read_all, read_table, sheet_names

WriteText = Callable[..., Path]
MakeTable = Callable[..., RawTable]
EXPORT = """# Gauge export "38
# Units: mm

Reading_No,ID,Thickness_mm,Date
1,CML-001, 12.70 ,2019-05-03
2,CML-002,12.61,2019-05-03

Reading_No,ID,Thickness_mm,Date
3,CML-003,012.5,2019-05-04
Total,,3,
Note: gauge calibrated before use,,,
"""


def test_late_heading_original_text_and_file_rows(make_table: MakeTable) -> None:
    table = make_table(EXPORT)
    assert table.header_row == 4
    assert table.headings == ("Reading_No", "ID", "Thickness_mm", "Date")
    assert list(table.rows) == [5, 6, 9]
    assert list(table.column("Thickness_mm").texts()) == [" 12.70 ", "12.61", "012.5"]
    assert table.letter("Thickness_mm") == "C"
    assert table.head[1] == (2, ("# Units: mm", "", "", ""))


def test_rows_that_are_no_data_are_listed_with_their_reason(make_table: MakeTable) -> None:
    table = make_table(EXPORT)
    reasons = [NOT_DATA_REASONS[c] for c in table.not_data_reasons]
    assert dict(zip(table.not_data_rows.tolist(), reasons, strict=True)) == {
        7: "blank",
        8: "repeated_heading",
        10: "total",
        11: "footer",
    }
    assert table.not_data_count("total") == 1
    assert any(m.key == "exchange.not_data.total" and m.params["first"] == 10 for m in table.evidence)


def test_heading_choice_shows_its_evidence(make_table: MakeTable) -> None:
    table = make_table(EXPORT)
    best = table.candidates[0]
    assert best.row == 4 and best.known_names == 4 and best.cells == 4
    assert any(m.key == "exchange.header.found" and m.params["row"] == 4 for m in table.evidence)


def test_user_can_choose_the_heading_row(make_table: MakeTable) -> None:
    table = make_table("a,b\nCML,Thickness\nX,12\n", header_row=1)
    assert table.headings == ("a", "b") and table.n == 2
    with pytest.raises(InputError):
        make_table("a,b\n1,2\n", header_row=9)


def test_file_without_headings_gets_letters(make_table: MakeTable) -> None:
    table = make_table("CML-1,12.7,2019-05-03\nCML-2,12.1,2019-05-03\n")
    assert table.header_row == 0 and table.headings == ("A", "B", "C") and table.n == 2


def test_data_row_with_one_filled_cell_is_not_lost(make_table: MakeTable) -> None:
    table = make_table("CML,Thickness,Date\nA-1,12.7,2019-05-03\nA-2,,\n")
    assert list(table.rows) == [2, 3]


def test_duplicate_headings_get_numbers() -> None:
    assert unique_headings(["Description", "X", "Description", "", "description"]) == (
        "Description",
        "X",
        "Description (2)",
        "D",
        "description (3)",
    )
    assert unique_headings(["A", "A (2)", "A"]) == ("A", "A (2)", "A (3)")


def test_ruled_and_barred_list_of_a_maintenance_system(write_text: WriteText) -> None:
    text = (
        "01.11.2026   Dynamic List Display   1\n"
        "-----------------------------------\n"
        "|Equipment|Description|Functional Loc.|Description|\n"
        "-----------------------------------\n"
        "|10000001|COLUMN|U1-C-101|Crude unit|\n"
        "|10000002|DRUM|U1-V-101|Crude unit|\n"
        "-----------------------------------\n"
        "|*|  |  | 2|\n"
    )
    table = read_table(write_text(text, "utf-16", "export.xls"))
    assert table.headings == ("Equipment", "Description", "Functional Loc.", "Description (2)")
    assert list(table.rows) == [5, 6]
    assert list(table.column("Equipment").texts()) == ["10000001", "10000002"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_chinese_files_of_any_encoding(write_text: WriteText, encoding: str) -> None:
    text = "测点编号,实测壁厚（mm）,检测日期\n塔-01,12.70,2019年5月3日\n合计,1,\n"
    table = read_table(write_text(text, encoding))
    assert table.headings == ("测点编号", "实测壁厚（mm）", "检测日期")
    assert list(table.column("检测日期").texts()) == ["2019年5月3日"]
    assert table.not_data_count("total") == 1


def test_cell_over_several_lines_keeps_the_file_row_of_its_record(make_table: MakeTable) -> None:
    table = make_table('CML,Thickness,Remarks\nA,12.7,"two\nlines"\nB,12.6,x\n')
    assert list(table.rows) == [2, 4]
    assert table.column("Remarks").text(0) == "two\nlines"


def test_unclosed_quotation_mark_does_not_swallow_the_file(make_table: MakeTable) -> None:
    body = "".join(f"P-{i},6.{i},2019-05-03,x\n" for i in range(8))
    table = make_table('CML,Thickness,Date,Remarks\nP-X,6.0,2019-05-03,"ditto\n' + body)
    assert table.n == 9
    assert any(m.key == "exchange.delimiter.quotes_ignored" for m in table.evidence)


def test_line_with_more_cells_than_headings_is_marked(make_table: MakeTable) -> None:
    body = "".join(f"P-{i},6.5,2019-05-03\n" for i in range(9))
    table = make_table(f"CML,Thickness,Date\n{body}P-9,12,7,2019-05-03\n")
    assert list(np.flatnonzero(table.overflow)) == [9]


def test_unnamed_column_used_throughout_is_kept(make_table: MakeTable) -> None:
    table = make_table("CML,Thickness,\nA,1.2,left\nB,1.3,right\n")
    assert table.headings == ("CML", "Thickness", "C") and not table.overflow.any()


def test_preview_reads_only_some_rows(make_table: MakeTable) -> None:
    text = "CML,Thickness\n" + "".join(f"A-{i},12.{i}\n" for i in range(50))
    assert make_table(text, max_rows=11).n == 10


def test_wrong_encoding_chosen_by_the_user_is_refused(write_text: WriteText) -> None:
    with pytest.raises(InputError) as caught:
        read_table(write_text("测点,1\n", "gbk"), encoding="utf-8")
    assert caught.value.message.key == "exchange.error.cannot_decode"


def test_text_file_has_one_nameless_sheet(write_text: WriteText) -> None:
    path = write_text("CML,Thickness\nA,1\n")
    assert sheet_names(path) == ("",)
    assert len(read_all(path)) == 1


def big_text(rows: int) -> str:
    lines = [
        f"{i},P-{i % 997:04d},{5 + i % 7}.{i % 100:02d},2019-05-{1 + i % 28:02d},说明 {i % 3}\n" for i in range(rows)
    ]
    return "# Units: mm\n\nNo,CML,Thickness,Date,Remarks\n" + "".join(lines)


def both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_table(path)
    monkeypatch.setattr(readers, "is_candidate", lambda *_: False)
    plain = read_table(path)
    assert fast.headings == plain.headings and fast.header_row == plain.header_row
    assert np.array_equal(fast.rows, plain.rows) and fast.head == plain.head
    assert np.array_equal(fast.not_data_rows, plain.not_data_rows)
    for a, b in zip(fast.columns, plain.columns, strict=True):
        assert np.array_equal(a.texts(), b.texts())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_large_files_read_alike_both_ways(
    write_text: WriteText, monkeypatch: pytest.MonkeyPatch, encoding: str, end: str
) -> None:
    text = big_text(60_000) + "Total,,60000,,\n"
    path = write_text(text.replace("\n", end), encoding)
    assert path.stat().st_size > 2 << 20
    both_ways(path, monkeypatch)


def test_large_file_with_quotes_blank_and_ragged_lines(write_text: WriteText, monkeypatch: pytest.MonkeyPatch) -> None:
    text = big_text(60_000)
    middle = text.index("\n30000,") + 1
    odd = '99,"P-1, upper",6.1,2019-05-03,"a ""b"""\n\n77,P-2,6.2\n' + f"88,P-3,6.3,2019-05-03,{'long ' * 30}\n"
    both_ways(write_text(text[:middle] + odd + text[middle:]), monkeypatch)


def test_large_file_with_a_cell_over_lines_is_left_to_the_csv_reader(
    write_text: WriteText, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = big_text(60_000) + '1,P-1,6.0,2019-05-03,"two\nlines"\n2,P-2,6.0,2019-05-03,x\n'
    path = write_text(text)
    assert read_table(path).column("Remarks").text(60_000) == "two\nlines"
    both_ways(path, monkeypatch)


def test_reading_can_be_cancelled(write_text: WriteText) -> None:
    path = write_text(big_text(60_000))
    with pytest.raises(Cancelled):
        read_table(path, progress=Progress(cancelled=lambda: True))


def test_csv_with_any_text_keeps_every_cell(write_text: WriteText, tmp_path: Path) -> None:
    cells = [["CML", "Thickness", "Remarks"], ["A", "1", 'say "hi", then'], ["B", "2", "tab\there"], ["C", "3", "；，"]]
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows(cells)
    table = read_table(path)
    assert list(table.column("Remarks").texts()) == [row[2] for row in cells[1:]]


CELLS = st.sampled_from(["", " ", "CML", "Thickness", "12.7", "A-1", "Total", "合计", "#x", "---", "note: y", "塔"])


@given(st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=12), st.sampled_from([",", ";", "\t"]))
def test_every_line_is_accounted_for(rows: list[list[str]], mark: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_text("\n".join(mark.join(r) for r in rows) + "\nend\n", encoding="utf-8")
        lines = path.read_text(encoding="utf-8").count("\n")
        table = read_table(path)
    above = table.header_row
    seen = {*range(1, above + 1), *table.rows.tolist(), *table.not_data_rows.tolist()}
    assert seen == set(range(1, lines + 1))
    assert len(set(table.headings)) == len(table.headings)


def test_unclosed_quotation_mark_near_the_end(make_table: MakeTable) -> None:
    table = make_table('CML,Thickness,Remarks\nA,12.7,x\nB,12.6,"not closed\nC,12.5,y\n')
    assert list(table.column("CML").texts()) == ["A", "B", "C"]
    assert table.column("Remarks").text(1) == '"not closed'

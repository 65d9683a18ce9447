"""Encoding, delimiter and kind of file, found from the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrity.core.errors import InputError
from integrity.exchange.sniff import file_kind, sniff_delimiter, sniff_encoding

CHINESE = "测点编号,壁厚,检测日期\n塔-01,12.70,2019年5月3日\n"


@pytest.mark.parametrize(
    ("encoding", "found", "key"),
    [
        ("utf-8", "utf-8", "exchange.encoding.decodes"),
        ("utf-8-sig", "utf-8-sig", "exchange.encoding.bom"),
        ("utf-16", "utf-16", "exchange.encoding.bom"),
        ("utf-16-le", "utf-16-le", "exchange.encoding.zero_bytes"),
        ("utf-16-be", "utf-16-be", "exchange.encoding.zero_bytes"),
        ("gbk", "gb18030", "exchange.encoding.gb18030"),
        ("gb18030", "gb18030", "exchange.encoding.gb18030"),
    ],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, found: str, key: str) -> None:
    path = tmp_path / "f.csv"
    text = CHINESE if "utf-16-" not in encoding else "CML,Thickness mm,Date of the survey\nA-1,12.7,2019-05-03\n"
    path.write_bytes(text.encode(encoding))
    guess = sniff_encoding(path)
    assert guess.encoding == found and guess.evidence.key == key
    assert path.read_bytes().decode(guess.encoding).lstrip("\ufeff") == text


def test_degree_sign_of_a_western_file_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("CML,0°,45°,90°,Temp °C\nA,1,2,3,20°C\n".encode("cp1252"))
    assert sniff_encoding(path).encoding == "cp1252"


def test_one_damaged_byte_does_not_turn_utf8_into_something_else(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes((CHINESE * 20).encode() + b"\xff,1,2\n")
    guess = sniff_encoding(path)
    assert (guess.encoding, guess.errors) == ("utf-8", "replace")
    assert guess.evidence.params["count"] == 1


@pytest.mark.parametrize(("mark", "shown"), [(",", ","), (";", ";"), ("\t", "TAB"), ("|", "|")])
def test_delimiters_are_found(mark: str, shown: str) -> None:
    lines = [mark.join(cells) + "\n" for cells in (["CML", "t", "date"], ["A", "12", "x"], ["B", "13", "y"])]
    guess = sniff_delimiter(["# exported, by; someone\n", *lines])
    assert guess.delimiter == mark and guess.cells == 3 and guess.share == 1.0
    assert guess.evidence.params["delimiter"] == shown


def test_decimal_commas_and_lists_in_cells_do_not_win() -> None:
    assert sniff_delimiter(["CML;t;d\n", "A;12,7;3,2\n", "B;12,1;3,1\n"]).delimiter == ";"
    assert sniff_delimiter(["CML,positions\n", "A,0;45;90;135\n", "B,0;45;90;135\n", "C,1\n"]).delimiter == ","


def test_web_page_with_a_spreadsheet_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        file_kind(path)
    assert caught.value.message.key == "exchange.error.file_is_html"


def test_tab_text_with_a_spreadsheet_name_is_text(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_text("\tEquipment\tDescription\n\t1000\tColumn\n", encoding="utf-16")
    assert file_kind(path) == "text"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x", b"<?xml version='1.0'?><a/>"])
def test_other_files_are_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        file_kind(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        file_kind(tmp_path / "none.csv")
    assert caught.value.message.params["file"] == "none.csv"

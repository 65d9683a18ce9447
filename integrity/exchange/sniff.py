"""What kind of file it is, its text encoding and its delimiter, each with the evidence."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from integrity.core.errors import InputError
from integrity.core.message import Message, msg

CHUNK = 1 << 20
DELIMITERS = ("\t", ";", "|", ",")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"PK\x03\x04", "workbook"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (b"<html", "html"),
    (b"<!doctype html", "html"),
    (b"<?xml", "xml"),
    (b"%pdf", "pdf"),
    (b"mime-version", "html"),
)
_REFUSED = {
    "html": "exchange.error.file_is_html",
    "xml": "exchange.error.file_is_xml",
    "pdf": "exchange.error.file_is_pdf",
}


@dataclass(frozen=True)
class EncodingGuess:
    """Encoding of a text file, how to treat undecodable bytes, and why."""

    encoding: str
    errors: str
    evidence: Message


@dataclass(frozen=True)
class DelimiterGuess:
    """Delimiter of a text file, cells in most lines, share of lines that have as many, and why."""

    delimiter: str
    cells: int
    share: float
    evidence: Message


def file_kind(path: Path) -> str:
    """`workbook` or `text`, by content and not by name; web pages and the like are refused.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
    """
    try:
        with path.open("rb") as f:
            head = f.read(64)
    except OSError as error:
        raise InputError(msg("exchange.error.cannot_open", file=path.name, reason=str(error.strerror))) from error
    if not head:
        raise InputError(msg("exchange.error.file_empty", file=path.name))
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for magic, kind in _MAGIC:
        if head.startswith(magic) or start.startswith(magic.lower()):
            if kind in _REFUSED:
                raise InputError(msg(_REFUSED[kind], file=path.name))
            return kind
    return "text"


def sniff_encoding(path: Path) -> EncodingGuess:
    """Find the encoding from the byte order mark, else from what decodes without error.

    Parameters
    ----------
    path : Path

    Returns
    -------
    EncodingGuess
    """
    with path.open("rb") as f:
        head = f.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return EncodingGuess(name, "strict", msg("exchange.encoding.bom", encoding=name))
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) > 0.3 * len(head) / 2:
        name = "utf-16-le" if odd > even else "utf-16-be"
        return EncodingGuess(name, "strict", msg("exchange.encoding.zero_bytes", encoding=name))
    if _decodes(path, "utf-8"):
        return EncodingGuess("utf-8", "strict", msg("exchange.encoding.decodes", encoding="utf-8"))
    return _not_utf8(path)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as f:
            while block := f.read(CHUNK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _not_utf8(path: Path) -> EncodingGuess:
    with path.open("rb") as f:
        sample = f.read(4 * CHUNK)
    text = sample.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for c in text if ord(c) > 127) - bad
    if good > 20 * bad:
        return EncodingGuess("utf-8", "replace", msg("exchange.encoding.utf8_damaged", count=bad))
    share = _gb2312_share(sample)
    if share >= 0.8 and _decodes(path, "gb18030"):
        evidence = msg("exchange.encoding.gb18030", share=round(100 * share))
        return EncodingGuess("gb18030", "strict", evidence)
    return EncodingGuess("cp1252", "replace", msg("exchange.encoding.western", share=round(100 * share)))


def _gb2312_share(sample: bytes) -> float:
    """Share of the bytes above 127 that pair up as characters of GB 2312 (both bytes from A1 on)."""
    high = pairs = i = 0
    n = len(sample)
    while i < n:
        if sample[i] < 0x80:
            i += 1
        elif 0xA1 <= sample[i] <= 0xF7 and i + 1 < n and 0xA1 <= sample[i + 1] <= 0xFE:
            high, pairs, i = high + 2, pairs + 2, i + 2
        else:
            high, i = high + 1, i + 1
    return pairs / high if high else 0.0


def sniff_delimiter(lines: Sequence[str], name: str = "") -> DelimiterGuess:
    """Delimiter that gives most lines the same, largest number of cells.

    Parameters
    ----------
    lines : sequence of str
        The first lines of the file.
    name : str
        File name, for the message.

    Returns
    -------
    DelimiterGuess
        With one cell a line where no delimiter fits (a single column).
    """
    body = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    best = (0.0, ",", 1, 1.0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(body, delimiter=delimiter) if row)
        wide = {w: n for w, n in widths.items() if w > 1}
        if not wide:
            continue
        cells, count = max(wide.items(), key=lambda item: (item[1] * (item[0] - 1) ** 0.5, item[0]))
        share = count / sum(widths.values())
        score = share * (cells - 1) ** 0.5
        if score > best[0] + 1e-9:
            best = (score, delimiter, cells, share)
    _, delimiter, cells, share = best
    shown = "TAB" if delimiter == "\t" else delimiter
    evidence = msg("exchange.delimiter.found", delimiter=shown, cells=cells, share=round(100 * share))
    return DelimiterGuess(delimiter, cells, share, evidence)

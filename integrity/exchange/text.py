"""Normal forms of headings and cell texts in English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_BRACKETS = re.compile(r"[(\[{【]([^()\[\]{}【】]*)[)\]}】]")
_NOT_KEY = re.compile(r"[^0-9a-z\u3400-\u9fff\uf900-\ufaff#%*]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Compatibility form, lower case, single spaces.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """Only letters, digits, CJK and `# % *`: what is left when spelling habits are removed.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return _NOT_KEY.sub("", unicodedata.normalize("NFKC", text).lower())


@lru_cache(maxsize=65536)
def tokens_of(text: str) -> tuple[str, ...]:
    """Latin words and numbers of a text, split at punctuation, underscores and CamelCase.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str
    """
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text))
    return tuple(t for t in re.split(r"[^0-9a-z%]+", spaced.lower()) if t)


def has_cjk(text: str) -> bool:
    """Whether a text holds a Chinese character.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return _CJK.search(text) is not None


def cjk_of(text: str) -> str:
    """The Chinese characters of a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return "".join(_CJK.findall(text))


def key_set(texts: Iterable[str]) -> frozenset[str]:
    """Normal keys of several texts.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    frozenset of str
    """
    return frozenset(key_of(t) for t in texts)


@dataclass(frozen=True)
class HeadingParts:
    """A heading taken apart.

    Parameters
    ----------
    names : tuple of str
        Candidate names: the whole, each language alone, with and without what stood in brackets.
    brackets : tuple of str
        Texts that stood in brackets.
    tails : tuple of (str, str)
        Candidate (name, unit text) pairs from a trailing word, as in `Thickness_mm`.
    """

    names: tuple[str, ...]
    brackets: tuple[str, ...]
    tails: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def heading_parts(heading: str) -> HeadingParts:
    """Take a heading apart into names and unit candidates.

    Parameters
    ----------
    heading : str

    Returns
    -------
    HeadingParts
    """
    text = unicodedata.normalize("NFKC", heading).strip()
    brackets = tuple(b.strip() for b in _BRACKETS.findall(text) if b.strip())
    bare = _BRACKETS.sub(" ", text)
    names = [*_language_runs(bare), bare.strip()]
    if brackets:
        names.extend(f"{n} {brackets[0]}" for n in tuple(names))
    tails = []
    for name in (*_language_runs(bare), bare.strip()):
        words = tokens_of(name) if not has_cjk(name) else ()
        if len(words) > 1:
            tails.append((" ".join(words[:-1]), words[-1]))
        if len(words) > 2:
            tails.append((" ".join(words[:-2]), "/".join(words[-2:])))
    return HeadingParts(_unique(names), brackets, _unique(tails))


def _language_runs(text: str) -> list[str]:
    """Runs of words with and without Chinese characters: `内径 ID` gives `内径` and `ID`."""
    runs: list[tuple[bool, list[str]]] = []
    for word in re.split(r"[\s|]+|\s/\s", text.replace("\n", " ")):
        if not word or word == "/":
            continue
        chinese = has_cjk(word)
        if runs and runs[-1][0] == chinese:
            runs[-1][1].append(word)
        else:
            runs.append((chinese, [word]))
    out = [" ".join(words) for _, words in runs]
    alone = [w for chinese, words in runs if chinese and len(words) > 1 for w in words]
    glued = [part for run in out for part in _split_glued(run)]
    return out + alone + glued


def _split_glued(run: str) -> list[str]:
    """`设备Equipment` gives both halves; a code inside Chinese text (`API 581类型`) is left whole."""
    if not has_cjk(run):
        return []
    latin = re.sub(r"[\u3400-\u9fff\uf900-\ufaff]+", " ", run).strip(" /_-.:")
    chinese = cjk_of(run)
    return [p for p in (chinese, latin) if len(p) > 1 and p != run]


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))

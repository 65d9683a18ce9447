"""Words: keyed catalogues in English and Simplified Chinese, and number formats."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from integrity.core.message import Message, Param

LANGUAGES = ("en", "zh_CN")
_FOLDER = Path(__file__).parent


@cache
def catalogue(language: str) -> dict[str, str]:
    """All keys of a language, merged over its area files.

    Parameters
    ----------
    language : str
        "en" or "zh_CN".

    Returns
    -------
    dict of key to text
    """
    out: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.json")):
        out.update(json.loads(path.read_text(encoding="utf-8")))
    return out


def text(key: str, language: str, /, **params: Param) -> str:
    """Text of a key; a key that no catalogue has is shown in angle brackets, so that it is seen.

    Parameters
    ----------
    key : str
    language : str
    **params
        Values of the placeholders.

    Returns
    -------
    str
    """
    template = catalogue(language).get(key)
    if template is None:
        return f"⟨{key}⟩"
    if not params:
        return template
    try:
        return template.format(**params)
    except (KeyError, IndexError):
        return f"{template} {params}"


def translate(message: Message, language: str) -> str:
    """A message in words.

    Parameters
    ----------
    message : Message
    language : str

    Returns
    -------
    str
    """
    return text(message.key, language, **{k: _words(v, language) for k, v in message.params.items()})


def _words(value: Param, language: str) -> Param:
    """A parameter `@key` stands for the text of that key, such as the name of a field."""
    if isinstance(value, str) and value.startswith("@") and value[1:] in catalogue(language):
        return catalogue(language)[value[1:]]
    return value

"""Words: keyed catalogues in English and Simplified Chinese, and number formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from integrity.core import plugins
from integrity.core.message import Message, Param

LANGUAGES = ("en", "zh_CN")
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PluginWords:
    """Words that a plug-in brings, by language and key; `distribution` is its name and version."""

    distribution: str
    words: Mapping[str, Mapping[str, str]]


@cache
def catalogue(language: str) -> dict[str, str]:
    """All keys of a language, merged over its area files and the plug-ins.

    Parameters
    ----------
    language : str
        "en" or "zh_CN".

    Returns
    -------
    dict of key to text
        A key of the package is never replaced; of two plug-ins the first by name wins.
    """
    out: dict[str, str] = {}
    for plugin in reversed(plugin_words()):
        out.update(plugin.words[language])
    out.update(package_words(language))
    return out


@cache
def package_words(language: str) -> dict[str, str]:
    """All keys of a language that the package itself has.

    Parameters
    ----------
    language : str

    Returns
    -------
    dict of key to text
    """
    out: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.json")):
        out.update(json.loads(path.read_text(encoding="utf-8")))
    return out


@cache
def plugin_words() -> tuple[PluginWords, ...]:
    """Words of the plug-ins, from the folders that they name under the entry point group `integrity.words`.

    Returns
    -------
    tuple of PluginWords
        In the order of distributions. A folder that cannot be read is left out and told by
        `core.registry.plugin_problems`.
    """
    out = []
    for point in plugins.points(plugins.WORDS):
        folder = plugins.load(point)
        if folder is None:
            continue
        try:
            words = {language: _words_of(folder, language) for language in LANGUAGES}
        except (OSError, TypeError, ValueError) as error:
            plugins.failed(point, error)
            continue
        out.append(PluginWords(plugins.distribution_of(point), words))
    return tuple(out)


def _words_of(folder: Any, language: str) -> dict[str, str]:
    """Words of one language in a folder: a path, a package, or what `importlib.resources` gives."""
    place = files(folder) if isinstance(folder, ModuleType) else Path(folder) if isinstance(folder, str) else folder
    found = json.loads((place / f"{language}.json").read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise TypeError(f"{language}.json: not a flat mapping of keys to texts")
    return found


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
    except (KeyError, IndexError, ValueError):
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

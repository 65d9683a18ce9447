"""A message is a key and its parameters; only `ui`, `reports` and the command line turn it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Param = str | int | float


@dataclass(frozen=True)
class Message:
    """A translatable sentence, not yet translated.

    Parameters
    ----------
    key : str
        Catalogue key, `area.what`.
    params : mapping of str to str, int or float
        Named values for the placeholders of the catalogue text.
    """

    key: str
    params: Mapping[str, Param] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __hash__(self) -> int:
        return hash((self.key, tuple(sorted((k, str(v)) for k, v in self.params.items()))))


def msg(key: str, /, **params: Param) -> Message:
    """Build a `Message` from keyword parameters.

    Parameters
    ----------
    key : str
        Catalogue key.
    **params
        Values for the placeholders.

    Returns
    -------
    Message
    """
    return Message(key, params)

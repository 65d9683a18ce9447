"""Root of all errors this program raises on purpose."""

from __future__ import annotations

from integrity.core.message import Message


class ToolError(Exception):
    """An error with a message that can be shown in any language.

    Parameters
    ----------
    message : Message
        Key and parameters of what happened, where, and what to do.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(f"{message.key}: {dict(message.params)}")
        self.message = message


class InputError(ToolError):
    """Input from outside cannot be used; names file, row, column and remedy where known."""


class ConflictError(ToolError):
    """Somebody else changed the row since it was read; carries both values."""


class Cancelled(ToolError):
    """The user cancelled a long run; nothing of it was stored."""

    def __init__(self) -> None:
        super().__init__(Message("core.cancelled"))


class ContractError(ToolError):
    """A programming contract was broken (frame lengths, unknown symbol, unknown procedure)."""

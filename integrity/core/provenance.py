"""Where a stored result comes from: procedures, versions, settings, sources, digests, author, time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Provenance:
    """Provenance of a snapshot."""

    procedures: Mapping[str, str]
    program_version: str
    settings_digest: str
    inputs_digest: str
    tables_digest: str
    as_of: str
    seed: int
    author: str
    created_utc: str
    sources: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 over everything that moves a number (not author and time)."""
        data = asdict(self)
        data.pop("author")
        data.pop("created_utc")
        return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def to_json(self) -> str:
        """Canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

"""Saved mapping profiles: kept in the user's data folder, found again by the headings of a table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.exchange.mapping_profile import MappingProfile, load_profile, profile_to_json
from integrity.exchange.text import key_of
from integrity.services.folders import data_folder

FOLDER = "profiles"
_UNSAFE = re.compile(r"[^\w\-]+")


@dataclass(frozen=True)
class SavedProfile:
    """A profile as it was saved: its name, file, and the signature of the headings it belongs to."""

    name: str
    path: Path
    signature: str
    profile: MappingProfile


def signature_of(headings: Sequence[str]) -> str:
    """Signature of a row of headings; spelling habits such as case and blanks do not count, order does.

    Parameters
    ----------
    headings : sequence of str

    Returns
    -------
    str
        Hexadecimal, 16 characters.
    """
    return hashlib.sha256("\x1f".join(key_of(h) for h in headings).encode()).hexdigest()[:16]


def save_profile(profile: MappingProfile, headings: Sequence[str], name: str = "", folder: Path | None = None) -> Path:
    """Keep a profile for tables with these headings; one of the same kind and headings is replaced.

    Parameters
    ----------
    profile : MappingProfile
    headings : sequence of str
        Headings of the table it was made for.
    name : str
        What the user calls it; the record kind where empty.
    folder : Path, optional
        Data folder other than the user's own.

    Returns
    -------
    Path
        The file.
    """
    target = data_folder(folder) / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    called = (name or profile.name or profile.kind).strip()
    path = target / f"{_UNSAFE.sub('_', profile.kind)}-{signature_of(headings)}.json"
    partial = path.with_name(path.name + ".part")
    partial.write_text(profile_to_json(replace(profile, name=called)), encoding="utf-8")
    partial.replace(path)
    return path


def load_profiles(folder: Path | None = None) -> tuple[SavedProfile, ...]:
    """Saved profiles, the latest saved first; a file that cannot be read is left out.

    Parameters
    ----------
    folder : Path, optional
        Data folder other than the user's own.

    Returns
    -------
    tuple of SavedProfile
    """
    found = []
    for path in sorted((data_folder(folder) / FOLDER).glob("*.json"), key=lambda p: (-p.stat().st_mtime_ns, p.name)):
        try:
            profile = load_profile(path)
        except InputError:
            continue
        found.append(SavedProfile(profile.name or path.stem, path, path.stem.rpartition("-")[2], profile))
    return tuple(found)


def forget_profile(saved: SavedProfile) -> None:
    """Delete a saved profile.

    Parameters
    ----------
    saved : SavedProfile
    """
    try:
        saved.path.unlink()
    except FileNotFoundError:
        raise InputError(msg("import.error.no_profile", name=saved.name)) from None


def fitting_profile(headings: Sequence[str], profiles: Sequence[SavedProfile]) -> SavedProfile | None:
    """The saved profile whose headings are the same; the latest one where there are several.

    Parameters
    ----------
    headings : sequence of str
    profiles : sequence of SavedProfile

    Returns
    -------
    SavedProfile or None
    """
    signature = signature_of(headings)
    return next((p for p in profiles if p.signature == signature), None)

"""Settings of a site one by one: what stands, where it comes from, and how one is changed with a reason."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.core.settings import Settings, SettingSpec, Value, setting_specs
from integrity.db.models import SettingRecord
from integrity.db.unit_of_work import reader
from integrity.i18n import catalogue
from integrity.rbi.risk import bounds_in_force, risk_matrix
from integrity.services.session import Session, changes_of
from integrity.services.types import Changes

MATRIX = "rbi.matrix_cells"
BOUNDS = {"P_f": "rbi.P_f_bounds", "D_f": "rbi.D_f_bounds", "CA": "rbi.CA_bounds", "FC": "rbi.FC_bounds"}
_LETTERS = ("L", "M", "MH", "H")


@dataclass(frozen=True)
class SettingRow:
    """One setting: its words are `setting.<key>`.

    `changed` tells that the site has its own; `words` are the catalogue keys of allowed codes.
    """

    spec: SettingSpec
    value: Value
    changed: bool
    words: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    set_by: str = ""
    set_d: int | None = None

    @property
    def key(self) -> str:
        """Key of the setting."""
        return self.spec.key

    @property
    def group(self) -> str:
        """First part of the key."""
        return self.spec.key.partition(".")[0]


def setting_rows(session: Session) -> tuple[SettingRow, ...]:
    """All settings of a site, in the order of the file.

    Parameters
    ----------
    session : Session

    Returns
    -------
    tuple of SettingRow
    """
    with reader(session.engine) as db:
        found = db.scalars(sa.select(SettingRecord).where(SettingRecord.site_id == session.site_id)).all()
        own = {r.key: (r.value, r.reason, r.set_by, r.set_d) for r in found}
    out = []
    for key, spec in setting_specs().items():
        words = tuple(_words(spec).items())
        if key in own:
            value, reason, who, day = own[key]
            out.append(SettingRow(spec, value, value != spec.default, words, reason, who or "", day))
        else:
            out.append(SettingRow(spec, spec.default, False, words))
    return tuple(out)


def _words(spec: SettingSpec) -> dict[str, str]:
    known = catalogue("en")
    return {c: k for c in spec.allowed if (k := f"code.{spec.key}.{c}") in known}


def set_setting(session: Session, key: str, value: Value, reason: str) -> Changes:
    """Give a setting another value; its default withdraws the site's own.

    Parameters
    ----------
    session : Session
    key : str
    value : number, text or bool
        In the internal unit.
    reason : str
        Must not be empty: it is kept with the setting.

    Returns
    -------
    Changes

    Raises
    ------
    InputError
        Unknown setting, a value outside what is allowed, or no reason.
    """
    why = reason.strip()
    if not why:
        raise InputError(msg("ui.settings.reason_needed"))
    Settings({key: value})
    spec = setting_specs()[key]
    given = float(value) if _is_number(spec) else value
    with session.uow("set_setting", why) as uow:
        t = SettingRecord.__table__.c
        query = sa.select(t.id).where(t.site_id == session.site_id, t.key == key)
        row_id = uow.connection.execute(query).scalar()
        if row_id is not None and given == spec.default:
            uow.delete(uow.get(SettingRecord, int(row_id)))
        elif row_id is not None:
            uow.edit(SettingRecord, int(row_id), value=given, reason=why, set_by=session.author, set_d=session.today_d)
        elif given != spec.default:
            uow.add(
                SettingRecord(
                    site_id=session.site_id, key=key, value=given, reason=why, set_by=session.author,
                    set_d=session.today_d,
                )
            )  # fmt: skip
        return changes_of(uow.commit())


def _is_number(spec: SettingSpec) -> bool:
    return isinstance(spec.default, int | float) and not isinstance(spec.default, bool)


def read_value(spec: SettingSpec, text: str) -> Value:
    """A value from a text, in the internal unit.

    Parameters
    ----------
    spec : SettingSpec
    text : str
        A number, a code, yes or no.

    Returns
    -------
    number, str or bool
    """
    if isinstance(spec.default, bool):
        return text.strip().lower() in ("yes", "true", "1")
    if not _is_number(spec):
        return text.strip()
    try:
        return float(text.strip().replace("−", "-").replace(" ", "").replace("\u2009", ""))
    except ValueError:
        raise InputError(msg("core.setting_not_a_number", key=spec.key, value=text)) from None


@dataclass(frozen=True)
class MatrixInForce:
    """Cells (row 0 is likelihood 1, column 0 consequence A; index of `risk_category`) and the bounds of the axes."""

    cells: tuple[tuple[int, ...], ...]
    bounds: tuple[tuple[str, tuple[float, ...]], ...]


def matrix_in_force(settings: Settings) -> MatrixInForce:
    """The matrix and the bounds that the settings give.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    MatrixInForce
    """
    m = risk_matrix(settings.code(MATRIX))
    cells = tuple(tuple(int(m.cell[i, j]) for j in range(1, 6)) for i in range(1, 6))
    return MatrixInForce(
        cells, tuple((n, tuple(float(v) for v in bounds_in_force(settings, n).values)) for n in ("P_f", "D_f", "CA"))
    )


def cells_text(cells: tuple[tuple[int, ...], ...]) -> str:
    """Cells as the setting `rbi.matrix_cells` writes them: likelihood 5 first.

    Parameters
    ----------
    cells : tuple of tuple of int

    Returns
    -------
    str
    """
    return " / ".join(" ".join(_LETTERS[c] for c in row) for row in reversed(cells))

"""A small plant built by hand: one item with one component, one CML and a few readings, and shorthands."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Engine

from integrity.core.frames.plant import Plant
from integrity.db.columns import read_plant
from integrity.db.models import Chamber, Cml, Component, Equipment, Reading, Site
from integrity.db.unit_of_work import UnitOfWork, Written


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


class Small:
    """Ids of the rows that every plant of the tests has."""

    loop: int
    circuit: int

    def __init__(self, engine: Engine, **component: Any) -> None:
        self.engine = engine
        with UnitOfWork(engine, "Ann", "test.setup", undoable=False) as uow:
            self.site = self._add(uow, Site(name="Works"))
            self.item = self._add(uow, Equipment(site_id=self.site, tag="V-101", equipment_kind="drum"))
            self.chamber = self._add(uow, Chamber(equipment_id=self.item, chamber="main"))
            values = {"name": "V-101-SH1", "t_nom_mm": 12.0, **component}
            part = Component(equipment_id=self.item, chamber_id=self.chamber, **values)
            self.component = self._add(uow, part)
            self.cml = self._add(uow, Cml(component_id=self.component, name="V-101-001"))
            uow.commit()

    @staticmethod
    def _add(uow: UnitOfWork, row: Any) -> int:
        uow.add(row)
        return int(row.id)

    def add(self, *rows: Any, author: str = "Ann") -> list[int]:
        with UnitOfWork(self.engine, author, "test.add") as uow:
            uow.add(*rows)
            ids = [int(row.id) for row in rows]
            uow.commit()
        return ids

    def edit(self, model: Any, row_id: int, author: str = "Ann", **values: Any) -> Written:
        with UnitOfWork(self.engine, author, "test.edit") as uow:
            uow.edit(model, row_id, **values)
            return uow.commit()

    def reading(self, date: str, t_mm: float, cml: int | None = None, **values: Any) -> int:
        row = Reading(cml_id=cml or self.cml, date_d=day(date), t_mm=t_mm, **values)
        return self.add(row)[0]

    def read(self, as_of: str) -> Plant:
        return read_plant(self.engine, self.site, day(as_of))

    def cell(self, column: str, as_of: str, row: int = 0) -> Any:
        frame = self.read(as_of).components
        values = frame.texts(column) if frame.quantities()[column] == "code" else getattr(frame, column)
        return values[row]

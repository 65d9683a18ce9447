"""Words of the room: codes of every code column, reasons of a refusal, and notes that can be filled."""

from __future__ import annotations

from string import Formatter

import numpy as np
import pytest

from integrity.core.frames.design import DesignFrame
from integrity.design.prepared import stress_reason
from integrity.design.procedures import SHIPPED
from integrity.i18n import LANGUAGES, catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_column_and_frame_column_has_words(language: str) -> None:
    words = catalogue(language)
    wanted = {f"sym.{c}" for c in DesignFrame.quantities()}
    for p in SHIPPED:
        for x in (*p.inputs, *p.outputs):
            wanted |= {f"code.{x.symbol}.{c}" for c in x.codes}
    assert sorted(wanted - set(words)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_refusal_has_words(language: str) -> None:
    words = catalogue(language)
    wanted = set(stress_reason({"S_case": np.zeros(1, dtype=np.int64)}))
    wanted |= {"refusal.no_rule", "refusal.no_external_rule", "refusal.vacuum_without_external"}
    parts = [p for p in SHIPPED if p.key.split(".")[0] in ("asme8", "gb150", "b31_3", "gb20801", "api653")]
    for p in parts:
        wanted |= {f"missing.{x.symbol}" for x in p.inputs if x.required and x.symbol not in ("P", "S")}
        wanted |= {f"limit.{limit.key}" for limit in p.limits}
    assert sorted(wanted - set(words)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_can_be_filled_from_their_columns(language: str) -> None:
    words = catalogue(language)
    for p in SHIPPED:
        for step in p.steps:
            if step.clause.note:
                names = {name for _, name, _, _ in Formatter().parse(words[step.clause.note]) if name}
                assert names <= set(step.note_params), (p.key, step.clause.note)

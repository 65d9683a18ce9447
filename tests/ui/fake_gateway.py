"""A gateway that answers from a made-up study, for tests and screenshots of the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fake_study
from fake_devices import FakeDevices
from fake_risk import FakeRisk, factors

from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.core.progress import Progress
from integrity.core.reference import API510, API581_2016, ASME_VIII_1
from integrity.core.working import Value, WorkingStep, short
from integrity.services.types import Changes, Study, WorkingSheet
from integrity.ui.gateway import (
    AuditEntry,
    ColumnGuess,
    Finding,
    ImportKind,
    ImportPreview,
    Named,
    PlantInfo,
    RiskCard,
    RiskMatrix,
    TableGuess,
)


class FakeGateway(FakeRisk, FakeDevices):
    """Answers at once; edits are kept by reading id, with undo and redo."""

    def __init__(self, n: int = 250, opened: bool = True) -> None:
        FakeRisk.__init__(self)
        FakeDevices.__init__(self)
        self.n = n
        self.info = PlantInfo("Coastal refinery", "coastal.integrity", "A. Engineer") if opened else None
        self.edits: dict[int, dict[str, Any]] = {}
        self.done: list[tuple[int, dict[str, Any]]] = []
        self.undone: list[tuple[int, dict[str, Any]]] = []
        self.calls: list[str] = []
        self.closed = False

    @property
    def plant(self) -> PlantInfo | None:
        return self.info

    def open(self, path: str, progress: Progress) -> PlantInfo:
        if path.endswith("missing"):
            raise InputError(msg("core.unknown_table", table=path, procedure="x"))
        self.info = PlantInfo("Coastal refinery", path, "A. Engineer")
        return self.info

    def create(self, path: str, site: str, progress: Progress) -> PlantInfo:
        self.info = PlantInfo(site, path, "A. Engineer")
        return self.info

    def open_sample(self, name: str, progress: Progress) -> PlantInfo:
        return self.open(f"{name}.integrity", progress)

    def samples(self) -> tuple[str, ...]:
        return ("crude_unit",)

    def run_study(self, progress: Progress) -> Study:
        self.calls.append("run_study")
        progress.step(0, 2)
        study = fake_study.make_study(self.n, edits=self.edits)
        progress.step(2, 2)
        return study

    def risk_matrix(self, study: Study) -> RiskMatrix:
        cells = tuple(tuple(int(v) for v in row) for row in fake_study.MATRIX)
        return RiskMatrix((3.06e-5, 3.06e-4, 3.06e-3, 3.06e-2), (9.29, 92.9, 929.0, 9290.0), cells, 3.7)

    def risk_card(self, study: Study, row: int) -> RiskCard:
        r, CA = study.components, float(study.components.CA[row])
        if study.components.n_readings[row] == 0:
            return RiskCard(reasons=(msg("core.cancelled"),))
        probability = (
            Named("t_min_mm", float(r.t_min_mm[row]), "thickness"),
            Named("CR_gov", float(r.CR_gov[row]), "rate"),
            Named("A_rt", float(r.A_rt[row]), "ratio"),
            Named("SR_p", float(r.SR_p[row]), "ratio", True),
            Named("D_f_thin", float(r.D_f_thin[row]), "damage_factor"),
            Named("P_f", float(r.P_f[row]), "frequency"),
        )
        sizes = (("small", 6.4, 0.1), ("medium", 25.4, 0.3), ("large", 101.6, 0.7), ("rupture", 203.2, 1.0))
        holes = {
            name: (
                Named("d_mm", d, "length"),
                Named("rate_kg_s", 0.4 * d**2 / 100, "mass_rate"),
                Named("release_type", "continuous" if d < 100 else "instantaneous", "text"),
                Named("CA_cmd", CA * share * 0.7, "area"),
                Named("CA_inj", CA * share, "area"),
            )
            for name, d, share in sizes
        }
        consequence = (Named("CA_cmd", CA * 0.7, "area"), Named("CA", CA, "area"))
        return RiskCard(probability, consequence, holes, factors=factors(study, row))

    def component_working(self, study: Study, row: int, column: str) -> tuple[WorkingSheet, ...]:
        subject = str(study.plant.components.component[row])
        if column in ("D_f_thin", "P_f", "risk", "CA", "D_f_total"):
            return (self._thinning(study, row, subject),)
        reasons: tuple[Message, ...] = ()
        if study.components.refusal[row]:
            reasons = (msg(str(study.components.refusal[row])),)
        return (self._shell(study, row, subject, reasons), self._life(study, row, subject))

    def _shell(self, study: Study, row: int, subject: str, reasons: tuple[Message, ...]) -> WorkingSheet:
        k, r = study.plant.components, study.components
        P, D, S, E = (float(v) for v in (r.P_total_MPa[row], k.D_mm[row], r.S_MPa[row], k.E[row]))
        weak = int(r.S_verified[row]) == 0
        values = (
            Value("P", P, "pressure"),
            Value("D", D, "length"),
            Value("S", S, "stress", weak),
            Value("E", E, "ratio"),
        )
        step = WorkingStep(
            "t_circ_mm",
            "P*(D/2)/(S*E - 0.6*P)",
            f"{short(P)}*({short(D)}/2)/({short(S)}*{short(E)} - 0.6*{short(P)})",
            float(r.t_req_mm[row]),
            "thickness",
            ASME_VIII_1.at("UG-27(c)(1)", "Cylinder under internal pressure"),
            "formula",
            "",
            {},
            values,
            ("S",) if weak else (),
        )
        last = WorkingStep(
            "t_req_mm",
            "max(t_circ_mm, t_long_mm)",
            f"max({short(r.t_req_mm[row])}, 2.1)",
            float(r.t_req_mm[row]),
            "thickness",
            ASME_VIII_1.at("UG-27"),
            "formula",
            "",
            {},
            (),
            (),
        )
        return WorkingSheet(
            msg("sym.t_req_mm"),
            subject,
            "asme_viii_1.cylinder",
            "ASME VIII-1 (2021) UG-27",
            (step, last),
            reasons,
            ("S",) if weak else (),
            {"design.structural_minimum": "api574", "rate.nominal_as_first": False},
        )

    def _life(self, study: Study, row: int, subject: str) -> WorkingSheet:
        r = study.components
        numbers = f"({short(r.t_min_mm[row])} - {short(r.t_req_mm[row])})/{short(r.CR_gov[row])}"
        step = WorkingStep(
            "RL_y",
            "(t_min_mm - t_req_mm)/CR_gov",
            numbers,
            float(r.RL_y[row]),
            "time",
            API510.at("7.2", "Remaining life"),
            "formula",
            "",
            {},
            (),
            (),
        )
        return WorkingSheet(msg("sym.RL_y"), subject, "api510.remaining_life", "API 510 7.2", (step,))

    def _thinning(self, study: Study, row: int, subject: str) -> WorkingSheet:
        r = study.components
        a = float(r.A_rt[row])
        steps = (
            WorkingStep(
                "A_rt",
                "max((CR_gov*age_y)/t_rdi_mm, 0)",
                f"max((0.12*8.2)/{short(r.t_min_mm[row])}, 0)",
                a,
                "ratio",
                API581_2016.at("4.5.7 eq. 2.13"),
                "formula",
                "",
                {},
                (),
                (),
            ),
            WorkingStep(
                "beta_1",
                "(1 - D_S1*A_rt - SR_p)/sqrt(D_S1**2*A_rt**2*COV_dt**2 + COV_sf**2)",
                f"(1 - 1*{short(a)} - 0.52)/sqrt(1**2*{short(a)}**2*0.2**2 + 0.2**2)",
                1.337,
                "ratio",
                API581_2016.at("4.5.7 eq. 2.18"),
                "formula",
                "",
                {},
                (),
                ("COV_sf",),
            ),
            WorkingStep(
                "D_f_thin",
                "sum_p / 1.56e-4",
                "0.0123 / 1.56e-4",
                float(r.D_f_thin[row]),
                "damage_factor",
                API581_2016.at("4.5.7 eq. 2.21"),
                "formula",
                "",
                {},
                (),
                (),
            ),
        )
        return WorkingSheet(
            msg("sym.D_f_thin"),
            subject,
            "api581.2016.thinning",
            "API RP 581 (3rd ed. 2016) 4.5",
            steps,
            (),
            ("COV_sf",),
            {"rbi.confidence_default": "low"},
        )

    def position_working(self, study: Study, row: int, column: str) -> tuple[WorkingSheet, ...]:
        q = study.positions
        cml = str(study.plant.cmls.cml[q.cml_row[row]])
        step = WorkingStep(
            "CR_LT",
            "(t_first_mm - t_last_mm)/dt_y",
            f"({short(q.t_first_mm[row])} - {short(q.t_last_mm[row])})/12.4",
            float(q.CR_LT[row]),
            "rate",
            API510.at("7.1.1", "Long-term rate"),
            "formula",
            "",
            {},
            (),
            (),
        )
        return (WorkingSheet(msg("sym.CR_gov"), cml, "rates.position", "API 510 7.1", (step,)),)

    def candidate_working(self, study: Study, row: int) -> tuple[WorkingSheet, ...]:
        component = int(study.candidates.component_row[row])
        return (
            WorkingSheet(
                msg("sym.next_d"), str(study.plant.components.component[component]), "plan", "API 510 6.5.1", ()
            ),
        )

    def set_quality(self, reading_ids: Sequence[int], quality: int, reason: str) -> Changes:
        self.calls.append(f"set_quality {list(reading_ids)} {quality} {reason}")
        for i in reading_ids:
            self._edit(i, {"quality": quality})
        return Changes(frozenset({"reading"}), {"reading": tuple(reading_ids)})

    def edit_value(
        self, reading_id: int, t_mm: float, entered_text: str, entered_unit: str, reason: str, row_version: int
    ) -> Changes:
        self.calls.append(f"edit_value {reading_id} {t_mm:.3f} {entered_text} {entered_unit} {reason} {row_version}")
        self._edit(reading_id, {"t_mm": t_mm})
        return Changes(frozenset({"reading"}), {"reading": (reading_id,)})

    def _edit(self, reading_id: int, values: dict[str, Any]) -> None:
        self.done.append((reading_id, dict(self.edits.get(reading_id, {}))))
        self.edits[reading_id] = {**self.edits.get(reading_id, {}), **values}
        self.undone.clear()

    def accept_short(self, reading_ids: Sequence[int], reason: str) -> Changes:
        self.calls.append(f"accept_short {list(reading_ids)} {reason}")
        return Changes(frozenset({"reading"}), {"reading": tuple(reading_ids)})

    def undo(self) -> Changes | None:
        return self._swap(self.done, self.undone)

    def redo(self) -> Changes | None:
        return self._swap(self.undone, self.done)

    def _swap(
        self, source: list[tuple[int, dict[str, Any]]], target: list[tuple[int, dict[str, Any]]]
    ) -> Changes | None:
        if not source:
            return None
        reading_id, before = source.pop()
        target.append((reading_id, dict(self.edits.get(reading_id, {}))))
        self.edits[reading_id] = before
        return Changes(frozenset({"reading"}), {"reading": (reading_id,)})

    def history(self, table: str, row_id: int) -> list[AuditEntry]:
        return [AuditEntry("2026-10-02T08:14Z", "A. Engineer", msg("ui.job.edit"), "good", "verify", "Second gauge")]

    def import_kinds(self) -> tuple[ImportKind, ...]:
        length = ("mm", "in", "mil")
        return (
            ImportKind(
                "reading",
                {"cml": (), "position": (), "date": (), "t_mm": length, "survey": ()},
                ("cml", "date", "t_mm"),
            ),
            ImportKind("cml", {"cml": (), "component": (), "location": (), "t_nom": length}, ("cml", "component")),
        )

    def read_tables(self, paths: Sequence[Path], progress: Progress) -> tuple[TableGuess, ...]:
        columns = (
            ColumnGuess(
                0, "Location ID", "cml", "", 0.97, msg("ui.import.evidence_none"), ("C-101-SH1-001", "C-101-SH1-002")
            ),
            ColumnGuess(
                1, "Measured Thickness", "t_mm", "mm", 0.92, msg("ui.import.evidence_none"), ("11.82", "11.64")
            ),
            ColumnGuess(
                2, "Survey Date", "date", "", 0.88, msg("ui.import.evidence_none"), ("03/05/2019", "13/05/2019")
            ),
            ColumnGuess(3, "Technician", "", "", 0.0, msg("ui.import.evidence_none"), ("ZL", "WH")),
        )
        return tuple(
            TableGuess(p.name, "", "reading", 4, 412, columns, "dmy", msg("ui.import.evidence_none"), None)
            for p in paths
        )

    def preview(self, tables: Sequence[TableGuess], progress: Progress) -> ImportPreview:
        progress.step(1, 1)
        name = tables[0].file if tables else ""
        findings = (
            Finding(name, "", 37, "Measured Thickness", "flagged", msg("core.cancelled"), msg("core.cancelled")),
            Finding(name, "", 112, "Location ID", "rejected", msg("core.cancelled"), msg("core.cancelled")),
        )
        return ImportPreview(398, 11, 3, 396, 2, 11, 1, findings)

    def commit(self, preview: ImportPreview, progress: Progress) -> Changes:
        self.calls.append("commit")
        return Changes(frozenset({"reading"}))

    def export(self, kind: str, study: Study, path: Path, language: str, units: str, progress: Progress) -> list[Path]:
        self.calls.append(f"export {kind} {language} {units}")
        return [path]

    def store_study(self, study: Study, progress: Progress) -> int:
        self.calls.append("store_study")
        return 1

    def close(self) -> None:
        self.closed = True

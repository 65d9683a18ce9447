"""Turns the line table into piping lines and their components."""

from __future__ import annotations

from . import mechanics as m
from .cells_in import day, need_day
from .design import required
from .model import PSI, Component, Item
from .tables import PROCESS_CHANGE, REPLACED, rows

FITTING = {
    "S": ("straight", "直管 Straight run", "ST"),
    "E": ("elbow", "弯头 Elbow", "EL"),
    "T": ("tee", "三通 Tee", "TE"),
    "R": ("reducer", "异径管 Reducer", "RD"),
    "I": ("injection", "注入点 Injection spool", "IN"),
    "D": ("deadleg", "盲管 Dead leg", "DL"),
    "N": ("nozzle", "支管台 Branch nipple", "NZ"),
    "C": ("cap", "管帽 Cap", "CP"),
}

PIPE_TYPE = {
    '3/4"': "PIPE-1",
    '1"': "PIPE-1",
    '1-1/2"': "PIPE-2",
    '2"': "PIPE-2",
    '3"': "PIPE-4",
    '4"': "PIPE-4",
    '6"': "PIPE-6",
    '8"': "PIPE-8",
    '10"': "PIPE-10",
    '12"': "PIPE-12",
    '14"': "PIPE-16",
    '16"': "PIPE-16",
}


def lines() -> tuple[list[Item], list[Component]]:
    """Piping lines: units of the line list (psig, degF) are the basis; MPa and degC follow from them."""
    items: list[Item] = []
    comps: list[Component] = []
    for r in rows("lines"):
        (
            no,
            frm,
            to,
            service,
            fluid,
            phase,
            nps,
            P,
            T,
            Pop,
            Top,
            mat,
            gc,
            cls,
            loop,
            circuit,
            ins,
            start,
            fittings,
            flags,
        ) = r
        code, ed = ("GB/T 20801", "2006") if mat == "20# GB 9948" else ("ASME B31.3", "1990")
        spec = {"GC1": "D2", "GC2": "B1", "GC3": "A1"}[gc] + ("C" if mat.startswith("A335") else "A")
        size = nps.strip('"').replace("/", ".")
        item = Item(
            f"P-{no}-{size}-{spec}",
            service,
            f"{frm} to {to}",
            "piping",
            loop,
            code,
            ed,
            need_day(start),
            circuit=circuit,
        )
        S_psi = round(m.stress(code, mat, (float(T) - 32.0) / 1.8) / PSI, -1)
        CA_in = 0.059 if mat.startswith("SA-240") or gc == "GC3" else 0.118
        item.line = {
            "from": frm,
            "to": to,
            "service": service,
            "fluid": fluid,
            "phase": phase,
            "nps": nps,
            "P": P,
            "T": T,
            "Pop": Pop,
            "Top": Top,
            "mat": mat,
            "gc": gc,
            "cls": cls,
            "ins": ins,
            "S": str(int(S_psi)),
            "CA": f"{CA_in:.3f}",
            "flags": flags,
            "change": PROCESS_CHANGE.get(circuit, ("", 0.0))[0],
        }
        items.append(item)
        seen: dict[str, int] = {}
        for f in fittings:
            c = _pipe_component(item, f, seen, S_psi * PSI)
            if flags == "low_si" and c.cid == f"P-{no}-ST2":
                c.n_cml, c.remark = 0, "短节 short spool, no material record"
            comps.append(c)
    return items, comps


def _pipe_component(item: Item, f: str, seen: dict[str, int], S: float) -> Component:
    ln = item.line
    word, part, suffix = FITTING[f]
    seen[f] = seen.get(f, 0) + 1
    zh, en = part.split(" ", 1)
    nps = ln["nps"]
    c = Component(
        item,
        f"{item.short}-{suffix}{seen[f]}",
        zh,
        en,
        "main",
        PIPE_TYPE.get(nps, "PIPEGT16"),
        "bend" if f == "E" else "pipe",
        ln["mat"],
        OD=m.PIPE[nps][0],
        CA=float(ln["CA"]) * 25.4,
        P=float(ln["P"]) * PSI,
        T=(float(ln["T"]) - 32.0) / 1.8,
        P_op=float(ln["Pop"]) * PSI,
        T_op=(float(ln["Top"]) - 32.0) / 1.8,
        fluid=ln["fluid"],
        phase=ln["phase"],
        S=S,
        insulated=ln["ins"] == "Y",
        loop=item.loop,
        fitting=word,
        nps=nps,
        is_plate=False,
        n_cml={"S": 6, "E": 6, "T": 4, "R": 3, "I": 6, "D": 3, "N": 1, "C": 2}[f],
    )
    c.bend = 1.5 if f == "E" else None
    c.t_req, c.basis = required(c)
    c.schedule, c.nominal = m.schedule_up(nps, c.t_req + c.CA)
    c.replaced = day(REPLACED.get(c.cid, ""))
    return c

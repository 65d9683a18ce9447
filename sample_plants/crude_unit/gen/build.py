"""Turns the design tables into items and components with required and nominal walls."""

from __future__ import annotations

from datetime import date

from . import mechanics as m
from .build_lines import lines
from .cells_in import day, need_day, num
from .design import finish_plate, required
from .model import Component, Item, Plant
from .tables import rows

ONE_HEAD = ("V-103", "V-105", "V-108", "V-112", "V-113", "V-114", "V-115")  # heads listed as one part


def columns() -> tuple[list[Item], list[Component]]:
    items: list[Item] = []
    comps: list[Component] = []
    for r in rows("columns"):
        items.append(
            Item(
                r[0],
                r[1],
                r[2],
                "column",
                r[3],
                r[4],
                r[5],
                need_day(r[6]),
                None,
                r[7],
                r[8],
                "vertical",
                float(r[9]),
                float(r[10]),
                r[11],
                float(r[12]),
                r[13],
                r[14],
            )
        )
    by_tag = {i.tag: i for i in items}
    for r in rows("column_parts"):
        item = by_tag[r[0]]
        extra = {p.partition("=")[0]: p.partition("=")[2] for p in r[17].split(";") if p}
        c = Component(
            item,
            f"{item.short}-{r[1]}",
            r[2],
            r[3],
            "main",
            r[4],
            r[5],
            r[14],
            ID=float(r[6]),
            E=1.0 if item.tag in ("C-105", "C-106") else 0.85,
            CA=4.0 if r[15] == "CL-07" else 3.0,
            P=float(r[7]),
            P_ext=num(r[8]),
            T=float(r[9]),
            P_op=float(r[10]),
            T_op=float(r[11]),
            fluid=r[12],
            phase=r[13],
            loop=r[15],
            n_cml=int(r[16]),
            insulated=True,
        )
        c.head_ratio, c.alpha, c.stiffener = (
            num(extra.get("r", "")),
            num(extra.get("a", "")),
            num(extra.get("Ls", "")),
        )
        c.depth, c.rho = num(extra.get("depth", "")), num(extra.get("rho", ""))
        c.layout = "band" if "band" in extra else "single"
        comps.append(finish_plate(c))
    return items, comps


def _head(c: Component, kind: str) -> None:
    if kind == "t":
        c.geometry, c.crown, c.knuckle = "torispherical", c.ID, round(0.15 * (c.ID or 0.0))
    else:
        c.geometry, c.head_ratio = "ellipsoidal", 2.0


def vessels() -> tuple[list[Item], list[Component]]:
    items: list[Item] = []
    comps: list[Component] = []
    for r in rows("vessels"):
        (
            tag,
            zh,
            en,
            loop,
            code,
            ed,
            start,
            repl,
            life,
            cls,
            orient,
            length,
            mdmt,
            D,
            P,
            T,
            Pop,
            Top,
            fluid,
            phase,
            mat,
            CA,
            E,
            head,
            ins,
            rho,
            depth,
            inv,
            group,
            maker,
            ctype,
        ) = r
        item = Item(
            tag,
            zh,
            en,
            "filter" if ctype == "FILTER" else "drum",
            loop,
            code,
            ed,
            need_day(start),
            day(repl),
            life,
            cls,
            "horizontal" if orient == "h" else "vertical",
            float(length),
            float(mdmt),
            maker,
            float(inv),
            group,
        )
        items.append(item)
        for suffix, part_zh, part_en, n in (
            ("SH1", "筒体", "Shell", 7),
            ("HD1", "左/上封头", "Head, left/top", 4),
            ("HD2", "右/下封头", "Head, right/bottom", 4),
        ):
            if suffix == "HD1" and (ctype == "FILTER" or tag in ONE_HEAD):
                continue
            c = Component(
                item,
                f"{item.short}-{suffix}",
                part_zh,
                part_en,
                "main",
                ctype,
                "cylinder",
                mat,
                ID=float(D),
                E=float(E),
                CA=float(CA),
                P=float(P),
                T=float(T),
                P_op=float(Pop),
                T_op=float(Top),
                fluid=fluid,
                phase=phase,
                loop=loop,
                n_cml=n,
                insulated=ins == "Y",
                rho=float(rho),
                depth=float(depth),
            )
            if suffix != "SH1":
                _head(c, head)
            if tag == "V-104" and suffix == "SH1":
                c.n_cml, c.layout = 14, "band"
            comps.append(finish_plate(c))
    return items, comps


def exchangers() -> tuple[list[Item], list[Component]]:
    items: list[Item] = []
    comps: list[Component] = []
    for r in rows("exchangers"):
        (
            tag,
            zh,
            en,
            loop,
            code,
            ed,
            start,
            repl,
            life,
            cls,
            D,
            sP,
            sT,
            sPo,
            sTo,
            sf,
            sp,
            sl,
            sm,
            tP,
            tT,
            tPo,
            tTo,
            tf,
            tp,
            tl,
            cm,
            tm,
            CA,
            inv,
            group,
            maker,
        ) = r
        item = Item(
            tag,
            zh,
            en,
            "exchanger",
            loop,
            code,
            ed,
            need_day(start),
            day(repl),
            life,
            cls,
            "horizontal",
            7.0,
            -19.0 if "C3" in sf else -10.0,
            maker,
            float(inv),
            group,
        )
        items.append(item)
        shell = Component(
            item,
            f"{item.short}-SH1",
            "壳程筒体",
            "Shell",
            "shell",
            "HEXSS",
            "cylinder",
            sm,
            ID=float(D),
            E=0.85,
            CA=float(CA),
            P=float(sP),
            T=float(sT),
            P_op=float(sPo),
            T_op=float(sTo),
            fluid=sf,
            phase=sp,
            loop=sl,
            n_cml=6,
            insulated=float(sTo) > 60,
        )
        channel = Component(
            item,
            f"{item.short}-CH1",
            "管箱筒节",
            "Channel",
            "channel",
            "HEXTS",
            "cylinder",
            cm,
            ID=float(D),
            E=0.85,
            CA=float(CA),
            P=float(tP),
            T=float(tT),
            P_op=float(tPo),
            T_op=float(tTo),
            fluid=tf,
            phase=tp,
            loop=tl,
            n_cml=4,
            insulated=float(tTo) > 60,
        )
        comps += [finish_plate(shell), finish_plate(channel)]
        tubes = Component(
            item,
            f"{item.short}-TB1",
            "换热管",
            "Tube bundle",
            "tube",
            "HEXTUBE",
            "pipe",
            tm,
            OD=25.0,
            CA=0.0,
            P=float(max(tP, sP)),
            T=float(max(float(sT), float(tT))),
            P_op=float(tPo),
            T_op=float(tTo),
            fluid=tf,
            phase=tp,
            loop=tl,
            n_cml=0,
            nominal=2.5,
        )
        tubes.S = m.stress(_tube_code(item.code, tm), tm, tubes.T)
        tubes.t_req, tubes.basis = required(tubes)
        comps.append(tubes)
    return items, comps


def _tube_code(code: str, material: str) -> str:
    if material == "20# GB 9948":
        return "GB 150"
    return code if (code, material) in m.STRESS else "ASME VIII-1"


def air_coolers_heaters() -> tuple[list[Item], list[Component]]:
    items: list[Item] = []
    comps: list[Component] = []
    for r in rows("air_coolers"):
        tag, zh, en, loop, ed, start, life, P, T, Pop, Top, fluid, phase, span, _, inv, group, maker = r
        item = Item(
            tag,
            zh,
            en,
            "air_cooler",
            loop,
            "GB 150",
            ed,
            need_day(start),
            None,
            life,
            "I",
            "horizontal",
            9.0,
            -10.0,
            maker,
            float(inv),
            group,
        )
        items.append(item)
        mat = "Q345R" if ed == "2011" else "16MnR"
        box = Component(
            item,
            f"{item.short}-HB1",
            "管箱",
            "Header box",
            "channel",
            "FINFAN",
            "flat",
            mat,
            ID=float(span),
            E=1.0,
            CA=3.0,
            P=float(P),
            T=float(T),
            P_op=float(Pop),
            T_op=float(Top),
            fluid=fluid,
            phase=phase,
            loop=loop,
            n_cml=5,
        )
        comps.append(finish_plate(box))
    for tag, zh, en in (("F-101", "常压炉", "Atmospheric heater"), ("F-102", "减压炉", "Vacuum heater")):
        items.append(
            Item(
                tag,
                zh,
                en,
                "heater",
                "CL-03",
                "API 530",
                "1988",
                date(1992, 9, 18),
                None,
                "15",
                "",
                "vertical",
                22.0,
                -10.0,
                "C",
                2400.0,
                "IG-01" if tag == "F-101" else "IG-04",
            )
        )
    by_tag = {i.tag: i for i in items}
    for r in rows("heaters"):
        tag, cid, zh, en, od, wall, mat, P, T, Pop, Top, fluid, phase, loop, n, repl = r
        c = Component(
            by_tag[tag],
            f"{tag}-{cid}",
            zh,
            en,
            "tube",
            "HEATERTUBE",
            "pipe",
            mat,
            nominal=float(wall),
            OD=float(od),
            CA=3.0,
            P=float(P),
            T=float(T),
            P_op=float(Pop),
            T_op=float(Top),
            fluid=fluid,
            phase=phase,
            loop=loop,
            n_cml=int(n),
            replaced=day(repl),
        )
        c.S = m.stress("API 530", mat, c.T)
        c.t_req, c.basis = required(c)
        comps.append(c)
    return items, comps


def tanks_spheres() -> tuple[list[Item], list[Component]]:
    items: list[Item] = []
    comps: list[Component] = []
    for r in rows("tanks"):
        tag, zh, en, start, life, D, H, hc, n, SG, fluid, Top, inv, group = r
        item = Item(
            tag,
            zh,
            en,
            "tank",
            "CL-12",
            "API 650",
            "1988",
            need_day(start),
            None,
            life,
            "",
            "vertical",
            float(hc) * int(n),
            -10.0,
            "D",
            float(inv),
            group,
        )
        items.append(item)
        height = float(hc)
        for k in range(1, int(n) + 1):
            c = Component(
                item,
                f"{tag}-CS{k}",
                f"第{k}圈壁板",
                f"Course {k}",
                "main",
                f"COURSE-{k}",
                "tank_course",
                "A283-C",
                E=0.85,
                CA=1.5,
                P=0.0,
                T=90.0,
                P_op=0.0,
                T_op=float(Top),
                fluid=fluid,
                loop="CL-12",
                n_cml=4,
                tank_D=float(D),
                liquid_H=round(float(H) - (k - 1) * height, 2),
                course_H=round(height, 2),
                SG=float(SG),
            )
            comps.append(finish_plate(c, least=8.0 if float(D) >= 36.0 else 6.0))
        b = Component(
            item,
            f"{tag}-BT1",
            "罐底板",
            "Bottom plate",
            "main",
            "TANKBOTTOM",
            "tank_bottom",
            "A283-C",
            E=0.85,
            CA=3.0,
            T=90.0,
            T_op=float(Top),
            fluid=fluid,
            loop="CL-12",
            n_cml=10,
            tank_D=float(D),
            SG=float(SG),
        )
        b.S = m.stress("API 650", "A283-C", 90.0)
        b.t_req, b.basis = required(b)
        b.nominal = 8.0
        comps.append(b)
    for r in rows("spheres"):
        tag, zh, en, ed, start, life, D, P, T, Pop, Top, mat, rho, inv, group = r
        item = Item(
            tag,
            zh,
            en,
            "sphere",
            "CL-09",
            "GB 150",
            ed,
            need_day(start),
            None,
            life,
            "III",
            "vertical",
            14.0,
            -19.0,
            "A" if ed == "1989" else "B",
            float(inv),
            group,
        )
        items.append(item)
        for suffix, zh2, en2, depth, points in (
            ("UP1", "上半球壳板", "Upper shell plates", 2.0, 9),
            ("LW1", "下半球壳板", "Lower shell plates", 11.0, 9),
        ):
            c = Component(
                item,
                f"{tag}-{suffix}",
                zh2,
                en2,
                "main",
                "DRUM",
                "sphere",
                mat,
                ID=float(D),
                E=1.0,
                CA=2.0,
                P=float(P),
                T=float(T),
                P_op=float(Pop),
                T_op=float(Top),
                fluid="C3-C4",
                phase="liquid",
                loop="CL-09",
                n_cml=points,
                rho=float(rho),
                depth=depth,
            )
            comps.append(finish_plate(c))
    return items, comps


def build() -> Plant:
    items: list[Item] = []
    comps: list[Component] = []
    for part in (columns, vessels, exchangers, air_coolers_heaters, tanks_spheres):
        i, c = part()
        items += i
        comps += c
    line_items, line_comps = lines()
    return Plant(items, line_items, comps + line_comps)

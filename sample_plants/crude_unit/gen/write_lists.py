"""Writes the equipment list, line list, piping components, SAP extract and CML master."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from .cells import Book, csv_line, date_text, write_text
from .model import NOTE_EN, NOTE_ZH, SEED, Component, Item, Plant

KIND = {
    "column": "塔 column",
    "drum": "容器 drum",
    "exchanger": "换热器 exchanger",
    "air_cooler": "空冷器 air_cooler",
    "heater": "加热炉 heater",
    "tank": "储罐 tank",
    "sphere": "球罐 sphere",
    "filter": "过滤器 filter",
}
CHAMBER = {"main": "主体 main", "shell": "壳程 shell", "tube": "管程 tube", "channel": "管箱 channel"}
PHASE = {"gas": "气 gas", "liquid": "液 liquid", "two_phase": "气液 two_phase"}
MITIGATION = {
    "column": "monitors",
    "sphere": "deluge_monitors",
    "tank": "foam_spray",
    "drum": "none",
    "exchanger": "none",
    "air_cooler": "none",
    "heater": "blowdown_isolation_B",
    "filter": "none",
}
EQUIPMENT = [
    "位号 Tag",
    "名称 Name",
    "Name (EN)",
    "设备类型 Kind",
    "装置 Unit",
    "腐蚀回路 Corrosion loop",
    "制造单位 Manufacturer",
    "产品编号 Serial no.",
    "设计规范 Code",
    "规范版本 Edition",
    "设计日期 Design date",
    "投用日期 In service",
    "设计寿命 Design life (a)",
    "容器类别 Class",
    "安装形式 Orientation",
    "高度/长度 Height/Length (m)",
    "运行状态 Status",
    "SAP设备号 SAP Equipment",
    "库存量 Inventory (kg)",
    "库存组 Inventory group",
    "库存组质量 Group inventory (kg)",
    "泄漏探测 Detection",
    "隔离 Isolation",
    "消减措施 Mitigation",
    "更换日期 Replaced on",
    "备注 Remarks",
]
COMPONENTS = [
    "位号 Tag",
    "部件号 Component",
    "部件名称 Part",
    "腔室 Chamber",
    "API 581类型 Component type",
    "几何形状 Geometry",
    "内径 ID (mm)",
    "外径 OD (mm)",
    "名义壁厚 Nominal thk (mm)",
    "材料 Material",
    "焊接接头系数 Joint eff.",
    "腐蚀裕量 C.A. (mm)",
    "设计压力 Design press. (MPa)",
    "设计外压 External press. (MPa)",
    "设计温度 Design temp. (℃)",
    "最低设计温度 Min. design temp. (℃)",
    "操作压力 Oper. press. (MPa)",
    "操作温度 Oper. temp. (℃)",
    "介质 Fluid",
    "相态 Phase",
    "封头长短轴比 Head ratio",
    "球冠半径 Crown R (mm)",
    "转角半径 Knuckle r (mm)",
    "半锥角 Half angle (°)",
    "加强圈间距 Stiffener spacing (mm)",
    "罐径 Tank dia. (m)",
    "液位高 Liquid height (m)",
    "圈板高 Course height (m)",
    "比重 SG",
    "保温 Insulated",
    "液面下深度 Below liquid top (m)",
    "液体密度 Liquid density (kg/m3)",
    "许用应力 Allow. stress (MPa)",
    "投用日期 In service",
    "更换日期 Replaced on",
]
LINE_HEAD = [
    "管线号 Line No",
    "起点 From",
    "终点 To",
    "介质名称 Service",
    "流体 Fluid",
    "相态 Phase",
    "NPS",
    "壁厚等级 Schedule",
    "材质 Material",
    "规范 Code",
    "版本 Edition",
    "设计压力 Des.P (psig)",
    "设计温度 Des.T (°F)",
    "最低设计温度 MDMT (°F)",
    "操作压力 Op.P (psig)",
    "操作温度 Op.T (°F)",
    "许用应力 S (psi)",
    "腐蚀裕量 C.A. (in)",
    "管道级别 GC",
    "API 570 Class",
    "腐蚀回路 Loop",
    "管道回路 Circuit",
    "保温 Insulated",
    "投用日期 In service",
    "注入点 Injection",
    "盲管 Deadleg",
    "小口径 SBC",
    "工艺变更日期 Process change",
    "库存量 Inventory (kg)",
]


def maker(letter: str) -> str:
    return f"示例制造厂 {letter} / Sample maker {letter}"


def fluid_cell(fluid: str) -> str:
    """Air has no name among the API 581 fluids: the list leaves it open."""
    return "—" if fluid == "Air" else fluid


def sap_number(i: int) -> str:
    return f"{10400000 + 37 * i}"


def _equipment_row(item: Item, i: int, group_mass: float) -> list[object]:
    life: object = float(item.life) if item.life and item.life != "—" else item.life
    start = item.in_service
    heater = item.kind == "heater"  # its code, API 530, has no code word
    return [
        item.tag,
        item.name_zh,
        item.name_en,
        KIND[item.kind],
        "CDU-1 常减压装置",
        item.loop,
        maker(item.maker),
        f"SM{item.maker}{start.year % 100:02d}-{100 + 7 * i}",
        "" if heater else item.code,
        "" if heater else item.edition,
        date(start.year - 2, 3 + i % 8, 1 + i % 27),
        start,
        life,
        item.vessel_class,
        {"vertical": "立式 vertical", "horizontal": "卧式 horizontal"}[item.orientation],
        item.length_m,
        "停用 idle" if item.tag == "V-114" else "在用 in_service",
        sap_number(i),
        item.inventory,
        item.group,
        group_mass,
        "AB"[i % 2] if item.kind in ("sphere", "column") else "BC"[i % 2],
        "A" if item.kind == "sphere" else "BC"[i % 2],
        MITIGATION[item.kind],
        item.replaced,
        "炉管按 API 530-1988 设计 tubes to API 530-1988" if heater else item.remark,
    ]


def _component_row(c: Component) -> list[object]:
    return [
        c.item.tag,
        c.cid,
        f"{c.part_zh} {c.part_en}",
        CHAMBER[c.chamber],
        c.ctype,
        c.geometry,
        c.ID,
        c.OD,
        c.nominal,
        c.material,
        c.E,
        c.CA,
        round(c.P, 3),
        c.P_ext,
        c.T,
        c.item.mdmt,
        c.P_op,
        c.T_op,
        fluid_cell(c.fluid),
        PHASE[c.phase],
        c.head_ratio,
        c.crown,
        c.knuckle,
        c.alpha,
        c.stiffener,
        c.tank_D,
        c.liquid_H,
        c.course_H,
        c.SG,
        "是" if c.insulated else "否",
        c.depth,
        c.rho,
        c.S,
        c.in_service,
        c.replaced,
    ]


def equipment_list(plant: Plant, out: Path) -> None:
    b = Book(out / "01_equipment_list.xlsx", "Sample crude unit equipment list")
    groups: dict[str, float] = {}
    for item in plant.items:
        groups[item.group] = groups.get(item.group, 0.0) + item.inventory
    data = {
        "Equipment": (
            EQUIPMENT,
            [_equipment_row(it, i, groups[it.group]) for i, it in enumerate(plant.items)],
        ),
        "Components": (COMPONENTS, [_component_row(c) for c in plant.comps if c.item.kind != "piping"]),
    }
    for name, (head, rows) in data.items():
        ws = b.sheet(name)
        ws.merge_range(0, 0, 0, 11, "示例炼厂 常减压装置 设备台账  Sample refinery CDU-1 equipment list", b.title)
        ws.merge_range(
            1,
            0,
            1,
            11,
            f"{NOTE_ZH} · {NOTE_EN} · 数据截止 as of 2026-11-01 · 压力为表压 pressures are gauge · seed {SEED}",
            b.sub,
        )
        ws.set_row(0, 26)
        widths = [
            max(9.0, min(30.0, max([len(h) * 0.6] + [_wide(r[i]) for r in rows]) + 2)) for i, h in enumerate(head)
        ]
        b.heading(ws, 2, head, widths)
        for r, row in enumerate(rows, start=3):
            for k, v in enumerate(row):
                b.put(ws, r, k, v)
        ws.freeze_panes(3, 2)
        ws.autofilter(2, 0, 2 + len(rows), len(head) - 1)
        ws.set_landscape()
        ws.set_paper(8)
        ws.fit_to_pages(2, 0)
        ws.repeat_columns(0, 1)
        ws.repeat_rows(2)
    b.close()


def _wide(value: object) -> float:
    if isinstance(value, date):
        return 10.0
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return sum(1.9 if ord(ch) > 0x2E80 else 1.0 for ch in text)


def line_list(plant: Plant, out: Path) -> None:
    lines = [csv_line(LINE_HEAD)]
    first: dict[str, Component] = {}
    for c in plant.comps:
        first.setdefault(c.item.tag, c)
    for item in plant.lines:
        ln, c = item.line, first[item.tag]
        flags = ln["flags"]
        mass = round(3.0 + 0.0007 * (c.OD or 0.0) ** 2 * (8 if c.phase == "liquid" else 0.4), 0)
        lines.append(
            csv_line(
                [
                    item.tag,
                    ln["from"],
                    ln["to"],
                    ln["service"],
                    fluid_cell(ln["fluid"]),
                    PHASE[ln["phase"]],
                    ln["nps"],
                    c.schedule,
                    ln["mat"],
                    item.code,
                    item.edition,
                    ln["P"],
                    ln["T"],
                    "14" if item.loop != "CL-09" else "-4",
                    ln["Pop"],
                    ln["Top"],
                    ln["S"],
                    ln["CA"],
                    ln["gc"],
                    ln["cls"],
                    item.loop,
                    item.circuit,
                    ln["ins"],
                    item.in_service.isoformat(),
                    "Y" if flags == "inj" else "",
                    "Y" if flags == "dead" else "",
                    "Y" if flags == "sbc" else "",
                    ln["change"],
                    f"{mass:.0f}",
                ]
            )
        )
    write_text(out / "02_line_list.csv", lines, "gbk")
    lines = ["component_id,line_no,fitting,nps,schedule,nominal_mm,material,bend_radius_d,replaced_on,remark"]
    for c in plant.comps:
        if c.item.kind == "piping":
            lines.append(
                csv_line(
                    [
                        c.cid,
                        c.item.tag,
                        c.fitting,
                        c.nps,
                        c.schedule,
                        f"{c.nominal:.2f}",
                        c.material,
                        c.bend,
                        c.replaced,
                        c.remark,
                    ]
                )
            )
    write_text(out / "02b_piping_components.csv", lines, "utf-8", "\n")


def cml_master(plant: Plant, out: Path) -> None:
    lines = ["CML ID,Item,Component,Location,Position scheme,Positions,Nominal (mm),Access,At weld,Status"]
    for m in plant.cmls:
        c = m.comp
        lines.append(
            csv_line(
                [
                    m.cid,
                    c.item.tag,
                    c.cid,
                    m.where,
                    m.scheme,
                    ";".join(m.positions),
                    f"{c.nominal:g}",
                    m.access,
                    "Y" if m.at_weld else "N",
                    "active",
                ]
            )
        )
    write_text(out / "04_cml_master.csv", lines, "utf-8", "\n")


SAP_HEAD = [
    "Equipment",
    "Description",
    "Functional Loc.",
    "Description",
    "ObjectType",
    "Plnt",
    "MainWorkCtr",
    "ABC",
    "Manufacturer",
    "Manufacturer SerialNo",
    "ConstYear",
    "Start-up date",
    "System status",
    "User status",
    "Sort field",
    "MaintPlan",
    "Order",
    "Description",
    "Bsc start",
    "Act.finish",
]
SAP_TYPE = {
    "column": "VE-COL",
    "drum": "VE-DRM",
    "exchanger": "HE-STH",
    "air_cooler": "HE-AIR",
    "heater": "HB-FUR",
    "tank": "TA-ATM",
    "sphere": "VE-SPH",
    "filter": "VE-FLT",
}


def sap_extract(plant: Plant, out: Path) -> None:
    """ALV-like text: preamble, late heading, duplicate headings, totals line, and known differences."""
    pre = [
        "01.11.2026\t\t\tDynamic List Display\t\t1",
        "-" * 60,
        "Equipment list IH08 -- generated sample, no real plant",
        "Maintenance plant\t1010",
        "Selection variant\t/CDU1_STATIC",
        "",
    ]
    lines = ["\t" + p if p else "" for p in pre] + ["\t" + "\t".join(SAP_HEAD), ""]
    differ: list[dict[str, str]] = []
    count = 0
    for i, item in enumerate(plant.items):
        if item.tag in ("V-115", "FL-101B"):
            differ.append({"tag": item.tag, "kind": "only_here"})
            continue
        start = item.replaced or item.in_service
        if item.tag == "E-103B":
            start = date(2013, 2, 22)
            differ.append(
                {
                    "tag": item.tag,
                    "kind": "differs",
                    "field": "Start-up date",
                    "sap": "22.02.2013",
                    "list": date_text(item.in_service, "dotted"),
                }
            )
        lines.append(_sap_row(sap_number(i), item, start, i))
        count += 1
    ghost = Item("V-199", "备用罐", "Spare drum", "drum", "CL-11", "GB 150", "1989", date(1992, 9, 18))
    lines.append(_sap_row(sap_number(90), ghost, ghost.in_service, 90))
    differ.append({"tag": "V-199", "kind": "only_in_sap"})
    lines.append(f"\t*\tTotal\t{count + 1}\t" + "\t" * 16)
    plant.facts["sap_differences"] = differ
    write_text(out / "03_sap_pm_extract.txt", lines, "utf-16-le", bom=b"\xff\xfe")


def _sap_row(number: str, item: Item, start: date, i: int) -> str:
    due = date(2025 + i % 3, 1 + i % 12, 10)
    done = date_text(date(due.year, due.month, 24), "dotted") if due.year == 2025 else ""
    return "\t" + "\t".join(
        [
            number,
            item.name_en.upper()[:40],
            f"SMP-CDU1-{item.tag}",
            "Crude unit 1",
            SAP_TYPE[item.kind],
            "1010",
            "INSP01",
            "ABC"[i % 3],
            f"Sample maker {item.maker}",
            f"SM{item.maker}-{100 + 7 * i}",
            str(start.year - 1),
            date_text(start, "dotted"),
            "INST",
            "OPER",
            item.tag,
            f"{70000 + i}",
            f"{400100 + 3 * i}",
            "THICKNESS SURVEY" if i % 2 else "INTERNAL INSPECTION",
            date_text(due, "dotted"),
            done,
        ]
    )

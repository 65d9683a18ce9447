"""What holds for every calculation, of the package and of plug-ins alike: formulas, branches, limits, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

import numpy as np

from integrity.conformance_mechanism import mechanism_problems, row_problems
from integrity.core.clause import FORMULA, evaluate
from integrity.core.codes import codes, enumerations
from integrity.core.frame import blank_of
from integrity.core.procedure import Param, Procedure, Result, Step, is_missing
from integrity.core.quantities import quantities
from integrity.core.reference import Reference
from integrity.core.registry import origin
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.core.working import applies, working
from integrity.i18n import LANGUAGES, PluginWords, catalogue, package_words, plugin_words
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import Mechanism

RTOL = 1e-9
NUMBERING = re.compile(r"\b(Part|Tables?|eqs?\.|Annex|step|note) (?=[\dA-Z(])|(?<=\)) to (?=\()")
# Words of references that are names and stay as they are in every language.
NAMES = {"API", "ASME", "FFS", "TSG", "VIII", "kPa", "ksi", "mol"}
# What a function that is given a blank or odd row may raise; it ought to raise nothing.
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Sample:
    """One run of a procedure: columns, long-form tables and settings that differ from the defaults."""

    columns: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def problems(
    procedure: Procedure,
    samples: Sequence[Sample],
    mechanism: Mechanism | None = None,
    case: RiskCase | None = None,
) -> tuple[str, ...]:
    """Everything that a calculation lacks to stand beside those of the package.

    Parameters
    ----------
    procedure : Procedure
    samples : sequence of Sample
        Together they reach every step, both sides of every limit, and rows that need each required input.
    mechanism : Mechanism, optional
        The damage mechanism that the procedure belongs to.
    case : RiskCase, optional
        Components on some of which the mechanism acts and gets a factor.

    Returns
    -------
    tuple of str
        Messages for the developer; empty where nothing was found.
    """
    given = list(samples)
    if not given:
        return (f"{procedure.key}: no sample",)
    try:
        first = next(results(procedure, given))
        out = binding_problems(procedure, first)
        if not out:
            out += formula_problems(procedure, given) + working_problems(procedure, given)
        out += limit_problems(procedure, given) + missing_problems(procedure, given)
        for s in given:
            out += row_problems(procedure, s.columns, s.tables, Settings(s.settings))
        out += [p for step in procedure.steps for p in docstring_problems(step)]
        out += [f"constant {n}: no source" for n, c in procedure.constants.items() if not c.source]
        out += word_problems(procedure) + plugin_word_problems(origin(procedure.key))
        if mechanism is not None:
            out += _of_mechanism(procedure, mechanism, case)
    except FAULTS as error:
        out = [f"{procedure.key}: raises {type(error).__name__}: {error}"]
    return tuple(dict.fromkeys(out))


def _of_mechanism(procedure: Procedure, mechanism: Mechanism, case: RiskCase | None) -> list[str]:
    if mechanism.procedure is not procedure:
        return [f"{mechanism.key}: belongs to {mechanism.procedure.key}"]
    if case is None:
        return [f"{mechanism.key}: no case to check the mechanism on"]
    return mechanism_problems(mechanism, case)


def samples_of(named: Mapping[str, Any]) -> dict[str, list[Sample]]:
    """Samples by procedure key, from the names of a file of samples.

    Parameters
    ----------
    named : mapping of str to object
        `SAMPLES` maps a key to rows of (columns, tables) or (columns, tables, settings). `SETTINGS`, where there is
        one, maps a key to settings under which every one of its rows is run once more.

    Returns
    -------
    dict of key to list of Sample
    """
    again = named.get("SETTINGS", {})
    out = {}
    for key, rows in named["SAMPLES"].items():
        samples = [Sample(*row) for row in rows]
        out[key] = samples + [Sample(s.columns, s.tables, c) for c in again.get(key, ()) for s in samples]
    return out


def results(procedure: Procedure, samples: list[Sample]) -> Iterator[Result]:
    """Run every sample."""
    for sample in samples:
        yield procedure.run(sample.columns, Settings(sample.settings), sample.tables)


def binding_problems(procedure: Procedure, result: Result) -> list[str]:
    """Steps whose result, parameter or branch is no column, constant or code of the procedure."""
    params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
    out = []
    for step in procedure.steps:
        name = step.function.__name__
        missing = {n for n in step.names().values() if n not in result.columns and n not in procedure.constants}
        missing |= {n for n in (step.out, *step.note_params) if n not in result.columns}
        out += [f"{name}: {n} is no column" for n in sorted(missing)]
        if step.when is not None and (step.when[0] not in params or step.when[1] not in params[step.when[0]].codes):
            out.append(f"{name}: branch {step.when} is no code")
        if step.clause.kind != FORMULA and not step.clause.note:
            out.append(f"{name}: a {step.clause.kind} needs a note")
    return out


def used_rows(procedure: Procedure, result: Result, step: Step) -> Any:
    """Rows without a refusal on which a step was used."""
    used = (result.missing == 0) & (result.refused == 0)
    if step.when is not None:
        params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
        used = used & (result.columns[step.when[0]] == params[step.when[0]].codes.index(step.when[1]))
    return used


def formula_problems(procedure: Procedure, samples: list[Sample]) -> list[str]:
    """Steps whose printed expression does not give the column, or that no sample reaches with a number."""
    out: list[str] = []
    reached = [0] * len(procedure.steps)
    for result in results(procedure, samples):
        for i, step in enumerate(procedure.steps):
            used = used_rows(procedure, result, step)
            if step.clause.kind != FORMULA:
                reached[i] += int(used.sum())
                continue
            names = {
                p: procedure.constants[n].value if n in procedure.constants else result.columns[n]
                for p, n in step.names().items()
            }
            with np.errstate(all="ignore"):
                want = np.broadcast_to(np.asarray(evaluate(step.clause.expr, names), dtype=np.float64), used.shape)
            got = np.asarray(result.columns[step.out], dtype=np.float64)
            same = np.isclose(got[used], want[used], rtol=RTOL, atol=0.0, equal_nan=True)
            if not same.all():
                bad = int(np.flatnonzero(used)[~same][0])
                out.append(f"{step.out} = {step.clause.expr}: row {bad} is {got[bad]!r}, formula {want[bad]!r}")
            reached[i] += int((used & ~np.isnan(got)).sum())
    for count, step in zip(reached, procedure.steps, strict=True):
        if count == 0:
            out.append(f"{step.out} ({step.function.__name__}, {step.when}) is reached by no sample")
    return out


def docstring_problems(step: Step) -> list[str]:
    """What a clause function's docstring lacks: sentence, each parameter, result."""
    text = step.function.__doc__ or ""
    name = step.function.__name__
    lines = [line.strip() for line in text.splitlines()]
    heads = [line.split(":")[0] for line in lines if " : " in line]
    wanted = ("Parameters", "Returns") if step.clause.params else ("Returns",)
    named = {part.strip() for head in heads for part in head.split(",")}
    out = [f"{name}: parameter {p} is not described" for p in step.clause.params if p not in named]
    out += [f"{name}: no section {s}" for s in wanted if s not in lines]
    return out if text.strip() else [f"{name}: no docstring"]


def working_problems(procedure: Procedure, samples: list[Sample]) -> list[str]:
    """Rows whose working leaves out a step that applies, or shows a formula without numbers."""
    params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
    out: list[str] = []
    for result in results(procedure, samples):
        for row in range(0, result.n, max(1, result.n // 20)):
            lines = working(procedure, result, row)
            steps = [s for s in procedure.steps if applies(result, s, row, params)]
            if [x.symbol for x in lines] != [s.out for s in steps]:
                out.append(f"row {row}: steps differ")
            out += [f"row {row}: {x.symbol} has no numbers" for x in lines if x.kind == FORMULA and not x.numbers]
    return out


def limit_problems(procedure: Procedure, samples: list[Sample]) -> list[str]:
    """Limits that no sample row keeps, or that none breaks."""
    refused = np.concatenate([r.refused for r in results(procedure, samples)])
    out = []
    for i, limit in enumerate(procedure.limits):
        outside = (refused >> i) & 1 == 1
        if outside.all():
            out.append(f"limit {limit.key}: no sample row is inside")
        if not outside.any():
            out.append(f"limit {limit.key}: no sample row is outside")
    return out


def missing_problems(procedure: Procedure, samples: list[Sample]) -> list[str]:
    """Required inputs whose absence does not give INSUFFICIENT_DATA and blank conclusions, or that no row needs."""
    out = []
    for j, param in enumerate(procedure.inputs):
        if not param.required:
            continue
        for sample in samples:
            n = max(np.size(v) for v in sample.columns.values())
            blank = {**sample.columns, param.symbol: np.full(n, blank_of(param.quantity))}
            result = procedure.run(blank, Settings(sample.settings), sample.tables)
            lacks = (result.missing >> j) & 1 == 1
            if lacks.any():
                out += _concluded(procedure, result, lacks, param)
                break
        else:
            out.append(f"required input {param.symbol}: no sample row needs it")
    return out


def _concluded(procedure: Procedure, result: Result, lacks: Any, without: Param) -> list[str]:
    out = []
    if (result.verdict[lacks] != int(Verdict.INSUFFICIENT_DATA)).any():
        out.append(f"without {without.symbol} the verdict is not INSUFFICIENT_DATA")
    for p in procedure.outputs:
        if p.conclusion and not is_missing(result[p.symbol][lacks], p).all():
            out.append(f"without {without.symbol} the conclusion {p.symbol} is not blank")
    return out


def word_problems(procedure: Procedure) -> list[str]:
    """Keys of a procedure without words in some language, words with unequal placeholders, unknown quantities."""
    out = []
    for key in _word_keys(procedure):
        texts = {language: catalogue(language).get(key) for language in LANGUAGES}
        out += [f"no words in {language}: {key}" for language, t in texts.items() if t is None]
        out += _unequal(key, [t for t in texts.values() if t is not None])
    columns = [*procedure.inputs, *procedure.outputs, *(c for t in procedure.tables for c in t.columns)]
    used = {c.quantity for c in columns} | {c.quantity for c in procedure.constants.values()}
    return out + [f"unknown quantity {q}" for q in sorted(used - set(quantities()))]


def _word_keys(procedure: Procedure) -> list[str]:
    shown = [*procedure.inputs, *procedure.outputs, *(c for t in procedure.tables for c in t.columns)]
    keys = [procedure.title_key, *(f"limit.{lim.key}" for lim in procedure.limits)]
    keys += [f"sym.{p.symbol}" for p in shown]
    keys += [s.clause.note for s in procedure.steps if s.clause.note]
    # What somebody types in, or reads as the conclusion; branches between are told by their notes.
    said = [p for p in shown if p.quantity == "code" and (p.conclusion or p not in procedure.outputs)]
    keys += [f"code.{p.symbol}.{c}" for p in said if not _known_codes(p.codes) for c in p.codes]
    refs = [procedure.ref, *(lim.ref for lim in procedure.limits), *(s.clause.ref for s in procedure.steps)]
    return [*dict.fromkeys(keys), *(f"ref.{t}" for t in sorted(reference_texts(refs)))]


def _known_codes(values: tuple[str, ...]) -> bool:
    return any(set(values) <= set(codes(name)) for name in enumerations())


def english(words: str) -> list[str]:
    """English words in a text, names of standards aside."""
    return [x for x in re.findall(r"[A-Za-z]{3,}", words) if x not in NAMES]


def reference_texts(refs: Iterable[Reference]) -> set[str]:
    """Texts of references that need words `ref.<text>`: titles, and names and clauses with English words in them."""
    refs = list(refs)
    out = {r.title for r in refs if r.title}
    out |= {t for r in refs for t in (r.standard, r.edition) if english(t)}
    return out | {r.clause for r in refs if re.search(r"[a-z]{2,}", NUMBERING.sub("", r.clause))}


def placeholders(template: str) -> set[str]:
    """Names in braces in a text."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _unequal(key: str, texts: list[str]) -> list[str]:
    try:
        named = [placeholders(t) for t in texts]
    except ValueError as error:
        return [f"words {key}: {error}"]
    return [f"words {key}: unequal placeholders"] if any(n != named[0] for n in named) else []


def plugin_word_problems(distribution: str) -> list[str]:
    """Words of a plug-in that are not in every language, or that clash with those of the package or another plug-in.

    `distribution` is its name and version; the package itself has none.
    """
    out = []
    for words in (w for w in plugin_words() if w.distribution == distribution):
        keys = [set(words.words[language]) for language in LANGUAGES]
        for key in sorted(set.union(*keys)):
            if any(key not in k for k in keys):
                out.append(f"words {key}: not in every language")
            else:
                out += _unequal(key, [words.words[language][key] for language in LANGUAGES])
            out += _clashes(key, words)
    return out


def _clashes(key: str, words: PluginWords) -> list[str]:
    rivals: list[tuple[str, Mapping[str, Mapping[str, str]]]] = [
        (other.distribution, other.words) for other in plugin_words() if other is not words
    ]
    rivals.append(("the package", {language: package_words(language) for language in LANGUAGES}))
    return [
        f"words {key}: {name} has others in {language}"
        for name, theirs in rivals
        for language in LANGUAGES
        if key in words.words[language]
        and theirs[language].get(key, words.words[language][key]) != words.words[language][key]
    ]

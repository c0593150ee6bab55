"""Print figures as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

MOST_COLUMNS = 6
"""Maximum number of columns of a table of figures, beside their name."""


def medians(rows: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return the median, minimum and maximum of each figure over several runs."""
    return {
        name: {
            "median": round(median(row[name] for row in rows), 2),
            "from": round(min(row[name] for row in rows), 2),
            "to": round(max(row[name] for row in rows), 2),
        }
        for name in rows[0]
    }


def print_accuracy(console: Console, figures: dict[str, Any]) -> None:
    """Print the result of ``measure_accuracy``."""
    if finding := figures.get("finding"):
        _print_finding(console, finding, figures["baselines"]["datasketch_lsh"])
    if decision := figures.get("decision"):
        _print_decision(console, decision, figures["pairs"], figures["baselines"]["containment3"])
    if judged := figures.get("judged"):
        tables = {source: judged[source] for source in ("cross_validation", "dev") if source in judged}
        _print_judged(console, "Judged pairs", tables)
    for name, fresh in figures.get("fresh", {}).items():
        print_figures(console, f"Readers of fresh pairs, {name}", fresh["readers"])
        _print_judged(console, f"Fresh pairs, {name}", {by: fresh[by] for by in ("shipped", "event_unread")})
    if composites := figures.get("composites"):
        console.print(
            f"Composites: {composites['composites']}, mean absolute error of the shares "
            f"{composites['mean_absolute_error']:.4f}"
        )
    console.print(f"{figures['seconds']:.0f} s")


def _print_finding(console: Console, finding: dict[str, Any], lsh: dict[str, Any]) -> None:
    found = Table(
        title=f"Finding: {finding['queries']} rewrites among {finding['stored']:,} stories", title_justify="left"
    )
    for heading in ("", "found", "missed", "leads the report", "candidates, mean", "candidates, p95"):
        found.add_column(heading, justify="right" if heading else "left")
    found.add_row(
        f"Wirematch, {finding['compared_at_most']} compared",
        f"{finding['found']:.3f}",
        f"{finding['missed']}",
        f"{finding['first']:.3f}",
        f"{finding['candidates_mean']:.0f}",
        f"{finding['candidates_p95']:.0f}",
    )
    found.add_row("datasketch MinHashLSH, 3-grams, Jaccard 0.5", f"{lsh['found']:.3f}", "", "", "", "")
    console.print(found)
    console.print(
        f"Judging prepared texts, on one core: {finding['judging_ms_p50']} ms (median), "
        f"{finding['judging_ms_p95']} ms (p95); the first time {finding['judging_first_ms_p50']} and "
        f"{finding['judging_first_ms_p95']}; deciding alone {finding['ruling_ms_p50']}"
    )


def _print_decision(
    console: Console, decision: dict[str, Any], pairs: dict[str, Any], containment: dict[str, Any]
) -> None:
    decided = Table(title=f"Decision: {pairs['scored']} pairs, {pairs['positive']} derived", title_justify="left")
    for heading in ("", "AUC", "F1", "true positives at 1 % false ones"):
        decided.add_column(heading, justify="right" if heading else "left")
    for name, row in (
        ("Wirematch", decision),
        ("the same with nothing stored", decision["without_neighbours"]),
        ("3-gram containment, best threshold", containment),
    ):
        decided.add_row(name, f"{row['auc']:.4f}", f"{row['f1']:.4f}", f"{row['tpr_at_1pct_fpr']:.4f}")
    console.print(decided)

    calibration = decision["calibration"]
    console.print(f"Expected calibration error: {calibration['ece']:.4f}")
    reliability = Table(title="Reliability", title_justify="left")
    for heading in ("probability from", "pairs", "said", "is"):
        reliability.add_column(heading, justify="right")
    for row in calibration["bins"]:
        reliability.add_row(f"{row['from']:.1f}", str(row["n"]), f"{row['said']:.3f}", f"{row['is']:.3f}")
    console.print(reliability)

    families = Table(title="Called derived, by family", title_justify="left")
    for heading in ("family", "label", "pairs", "rate"):
        families.add_column(heading, justify="right" if heading in ("pairs", "rate") else "left")
    for name, row in sorted(decision["families"].items(), key=lambda item: (item[1]["label"], item[0])):
        families.add_row(name, row["label"], str(row["n"]), f"{row['rate']:.3f}")
    console.print(families)


def print_figures(console: Console, title: str, figures: dict[str, Any]) -> None:
    """Print any tree of figures: rows with the same columns in one table, and a row for each single figure."""
    for heading, columns, rows in _sections(title, figures):
        console.print(f"[italic]{escape(heading)}[/italic]")
        table = Table(show_header=any(columns))
        for column in ("", *columns):
            table.add_column(column, justify="right" if column or not any(columns) else "left")
        table.columns[0].justify = "left"
        for name, values in rows.items():
            table.add_row(name, *map(_shown, values))
        console.print(table)


def print_robustness(console: Console, figures: dict[str, Any]) -> None:
    """Print the result of ``measure_robustness``, a table for each part."""
    for part in ("excerpts", "noise", "short", "languages", "spellings"):
        rows = figures.get(part)
        if not rows:
            continue
        table = Table(title=f"{part.capitalize()}, {figures['stored']:,} stories stored", title_justify="left")
        headings = list(next(iter(rows.values())))
        for heading in ("", *headings):
            table.add_column(heading, justify="right" if heading else "left")
        for name, row in rows.items():
            table.add_row(name, *(str(row[heading]) for heading in headings))
        console.print(table)
    console.print(f"{figures['seconds']:.0f} s, load {figures['load']}")


def print_kernels(console: Console, figures: dict[str, Any]) -> None:
    """Print the result of ``measure_kernels``, one table for made-up and one for real texts."""
    for kind in ("made_up", "real"):
        if kind not in figures:
            continue
        rows = figures[kind]
        title = f"{kind.replace('_', '-')}: {rows['texts']} texts of {rows['words']:.0f} words, {rows['pairs']} pairs"
        table = Table(title=f"{title}; µs, median of {figures['runs']} runs (least to most)", title_justify="left")
        for heading in ("", "compiled", "python", "times as fast"):
            table.add_column(heading, justify="right" if heading else "left")
        for name, row in rows.items():
            if isinstance(row, dict):
                shown = (
                    f"{row[path]['us']} ({row[path]['least']} to {row[path]['most']})"
                    for path in ("compiled", "python")
                )
                table.add_row(name, *shown, str(row["times_as_fast"]))
        console.print(table)
    if figures["why"]:
        console.print(f"Not compiled: {figures['why']}")


def _sections(title: str, tree: dict[str, Any]) -> Iterator[tuple[str, Sequence[str], dict[str, list[Any]]]]:
    """Yield the tables of a tree: title, names of the columns, and rows by name."""
    if alone := {name: [value] for name, value in tree.items() if not _is_tree(value)}:
        yield title, [""], alone
    branches = [(str(name), _by_name(value)) for name, value in tree.items() if _is_tree(value)]
    while branches:
        columns, together = _alike(branches)
        if columns:
            yield title, columns, {name: [branch.get(column) for column in columns] for name, branch in together}
        else:
            [(name, branch)] = together
            yield from _sections(f"{title}: {name}", branch)
        branches = branches[len(together) :]


_Branch = tuple[str, dict[str, Any]]


def _alike(branches: Sequence[_Branch]) -> tuple[list[str], Sequence[_Branch]]:
    """Return the columns and branches of the first table; no columns and one branch if that is not a row."""
    columns: dict[str, None] = {}
    for place, (_, branch) in enumerate(branches):
        more = columns | dict.fromkeys(branch)
        apart = bool(columns) and columns.keys().isdisjoint(branch)
        if any(map(_is_tree, branch.values())) or apart or len(more) > MOST_COLUMNS:
            return (list(columns), branches[:place]) if place > 1 else ([], branches[:1])
        columns = more
    return (list(columns), branches) if len(branches) > 1 else ([], branches)


def _is_tree(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value))


def _by_name(tree: Any) -> dict[str, Any]:
    return {str(name): value for name, value in (tree.items() if isinstance(tree, dict) else enumerate(tree))}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return f"{round(value, 4):,}" if isinstance(value, int | float) else str(value)


def _print_judged(console: Console, title: str, tables: dict[str, Any]) -> None:
    """Print figures of judged pairs, from several sources beside each other."""
    table = Table(title=f"{title}, by neighbours stored", title_justify="left")
    headings = ("pairs", "neighbours", "n", "AUC", "95 %", "recall at 5 %", "false positives", "recall", "macro F1")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "pairs" else "right")
    for source, counts in tables.items():
        for count, subsets in counts.items():
            if count == "reliability":
                continue
            for subset, row in subsets.items():
                low, high = row["auc_interval"]
                shares = (f"{row[name]:.3f}" for name in ("recall_at_5pct_fpr", "fpr", "recall", "macro_f1"))
                interval = f"{low:.3f} to {high:.3f}"
                table.add_row(f"{source}, {subset}", count, str(row["n"]), f"{row['auc']:.4f}", interval, *shares)
    console.print(table)
    for source, counts in tables.items():
        rows = counts["reliability"]
        said = "; ".join(f"{row['said']:.3f} → {row['is']:.3f} ({row['n']})" for row in rows)
        console.print(f"Reliability, {source}, said → share derived (pairs): {said}")


def print_translated(console: Console, figures: dict[str, Any]) -> None:
    """Print the result of ``measure_translated``."""
    languages = figures["languages"]
    table = Table(title="Share, interval of 95 %, number", title_justify="left")
    for heading in ("", *languages):
        table.add_column(heading, justify="right" if heading else "left")
    for name in dict.fromkeys(name for row in languages.values() for name in row):
        table.add_row(name, *(_share(row.get(name, {"n": 0})) for row in languages.values()))
    console.print(table)
    for events, shares in figures["independent"].items():
        for name, share in shares.items():
            console.print(f"Independent reports in two languages, {events}: {name} {_share(share)}")
    for language, cost in figures["cost"].items():
        said = ", ".join(f"{name} {value}" for name, value in cost.items())
        console.print(f"Cost, {language}: {said}")


def _share(figures: dict[str, Any]) -> str:
    if not figures["n"]:
        return ""
    low, high = figures["interval"]
    return f"{figures['share']:.3f} ({low:.3f} to {high:.3f}, {figures['n']})"

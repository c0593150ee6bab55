"""Results of ``wirematch tune``, for a terminal and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from wirematch.matching.model.tuned import AS_SHIPPED
from wirematch.presentation.console import Screen
from wirematch.tuning.curve import CurvePoint, Proportion
from wirematch.tuning.held_out import HeldOut, TunedNumbers, TuningOutcome

BAR = 20
"""Length, in characters, of a bar for a share of 1."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class TuningReport:
    """All results of tuning."""

    pairs: int
    left_out: int
    """Pairs left out: too short for the threshold to decide, or in an unknown language."""
    shipped: CurvePoint
    """The shipped numbers, applied to these pairs."""
    chosen: CurvePoint
    """The chosen numbers, applied to these pairs; as ``shipped`` if none were chosen."""
    curve: Sequence[CurvePoint]
    """Computed with the chosen calibration."""
    outcome: TuningOutcome
    numbers: TunedNumbers | None
    """The numbers to write to the tuning file; None for none."""

    def as_json(self) -> str:
        """Return an indented JSON object."""
        return json.dumps(asdict(self), indent=2)


def print_tuning(screen: Screen, report: TuningReport, output: Path | None) -> None:
    """Print the curve, the results on held-out pairs, and what was written to ``output``."""
    left = f"; {report.left_out} are left out, too short or in no known language" if report.left_out else ""
    point, outcome = report.shipped, report.outcome
    screen.print_lines(
        [
            f"{report.pairs} pairs, {point.recall.of} derived and {point.false_alarms.of} not{left}.",
            "",
            f"{'threshold':>9}  {'precision':<{BAR + 20}}  {'recall':<{BAR + 20}}",
            *(_row(one) for one in _with_marked(report)),
            "",
            "Intervals hold 95 % (Wilson); pairs of one event count once in them.",
        ]
    )
    if outcome.threshold_alone:
        screen.print_lines(
            [
                "",
                "On held-out pairs (each event decided by parameters chosen without it):",
                f"{'':<26}{'precision':>10}{'recall':>9}{'false alarms':>14}{'cost':>8}{'log loss':>10}",
                _held_out("as it ships", outcome.before),
                _held_out("threshold chosen", outcome.threshold_alone),
                *([_held_out("calibrated", outcome.calibrated)] if outcome.calibrated else []),
            ]
        )
    screen.print_lines(["", *_conclusion(report, output)])


def _with_marked(report: TuningReport) -> list[CurvePoint]:
    """Return the curve with the current and the chosen threshold inserted, in order."""
    points = {round(one.threshold, 4): one for one in report.curve}
    points[round(report.chosen.threshold, 4)] = report.chosen
    return [points[threshold] for threshold in sorted(points)]


def _row(point: CurvePoint) -> str:
    return f"{point.threshold:>9.2f}  {_bar(point.precision)}  {_bar(point.recall)}".rstrip()


def _bar(share: Proportion) -> str:
    if share.value is None:
        return f"{'none is called derived':<{BAR + 20}}"
    eighths = round(share.value * BAR * 8)
    bar = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return f"{bar:<{BAR}} {share.value:.2f} ({share.low:.2f} to {share.high:.2f})"


def _held_out(name: str, found: HeldOut) -> str:
    shares = (found.precision, found.recall, found.false_alarms)
    precision, recall, alarms = ("-" if one.value is None else f"{one.value:.3f}" for one in shares)
    return f"{name:<26}{precision:>10}{recall:>9}{alarms:>14}{found.cost:>8.3f}{found.log_loss:>10.4f}"


def _conclusion(report: TuningReport, output: Path | None) -> list[str]:
    numbers = report.numbers
    if numbers is None:
        return [f"Nothing is written: {report.outcome.why}."]
    shipped, chosen = report.shipped, report.chosen
    said = f"Threshold {numbers.threshold:.2f} (ships as {shipped.threshold:.2f}"
    if numbers.recalibration != AS_SHIPPED and chosen.precision == shipped.precision:
        said += "; with these odds it decides these pairs as before"
    said += ")"
    if numbers.recalibration != AS_SHIPPED:
        said += f", odds times {numbers.recalibration.slope:.2f} and {numbers.recalibration.intercept:+.2f}"
    why = f": {report.outcome.why}." if numbers is report.outcome.chosen else ", as you asked."
    if output is None:
        return [said + why, "Nothing is written; --output FILE writes it."]
    return [said + why, f"Written to {output}. WIREMATCH_TUNING_FILE={output} makes services and commands use it."]

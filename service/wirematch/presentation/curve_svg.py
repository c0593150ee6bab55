"""Precision and recall by threshold as a self-contained SVG file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from wirematch.presentation.tuning_report import TuningReport
from wirematch.tuning.curve import CurvePoint, Proportion

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 58, 128, 64, 58
SHARES: tuple[tuple[str, Callable[[CurvePoint], Proportion]], ...] = (
    ("precision", attrgetter("precision")),
    ("recall", attrgetter("recall")),
)
"""What is drawn, by its name and style."""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #3a3f4a }
.title { font-size: 16px; font-weight: 600; fill: #14171c }
.grid { stroke: #dfe3e8; stroke-width: 1 }
.precision { stroke: #0b5fa5; fill: #0b5fa5 }
.recall { stroke: #b4540a; fill: #b4540a }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
.band { stroke: none; opacity: 0.15 }
.name { stroke: none; font-weight: 600 }
.mark { stroke: #14171c; stroke-width: 1.5 }
.shipped { stroke-dasharray: 4 4 }
@media (prefers-color-scheme: dark) {
  .ground { fill: #15181d }
  text { fill: #c3c9d2 }
  .title { fill: #eef1f5 }
  .grid { stroke: #333a44 }
  .precision { stroke: #6fb6f2; fill: #6fb6f2 }
  .recall { stroke: #f0a35e; fill: #f0a35e }
  .line { fill: none }
  .band, .name { stroke: none }
  .mark { stroke: #eef1f5 }
}
"""


def draw_curve(report: TuningReport) -> str:
    """Return the SVG document."""
    points = sorted([*report.curve, report.chosen], key=lambda one: one.threshold)
    pairs = report.chosen.recall.of + report.chosen.false_alarms.of
    title = f"Precision and recall of {pairs} labelled pairs, by threshold"
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title told">',
        f'<title id="title">{title}</title><desc id="told">{_told(report)}</desc><style>{STYLE}</style>',
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="26">{title}</text>',
        f'<text x="{LEFT}" y="46">Bands hold 95 %; pairs of one event count once in them.</text>',
        *_grid(),
    ]
    for name, share_of in SHARES:
        parts += _series(name, points, share_of)
    parts += _names(points)
    moved = report.chosen.threshold != report.shipped.threshold
    parts.append(_mark(report.shipped.threshold, "ships", "mark shipped" if moved else "mark"))
    if moved:
        parts.append(_mark(report.chosen.threshold, "tuned", "mark", raised=True))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(threshold: float) -> float:
    return round(LEFT + threshold * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _grid() -> list[str]:
    parts = []
    for fifth in range(6):
        value = fifth / 5
        parts.append(f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(value)}" y2="{_y(value)}"/>')
        parts.append(f'<text x="{LEFT - 10}" y="{_y(value) + 4}" text-anchor="end">{value:.1f}</text>')
        parts.append(f'<text x="{_x(value)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{value:.1f}</text>')
    place = f'x="{_x(0.5)}" y="{HEIGHT - 14}" text-anchor="middle"'
    return [*parts, f"<text {place}>probability from which on a pair is called derived</text>"]


def _series(name: str, points: Sequence[CurvePoint], share_of: Callable[[CurvePoint], Proportion]) -> list[str]:
    """Draw a curve with its confidence band, over thresholds at which the share is defined."""
    told = [(point.threshold, share_of(point)) for point in points if share_of(point).value is not None]
    line = " ".join(f"{_x(at)},{_y(share.value or 0.0)}" for at, share in told)
    upper = [f"{_x(at)},{_y(share.high)}" for at, share in told]
    lower = [f"{_x(at)},{_y(share.low)}" for at, share in reversed(told)]
    return [
        f'<polygon class="{name} band" points="{" ".join(upper + lower)}"/>',
        f'<polyline class="{name} line" points="{line}"/>',
    ]


def _names(points: Sequence[CurvePoint]) -> list[str]:
    """Label the end of each curve, keeping the labels apart."""
    ends = {}
    for name, share_of in SHARES:
        told = [(point.threshold, share_of(point).value) for point in points if share_of(point).value is not None]
        if told:
            ends[name] = (_x(told[-1][0]) + 8, _y(told[-1][1] or 0.0) + 4)
    if len(ends) == 2 and abs(ends["precision"][1] - ends["recall"][1]) < 18:
        (px, py), (rx, ry) = ends["precision"], ends["recall"]
        higher = 9 if py <= ry else -9
        ends = {"precision": (px, py - higher), "recall": (rx, ry + higher)}
    return [f'<text class="{name} name" x="{x}" y="{y}">{name}</text>' for name, (x, y) in ends.items()]


def _mark(threshold: float, name: str, style: str, *, raised: bool = False) -> str:
    """Draw a vertical line at a threshold, labelled at the bottom or, if ``raised``, above another label."""
    x = _x(threshold)
    place = f'x="{x + 6}" y="{HEIGHT - BOTTOM - (28 if raised else 10)}"'
    line = f'<line class="{style}" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
    return f"{line}<text {place}>{name} {threshold:.2f}</text>"


def _told(report: TuningReport) -> str:
    shown = []
    for name, point in (("shipped", report.shipped), ("tuned", report.chosen)):
        precision, recall = point.precision.value, point.recall.value
        if precision is not None and recall is not None:
            shown.append(
                f"At the {name} threshold of {point.threshold:.2f}: precision {precision:.2f}, recall {recall:.2f}."
            )
    return " ".join(shown)

"""Reports and matches in a terminal.

Text from articles is wrapped in ``rich.text.Text``, never put into a string that Rich parses for markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wirematch.matching.story_facts import story_facts
from wirematch.models import (
    Article,
    Decision,
    Derivation,
    Evidence,
    Match,
    Passage,
    PassageKind,
    Relation,
    Report,
    Span,
    StoryFacts,
)
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.pages.wording import counted
from wirematch.presentation.plain_article import place_passages, plain_article, shortened, terminal_safe

_COLOURS = {
    Relation.COPY: "red",
    Relation.REWRITE: "magenta",
    Relation.PARTIAL: "yellow",
    Relation.RELATED: "cyan",
    Relation.UNRELATED: "dim",
}
_KINDS = {
    PassageKind.VERBATIM: "word for word",
    PassageKind.REWORDED: "reworded",
    PassageKind.QUOTE: "quotation",
    PassageKind.TRANSLATED: "in translation",
}
_VERDICTS = {
    Decision.DUPLICATE: (("Duplicate", "red bold"), ": a copy of"),
    Decision.REWRITE: (("Rewrite", "magenta bold"), " of"),
    Decision.PARTIAL: (("Partial", "yellow bold"), ": takes passages from"),
}
_FIGURES = (
    ("relation", "<"),
    ("probability", ">"),
    ("of this text", ">"),
    ("of the story", ">"),
    ("verbatim", ">"),
    ("credited", "<"),
)
"""Column headings of matches, as wide as their columns, and the alignment of figures. The story is on a line of its own
below, as no terminal is wide enough for a headline beside them."""
_CREDITS = {Credit.GIVEN: "yes", Credit.MISSING: "no", Credit.OWN: "same source", Credit.NONE: "–"}
LONGEST_EXCERPT = 170
"""In characters."""


def print_report(console: Console, report: Report, submission: Article, stories: Mapping[str, Article]) -> None:
    """Print the decision in a sentence, the matches with their figures, and the best match's passages side by side.

    ``submission`` is the checked article, ``stories`` has stored articles by id: the best match, without which passages
    are left out, and the original of the submission's cluster, which is named even if it is no match.
    """
    console.print(_verdict(report))
    original = _original(report, stories)
    if original is not None:
        console.print(Text.assemble("Its original is ", original, "."))
    console.print(Text(_work_done(report), "dim"))
    if report.untranslated:
        console.print(Text(f"Compared in its own language alone: {report.untranslated}", "yellow"))
    if report.matches:
        console.print()
        owed = [credit_of(match, submission, credited=match.credited) for match in report.matches]
        _print_matches(console, report.matches, owed, ("of this text", "of the story"))
        best = report.matches[0]
        print_reasons(console, best)
        if best.id is not None and best.id in stories:
            print_passages(console, best, submission, stories[best.id])
    if report.pickups:
        console.print()
        console.print("Published later, and derived from it:")
        owed = [credit_of(submission, match, credited=match.credited) for match in report.pickups]
        _print_matches(console, report.pickups, owed, ("of that text", "of this one"))


def _print_matches(console: Console, matches: Sequence[Match], owed: Sequence[Credit], shares: tuple[str, str]) -> None:
    """Print the figures of each match under their headings, then what it is; ``shares`` are headings of coverage."""
    headings = ["relation", "probability", *(f"{share:>12}" for share in shares), "verbatim", "credited"]
    console.print(Text(_in_columns(headings), "dim"))
    for match, credit in zip(matches, owed, strict=True):
        console.print(Text(_in_columns(_figures(match, credit)), _COLOURS[match.relation]))
        told = [_name(match)]
        if match.versions:
            told.append(Text(f"and {counted(len(match.versions), 'other version')} of it", "dim"))
        if match.excerpt:
            told.append(Text(f"decided by {_run(match.excerpt)}", "dim"))
        for line in told:
            console.print(Padding(line, (0, 0, 0, 2)))


def print_match(console: Console, match: Match, submission: Article, story: Article) -> None:
    """Print the verdict on two texts in a sentence, then their passages side by side."""
    credit = credit_of(story, submission, credited=match.credited)
    relation, probability, of_submission, of_story, verbatim, credited = _figures(match, credit)
    decided = f"for {_run(match.excerpt)}; probability as a whole" if match.excerpt else "probability"
    if match.derivation is not Derivation.NOT:
        shares = f"{of_submission} of the submission comes from {of_story} of the story, {verbatim} word for word"
        shares += "" if credit is Credit.NONE else f"; credited: {credited}"
    elif match.passages:
        shares = f"{of_submission} of the submission resembles {of_story} of the story, but was not taken from it"
    else:
        shares = "the two have no passage in common"
    console.print(f"[{_COLOURS[match.relation]}]{relation}[/], {decided} {probability}: {shares}.")
    print_reasons(console, match)
    print_passages(console, match, submission, story)


def print_reasons(console: Console, evidence: Evidence) -> None:
    """Print a line for each reason: its log odds and its text."""
    if evidence.reasons:
        console.print()
    for reason in evidence.reasons:
        weight = "decides" if reason.weight is None else f"{reason.weight:+.2f}"
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(width=7, justify="right")
        line.add_column()
        line.add_row(weight, Text(reason.text))
        console.print(line)


def print_passages(console: Console, evidence: Evidence, submission: Article, story: Article) -> None:
    """Print a table of the passages in the submission's order: both excerpts without markup, kind and similarity."""
    if not evidence.passages:
        return
    table = Table(header_style="dim", box=box.ROUNDED, border_style="dim", expand=True, show_lines=True)
    table.add_column("this text", ratio=1)
    table.add_column("the story", ratio=1)
    table.add_column("kind", no_wrap=True)
    read, story_read = plain_article(submission), plain_article(story)
    for passage in place_passages(evidence.passages, read, story_read):
        table.add_row(
            _excerpt(read.article.body, passage.submission),
            _excerpt(story_read.article.body, passage.story),
            _kind(passage),
        )
    console.print()
    console.print(table)


def _verdict(report: Report) -> Text:
    if report.decision is Decision.UNDECIDED:
        return Text.assemble(("Undecided", "yellow"), f": {report.why}")
    if report.decision is Decision.NEW and not report.index.articles:
        return Text.assemble(("New", "green bold"), ": nothing is stored, so there is nothing to compare it with.")
    if report.decision is Decision.NEW:
        return Text.assemble(("New", "green bold"), ": derives from no stored story.")
    return Text.assemble(*_VERDICTS[report.decision], " ", _name(report.matches[0]), ".")


def _work_done(report: Report) -> str:
    return (
        f"{report.index.articles:,} stored, {counted(report.index.candidates, 'candidate')}, "
        f"{report.index.compared} compared, {report.took_ms:.0f} ms"
    )


def _figures(match: Evidence, credit: Credit) -> tuple[str, ...]:
    """Return the figures in the order of _FIGURES."""
    return (
        match.relation,
        f"{match.probability:.2f}",
        f"{match.coverage.submission:.0%}",
        f"{match.coverage.story:.0%}",
        f"{match.verbatim:.0%}",
        _CREDITS[credit],
    )


def _run(words: int) -> str:
    return f"a run of {words:,} words that stands in both, word for word"


def _in_columns(cells: Sequence[str]) -> str:
    return "  ".join(f"{cell:{align}{len(name)}}" for cell, (name, align) in zip(cells, _FIGURES, strict=True))


def _original(report: Report, stories: Mapping[str, Article]) -> Text | None:
    """Return the name of the original of the submission's cluster, unless the best match is it or it is unknown."""
    if report.original_id is None or not report.matches or report.matches[0].id == report.original_id:
        return None
    for one in (one for match in report.matches for one in (match, *match.versions)):
        if one.id == report.original_id:
            return _name(one)
    original = stories.get(report.original_id)
    return None if original is None else _name(StoryFacts(**story_facts(original)))


def _name(story: StoryFacts) -> Text:
    headline = shortened(story.headline or "", LONGEST_EXCERPT) or (story.opening and f"“{story.opening}”")
    when = f"{story.published_at:%Y-%m-%d %H:%M %z}" if story.published_at else None
    facts = [Text(terminal_safe(fact)) for fact in (story.source, headline, when) if fact]
    return Text(" · ").join([*facts, Text(story.id or "story", "dim")])


def _kind(passage: Passage) -> str:
    if passage.similarity >= 1:
        return _KINDS[passage.kind]
    return f"{_KINDS[passage.kind]}\n[dim]{passage.similarity:.0%} alike[/]"


def _excerpt(body: str, span: Span) -> Text:
    """Return this stretch of the body on one line, reduced to its beginning and end if it is long."""
    return Text(shortened(terminal_safe(body[span.start : span.end]), LONGEST_EXCERPT))

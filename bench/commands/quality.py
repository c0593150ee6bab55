"""Commands that measure retrieval and decisions, or that make the models for these."""

from __future__ import annotations

import os
import time
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.accuracy.composites import measure_composites
from bench.accuracy.compounds import measure_compounds
from bench.accuracy.crowding import measure_crowding
from bench.accuracy.dedupe import measure_dedupe
from bench.accuracy.holders import measure_holders
from bench.accuracy.imprints import measure_imprints
from bench.accuracy.judged import measure_judged
from bench.accuracy.labelled_pairs import ACCURACY_PARTS, measure_accuracy
from bench.accuracy.originals import measure_originals
from bench.accuracy.robustness import PARTS, measure_robustness
from bench.accuracy.samplings import measure_samplings
from bench.accuracy.translated import TRANSLATED_PARTS, measure_translated
from bench.accuracy.tuning import measure_tuning, print_tuning_figures
from bench.commands.options import DataFolder, JsonFile, report, write
from bench.commands.tables import print_accuracy, print_robustness, print_translated
from bench.data.cases import Bench
from bench.data.corpus import load, load_judged, load_stories
from bench.fresh.choosing import PAIRS, choose, earlier_pairs, write_pairs
from bench.fresh.scores import measure_fresh
from bench.models.common_shingles import make_common_shingles
from bench.models.train import train
from bench.models.train_translated import train_translated
from bench.models.words import make_words

TRANSLATED_MODEL = Path(__file__).parents[2] / "service" / "wirematch" / "matching" / "translated" / "model.json"

ALL_ACCURACY_PARTS = (*ACCURACY_PARTS, "judged", "fresh", "composites")

quality = typer.Typer()


@quality.command("accuracy")
def accuracy(  # noqa: PLR0913 - options of a command
    data: DataFolder,
    all_pairs: Annotated[
        bool, typer.Option("--all", help="Score all pairs, not only the test split: of a folder never trained on.")
    ] = False,
    training: Annotated[
        bool, typer.Option("--training", help="Score the training split, on which settings are chosen.")
    ] = False,
    composites: Annotated[
        bool, typer.Option("--composites", help="Also attribute the parts of articles composed from several stories.")
    ] = False,
    part: Annotated[
        list[str] | None, typer.Option("--part", help=f"Only these parts: {', '.join(ALL_ACCURACY_PARTS)}.")
    ] = None,
    dev: Annotated[
        bool, typer.Option(help="Also score judged pairs that nobody has read, if the folder has them.")
    ] = True,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Score retrieval, decisions and the textbook baselines, on labelled articles through a real store."""
    if all_pairs and training:
        raise typer.BadParameter("--all and --training exclude each other")
    started = time.monotonic()
    corpus = load(data)
    parts = part or [*ACCURACY_PARTS, "judged"]
    figures = measure_accuracy(corpus, "all" if all_pairs else "training" if training else "test", parts)
    if "judged" in parts and load_judged(data):
        figures["judged"] = measure_judged(corpus, data, dev=dev)
    if "fresh" in parts and (fresh := measure_fresh(corpus, data)):
        figures["fresh"] = fresh
    if composites or "composites" in parts:
        figures["composites"] = measure_composites(corpus)
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_accuracy(Console(width=120), figures)
    write(figures, json_file)


@quality.command("translated")
def translated(  # noqa: PLR0913 - its options
    data: DataFolder,
    languages: Annotated[str, typer.Option(help="Language codes, separated by commas.")] = "es,fr,it",
    engines: Annotated[str, typer.Option(help="Engines, best first, separated by commas.")] = "apertium,gloss",
    most: Annotated[
        int | None, typer.Option(min=2, help="Maximum number of articles a language; by default all.")
    ] = None,
    parts: Annotated[str, typer.Option(help="Parts to measure, separated by commas.")] = ",".join(TRANSLATED_PARTS),
    json_file: JsonFile = None,
) -> None:
    """Check professional translations against the originals over HTTP, both ways, whole and by halves."""
    figures = measure_translated(data, languages.split(","), engines.split(","), most, parts.split(","))
    print_translated(Console(width=150), figures)
    write(figures, json_file)


@quality.command("train-translated")
def training_translated(data: DataFolder, json_file: JsonFile = None) -> None:
    """Fit the stage for texts read in translation; takes minutes, mostly in Apertium."""
    report("Translated pairs", lambda: train_translated(data, TRANSLATED_MODEL), json_file)


@quality.command("samplings")
def samplings(
    data: DataFolder,
    others: Annotated[int, typer.Option(min=1, help="Rewrites looked up beside those of the test split.")] = 2_000,
    json_file: JsonFile = None,
) -> None:
    """Compare samplings of shingles: what they find, with how many postings, and what the sieve says by sketches."""
    report("Samplings", lambda: measure_samplings(load(data), others), json_file)


@quality.command("tune")
def tuning(
    data: DataFolder,
    seed: Annotated[int, typer.Option(help="Seed that chooses the half to tune on.")] = 1,
    unread: Annotated[
        bool, typer.Option(help="Also with scores of stages that did not read the pair; takes minutes.")
    ] = True,
    json_file: JsonFile = None,
) -> None:
    """Tune on half of the pairs labelled by people, and decide the other half."""
    figures = measure_tuning(data, seed, unread=unread)
    print_tuning_figures(Console(width=120), figures)
    write(figures, json_file)


@quality.command("imprints")
def imprints(data: DataFolder, json_file: JsonFile = None) -> None:
    """Score decisions without stored texts (WIREMATCH_STORE_TEXT=false), on the labelled articles' test split."""
    report("Imprints", lambda: measure_imprints(load(data)), json_file)


@quality.command("dedupe")
def dedupe(data: DataFolder, json_file: JsonFile = None) -> None:
    """Measure what ``wirematch dedupe`` drops of background stories with planted copies, and how fast."""
    report("Dedupe", lambda: measure_dedupe(load(data)), json_file)


@quality.command("originals")
def originals(
    runs: Annotated[int, typer.Option(min=1, help="Runs.")] = 20,
    articles: Annotated[int, typer.Option(min=10, help="Articles in each run.")] = 2_000,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help="Redis server or cluster; by default, one is started.")
    ] = None,
    shards: Annotated[int, typer.Option(min=1, help="Shards of the index.")] = 1,
    json_file: JsonFile = None,
) -> None:
    """Post equal and near-equal articles from 32 clients to two processes: does each group get exactly one original?"""
    report("Originals", lambda: measure_originals(runs, articles, redis_url, shards), json_file)


@quality.command("robustness")
def robustness(  # noqa: PLR0913 - options of a command
    data: DataFolder,
    stored: Annotated[int, typer.Option(min=1_000, help="Stories stored beforehand.")] = 4_000,
    cases: Annotated[int, typer.Option(min=10, help="Texts of each kind.")] = 120,
    part: Annotated[list[str] | None, typer.Option("--part", help=f"Only these tables: {', '.join(PARTS)}.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only rows whose names begin with this.")] = None,
    beside: Annotated[int, typer.Option(min=0, help="Number of the folder's other texts to store as well.")] = 0,
    within: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Kept index ('bench scale --keep') to add the stories to."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure detection of excerpts, noise, short texts, other languages and spellings, through a real store."""
    started = time.monotonic()
    corpus = load(data)
    others = dict(islice(load_stories(corpus, data).items(), beside))
    bench = Bench(corpus, stored, cases, others)
    figures = measure_robustness(bench, within=within, parts=part or PARTS, only=only or [""])
    figures |= {"load": os.getloadavg(), "seconds": round(time.monotonic() - started, 1)}
    print_robustness(Console(width=140), figures)
    write(figures, json_file)


@quality.command("crowding")
def crowding(
    data: DataFolder,
    cases: Annotated[int, typer.Option(min=10, help="Excerpts of each kind.")] = 120,
    size: Annotated[
        list[int] | None, typer.Option(min=4_000, help="Stories stored; by default 4,000, 12,000 and all.")
    ] = None,
    held_back: Annotated[
        bool, typer.Option("--held-back", help="Only stories that the filter of common shingles was not made from.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Measure excerpts found as buckets fill: real stories by the index's own steps, and a million by computation."""
    corpus = load(data)
    stories = load_stories(corpus, data)
    bench = Bench(corpus, 4_000, cases, stories)
    sizes = size or ([len(stories)] if held_back else [4_000, 12_000, len(stories)])
    kept = corpus.is_test_article if held_back else lambda _: True
    report("Crowding", lambda: measure_crowding(bench, sizes, kept), json_file)


@quality.command("compounds")
def compounds(data: DataFolder, json_file: JsonFile = None) -> None:
    """Measure splitting compounds by the other text's words, in made-up stories and in real German articles."""
    report("Compounds", lambda: measure_compounds(data), json_file)


@quality.command("holders")
def holders(data: DataFolder, json_file: JsonFile = None) -> None:
    """Cross-validate what decisions would gain from the number of stored stories that hold what two texts share."""
    report("Holders", lambda: measure_holders(load(data), data), json_file)


@quality.command("fresh-pairs")
def fresh_pairs(  # noqa: PLR0913 - its options
    data: DataFolder,
    out: Annotated[Path, typer.Option(help="File for readers: one pair a line, texts only.")],
    ids: Annotated[Path, typer.Option("--map", help="File for scoring: the articles' ids of each pair.")],
    number: Annotated[
        int, typer.Option("--set", min=1, help="Number of the set; articles of earlier sets are excluded.")
    ],
    seed: Annotated[int, typer.Option(help="Seed that chooses the pairs and their order.")] = 1,
    count: Annotated[int, typer.Option(min=10, help="Number of pairs.")] = PAIRS,
) -> None:
    """Choose pairs that nobody has read, for readers to label; see the README of the data folder."""
    report(
        "Pairs for readers",
        lambda: write_pairs(*choose(data, seed, count, earlier_pairs(data, number)), out, ids),
        None,
    )


@quality.command("train")
def train_model(
    data: DataFolder,
    out: Annotated[Path | None, typer.Option(help="Folder for the two files, the package itself by default.")] = None,
) -> None:
    """Make the word table and the derivation model that ship with the package."""
    Console().print(train(data, out))


@quality.command("common-shingles")
def common_shingles(
    data: DataFolder,
    out: Annotated[Path | None, typer.Option(help="Folder for the file, the package itself by default.")] = None,
) -> None:
    """Make the filter of common shingles that ships with the package."""
    corpus = load(data)
    Console().print(make_common_shingles(corpus, load_stories(corpus, data), out))


@quality.command("words")
def words(
    data: DataFolder,
    out: Annotated[Path | None, typer.Option(help="Folder for the file, the package itself by default.")] = None,
) -> None:
    """Make the list of common words that ships with the package."""
    Console().print(make_words(load(data), out))

"""The commands around models: score, train, predict, annotate."""

from __future__ import annotations

from pathlib import Path

import click

from onrecord.problems import Problem
from onrecord.terminal import FILE, FOLDER, NEW_FILE, NEW_FOLDER, leave, printed

# As the configs of a release call them: to ask it would load `datasets` at every start.
TASKS = (
    "quote_tagging",
    "attribution",
    "claim_detection",
    "claim_extraction",
    "coreference",
)


@click.command()
@click.argument("task", type=click.Choice(TASKS))
@click.argument("predictions", type=FILE)
@click.option("--gold", type=FOLDER, required=True, metavar="RELEASE", help="A release folder.")
@click.option("--split", default="test", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="All of it, for programs.")
def score(task: str, predictions: Path, gold: Path, split: str, as_json: bool) -> None:
    """Score predictions for a task: JSON lines with the id of each row and what is wanted.

    Exit code 1: some are refused, and nothing is scored.
    """
    from onrecord.scoring import report as reporting
    from onrecord.scoring.run import score as run
    from onrecord.source import dumps

    try:
        found = run(task, predictions, gold, split)
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error
    for line in found.refusals:
        click.echo(line, err=True)
    if not found.refusals and as_json:
        click.echo(dumps(reporting.as_json(found)))
    elif not found.refusals:
        reporting.show(found)
    leave(bool(found.refusals))


@click.command()
@click.argument("kind", type=click.Choice(["linear", "transformer"]))
@click.option("--gold", type=FOLDER, required=True, metavar="RELEASE", help="A release folder.")
@click.option("--out", type=NEW_FOLDER, required=True, help="The model's folder to write.")
def train(kind: str, gold: Path, out: Path) -> None:
    """Train a baseline on the split train of a release."""
    from onrecord.baselines import run

    try:
        run.train(kind, gold, out)
    except (run.UnfitError, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(out)


@click.command()
@click.argument("task", type=click.Choice(TASKS))
@click.option("--model", required=True, help="A model's folder, or: rules.")
@click.option("--gold", type=FOLDER, required=True, metavar="RELEASE", help="A release folder.")
@click.option("--split", default="test", show_default=True)
@click.option("--out", type=NEW_FILE, required=True, help="The JSON lines to write.")
def predict(task: str, model: str, gold: Path, split: str, out: Path) -> None:
    """Write what a baseline says of the rows of a task, for onrecord score."""
    from onrecord.baselines import run

    try:
        run.write(out, run.predict(model, task, gold, split))
    except (run.UnfitError, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(out)


@click.command()
@click.argument("articles", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@click.option("--model", required=True, help="A model's folder, or: rules.")
@click.option("--out", type=NEW_FOLDER, required=True, help="The corpus folder to write into.")
@click.option("--section", default="drafts", show_default=True, help="Section of the articles.")
@click.option("--language", default="en", show_default=True)
@click.option("--text-license", default="not stated", show_default=True)
def annotate(
    articles: tuple[Path, ...],
    model: str,
    out: Path,
    section: str,
    language: str,
    text_license: str,
) -> None:
    """Annotate raw articles by a model, as drafts for people to correct.

    Drafts have the quotes that the model tags, their sources as speakers, and what it finds
    claimed in the quotes that have one. ARTICLES are text files, or folders of them. Exit code 1: some cannot be annotated.
    """
    from onrecord.baselines import annotate as annotating

    try:
        about = {"language": language, "text_license": text_license, "origin": "third_party"}
        failed = False
        for item in annotating.run(articles, model, section, about):
            if isinstance(item, Problem):
                failed |= printed([item], err=True)
            else:
                annotating.write(out, item)
                counts = (f"{len(item.annotation[key])} {key}" for key in ("quotes", "claims"))
                click.echo(f"{item.id}: {', '.join(counts)}")
        annotating.assign(out)
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error
    leave(failed)

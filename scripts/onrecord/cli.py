"""The command line. Exit codes: 0 clean, 1 problems, 2 usage error."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from onrecord import report
from onrecord.problems import Problem

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_corpus = click.option(
    "--corpus", type=_FOLDER, default="corpus", show_default=True, help="The corpus folder."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
def main() -> None:
    """Validate, build and load annotated news: who said what, and what they claim."""


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), default="corpus")
def validate(path: Path) -> None:
    """Check a corpus folder, or one file of one."""
    from onrecord.validate import checked, one_document  # noqa: PLC0415

    items = checked(path) if path.is_dir() else one_document(path)
    _exit(_print(item for item in items if isinstance(item, Problem)))


@main.command()
@click.argument("drafts", type=_FILE, nargs=-1, required=True)
@_corpus
@click.option("--from", "origin", type=_FOLDER, help="Where a withheld text not yet hydrated lies.")
def anchor(drafts: tuple[Path, ...], corpus: Path, origin: Path | None) -> None:
    """Turn drafts, which name spans by their text, into files with offsets."""
    from onrecord.anchor import anchor as run  # noqa: PLC0415
    from onrecord.source import write_json  # noqa: PLC0415

    failed = False
    for draft in drafts:
        anchored = run(draft, corpus, origin)
        errors = _print(anchored.problems)
        failed |= errors
        if not errors:
            write_json(anchored.path, anchored.value)
            click.echo(f"{draft} → {anchored.path}")
    _exit(failed)


@main.command()
@click.argument("document")
@_corpus
def show(document: str, corpus: Path) -> None:
    """Print an article with its quotes, cues, speakers and claims."""
    from onrecord.show import show as run  # noqa: PLC0415
    from onrecord.source import Document, files_of, read_document  # noqa: PLC0415

    entry = read_document(document, files_of(corpus, document))
    if not isinstance(entry, Document):
        _exit(_print(entry))
    elif entry.text is None:
        raise click.ClickException(f"{document} is withheld; hydrate its section first")
    else:
        run(entry)


@main.command()
@click.argument("section")
@click.option("--from", "origin", type=_FOLDER, required=True, help="Your copy of the source.")
@_corpus
def hydrate(section: str, origin: Path, corpus: Path) -> None:
    """Take the withheld texts of a section from your own copy, verified."""
    from onrecord.hydrate import hydrate as run  # noqa: PLC0415

    failed = False
    try:
        for item in run(corpus, section, origin):
            click.echo(f"{item.document_id}: {item.message}", err=item.text is None)
            failed |= item.text is None
            if item.text is not None:
                item.path.parent.mkdir(parents=True, exist_ok=True)
                item.path.write_text(item.text, encoding="utf-8", newline="\n")
    except LookupError as error:
        raise click.UsageError(str(error)) from error
    _exit(failed)


@main.command()
@_corpus
def assign(corpus: Path) -> None:
    """Assign stories that are new to splits; no other story is moved."""
    from onrecord import splits  # noqa: PLC0415
    from onrecord.source import document_ids, files_of, read_json, write_json  # noqa: PLC0415

    assignment, problems = splits.read(corpus) if splits.file(corpus).exists() else ({}, [])
    articles = [read_json(files_of(corpus, name).article) for name in document_ids(corpus)]
    problems += [article for article in articles if isinstance(article, Problem)]
    if _print(problems):
        _exit(True)
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
def build(corpus: Path, out: Path) -> None:
    """Build the release of a corpus; refused while it has problems."""
    from onrecord import __version__  # noqa: PLC0415
    from onrecord.build import build as run  # noqa: PLC0415

    built = run(corpus, out, __version__)
    if _print(built.problems):
        _exit(True)
    for document in built.left_out:
        obtain = document.article["obtain"]
        click.echo(
            f"left out: {document.id}, whose text is withheld ({obtain['file']}: "
            f"{obtain['instructions']}); then: onrecord hydrate "
            f"{document.id.partition('/')[0]} --from FOLDER",
            err=True,
        )
    for (config, split), count in built.rows.items():
        click.echo(f"{config}/{split}: {count} rows")
    click.echo(built.folder)


def _print(problems: Iterable[Problem]) -> bool:
    """Print problems; whether any of them is an error."""
    found = list(problems)
    for line in report.text(found):
        click.echo(line, err=True)
    return any(problem.rule.severity == "error" for problem in found)


def _exit(failed: bool) -> None:
    raise SystemExit(1 if failed else 0)

"""What stands around the Parquet of a release: card, schemas, datasheet, licences, checksums."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from datasets import DatasetInfo

from onrecord import croissant, figures, leaks, manifest, schema, splits, tables, tasks
from onrecord.baselines import shown
from onrecord.manifest import NAME
from onrecord.problems import Problem
from onrecord.source import REPORT, Json, read_json, write_json
from onrecord.stats import Stats

Rows = dict[tuple[str, str], int]

SUMS = "SHA256SUMS"

_ABOUT = {
    "documents": "one row per article, with its text and everything annotated in it",
    "quotes": "one row per quote, with its cue, source and resolved speakers",
    "speakers": "one row per speaker of an article, with every mention",
    "claims": "one row per claim, with its claimants and proposition",
    **{
        name: f"the task below: one row per {task.row.partition(' ')[2]}"
        for name, task in tasks.TASKS.items()
    },
}
# Beside the corpus, where they exist; a corpus of one's own need not have them.
COMPANIONS = ("DATASHEET.md", "LICENSE-DATA", "CHANGELOG.md", "CITATION.cff")


def finish(folder: Path, corpus: Path, contents: Json, rows: Rows, counted: Stats) -> None:
    """Write everything but the data, the checksums last. Raises OSError.

    `contents` is the manifest.
    """
    (folder / "schema").mkdir()
    for path in sorted(schema.folder().glob("*.schema.json")):
        shutil.copyfile(path, folder / "schema" / path.name)
    about = imported(corpus)
    for name in COMPANIONS if about is None else ():
        if (corpus.resolve().parent / name).is_file():
            shutil.copyfile(corpus.resolve().parent / name, folder / name)
    if leaks.file(corpus).exists():
        shutil.copyfile(leaks.file(corpus), leaks.file(folder))
    write_json(folder / NAME, contents)
    drawn = figures.of(counted, corpus) if about is None else []
    for _ in figures.write(folder / figures.FOLDER, drawn):
        pass
    (folder / "README.md").write_text(
        card(contents, rows, about, drawn, _baselines(corpus)), encoding="utf-8"
    )
    digests = {each["file"]: digest(folder / each["file"]) for each in contents["tables"]}
    described = croissant.croissant(folder, contents, digests)
    if about is not None:
        described |= {"description": about["corpus"], "license": about["annotation_license"]}
    write_json(folder / croissant.NAME, described)
    (folder / SUMS).write_text(checksums(folder), encoding="utf-8")


def checksums(folder: Path) -> str:
    """The SHA-256 of every file of a release, as sha256sum prints them, sorted by path."""
    paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return "".join(f"{digest(folder / path)}  {path}\n" for path in paths if path != SUMS)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def imported(corpus: Path) -> Json | None:
    """What an import recorded of its source, or None for a corpus that is no import."""
    report = read_json(corpus / REPORT) if (corpus / REPORT).is_file() else {}
    about: Json | None = None if isinstance(report, Problem) else report.get("corpus")
    return about


def card(
    contents: Json,
    rows: Rows,
    about: Json | None = None,
    drawn: Sequence[figures.Figure] = (),
    baselines: str = "",
) -> str:
    """The dataset card: YAML that maps configs and splits to files, then prose, counts, figures.

    `about` is what an import recorded of its source: the card then says that, not what we did.
    `baselines` says what simple models reach.
    """
    metadata = _metadata(contents, rows) | ({} if about is None else _of_import(about))
    text = _CARD if about is None else _IMPORT_CARD
    pictures = figures.markup(drawn, figures.FOLDER)
    facts = _facts(contents, rows) | {"pictures": pictures}
    views = tasks.TASKS.keys() <= {*manifest.configs(contents)}
    facts["tasks"] = _TASKS.format(tasks=tasks.describe(), baselines=baselines) if views else ""
    prose = text.format(**facts, **(about or {}))
    return f"---\n{_yaml(metadata)}---\n\n{prose}"


def _of_import(about: Json) -> Json:
    return {
        "pretty_name": about["corpus"],
        "license": "other",
        "license_name": f"text: {about['text_license']} annotation: {about['annotation_license']}",
        "language": [about["language"]],
        "annotations_creators": ["other"],
        "language_creators": ["found"],
        "source_datasets": ["extended"],
    }


def _metadata(contents: Json, rows: Rows) -> Json:
    documents = sum(count for (config, _), count in rows.items() if config == "documents")
    configs = manifest.configs(contents)
    return {
        "pretty_name": "On Record",
        "license": "cc-by-4.0",
        "language": ["en"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated", "found"],
        "multilinguality": ["monolingual"],
        "size_categories": [_size(documents)],
        "source_datasets": ["original"],
        "task_categories": ["token-classification", "text-classification"],
        "task_ids": ["named-entity-recognition", "coreference-resolution", "fact-checking"],
        "tags": ["quotation", "attribution", "claims", "news", "journalism"],
        "configs": [_config(contents, config, rows) for config in configs],
        "dataset_info": [{"config_name": config, **_features(config)} for config in configs],
    }


def _size(documents: int) -> str:
    """The size as the Hub puts it: "n<1K", "1K<n<10K" and so on."""
    bounds = ("1K", "10K", "100K", "1M", "10M")
    for power, (below, bound) in enumerate(zip(("", *bounds), bounds, strict=False)):
        if documents < 10 ** (power + 3):
            return f"{below}<n<{bound}" if below else f"n<{bound}"
    return "other"


def _config(contents: Json, config: str, rows: Rows) -> Json:
    # `datasets` caches a folder by its name and this block, not by its files: the digest
    # keeps a rebuilt release from being served stale. It cannot load a split without rows,
    # and fails for the others beside it: such a split has its file, but is not declared.
    digests = [each["logical_sha256"] for each in contents["tables"] if each["config"] == config]
    content = hashlib.sha256("".join(digests).encode()).hexdigest()
    return {
        "config_name": config,
        **({"default": True} if config == "documents" else {}),
        "version": contents["version"],
        "description": f"sha256:{content}",
        "data_files": [
            {"split": split, "path": f"data/{config}/{split}-*.parquet"}
            for split in splits.SPLITS
            if rows.get((config, split))
        ],
    }


def _features(config: str) -> Json:
    info: Json = DatasetInfo(features=tables.features(config))._to_yaml_dict()
    return {"features": info["features"]}


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)


def _baselines(corpus: Path) -> str:
    """What was measured in the repository of the corpus, if anything."""
    kept = read_json(corpus.resolve().parent / shown.FILE)
    return "" if isinstance(kept, Problem) else f"{shown.summary(kept)}\n\n"


def _facts(contents: Json, rows: Rows) -> dict[str, str]:
    """What the prose of a card says of this release."""
    present = [split for split in splits.SPLITS if ("documents", split) in rows]
    table = [f"| config | {' | '.join(present)} | what |", "|---" * (len(present) + 2) + "|"]
    for config in manifest.configs(contents):
        counts = " | ".join(f"{rows[config, split]:,}" for split in present)
        table.append(f"| `{config}` | {counts} | {_ABOUT[config]} |")
    return {
        "version": contents["version"],
        "table": "\n".join(table),
        "folder": f"onrecord-{contents['version']}",
    }


_IMPORT_CARD = """# {corpus}

Imported by onrecord {version}; the data and its guidelines are its authors'. They ask to cite:
{citation}

Source: {url}. Text: {text_license} Annotation: {annotation_license} Both stand in every row.

## Rows

{table}
"""

_TASKS = """## Tasks

Five configs are views of the same documents and splits, ready to train on; each row has what is
wanted, too. `onrecord score TASK PREDICTIONS --gold RELEASE --split SPLIT` measures predictions: JSON
lines that have the `id` of each row and what is wanted. `phenomena` (in `coreference`, the `form`
of mentions) say what is hard about a row, and break the figures down.

{tasks}

{baselines}A token is a run of letters, digits and underscores with the marks that combine with them, or any
one other visible character. A sentence is what syntok finds within a line. A quote's roles are
tagged in the first layer in which its content is apart from every other; an I after an O goes on
with the quote before it, which is split there. `context` is a quote's paragraphs with one more
before and after.

"""

_CARD = """# On Record {version}

News text annotated with who said what, and what they claim: direct, indirect, mixed, reported and
nested quotes with cues and sources, speakers with every mention, and claims as propositions.

## Rows

{table}

`train`, `validation` and `test` are divided by story. `real` is there where the withheld articles
were hydrated: real news, to report on.

## Figures

{pictures}

{tasks}## Loading

```python
from datasets import load_dataset

quotes = load_dataset("{folder}", "quotes", split="train")
```

The Parquet files under `data/` need no code of ours: DuckDB, Polars and pandas read them. Labels
are integers there; their names stand, in order, in the YAML above and in `schema/`.

## What to know

- An offset is a code point index from 0, end exclusive: `text == article[start:end]`.
- Section `newsroom` is fiction, written by a language model in the forms of news.
- All annotation was made by language models; no human reviewed it. `status` says how many passes
  it has seen.
- Ids are global: `section/slug#q1`. Absent values are null; an empty list means that somebody
  looked and found none.

Texts and annotation of section `newsroom` are licensed CC BY 4.0. `text_license` and
`annotation_license` stand in every row. The full account is in `DATASHEET.md`.
"""

"""The dataset card keeps to the vocabularies of the Hub, which nothing checks offline otherwise."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import DatasetCard
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from onrecord import release as releases
from onrecord import tables

# From pipelines.ts of huggingface.js, as far as text is concerned.
TASKS = {
    "text-classification": [
        "acceptability-classification",
        "fact-checking",
        "hate-speech-detection",
        "multi-class-classification",
        "multi-label-classification",
        "natural-language-inference",
        "semantic-similarity-classification",
        "sentiment-analysis",
        "topic-classification",
    ],
    "token-classification": [
        "coreference-resolution",
        "lemmatization",
        "named-entity-recognition",
        "parsing",
        "part-of-speech",
        "word-sense-disambiguation",
    ],
    "question-answering": ["closed-domain-qa", "extractive-qa", "open-domain-qa"],
    "summarization": ["news-articles-headline-generation", "news-articles-summarization"],
}


def vocabulary(name: str, key: str | None = None) -> list[str]:
    """A list that `datasets` carries."""
    folder = importlib.resources.files("datasets.utils.resources")
    value = json.loads((folder / f"{name}.json").read_text())
    return [*(value[key] if key else value)]


def some(values: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"enum": values}, "minItems": 1, "uniqueItems": True}


TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "properties": {
        "pretty_name": TEXT,
        "license": {"enum": ["cc-by-4.0", "apache-2.0", "cc0-1.0", "other"]},
        "language": some(vocabulary("languages")),
        "annotations_creators": some(vocabulary("creators", "annotations")),
        "language_creators": some(vocabulary("creators", "language")),
        "multilinguality": some(vocabulary("multilingualities")),
        "size_categories": some(vocabulary("size_categories")),
        "source_datasets": some(["original", "extended"]),
        "task_categories": some([*TASKS]),
        "task_ids": some([task for tasks in TASKS.values() for task in tasks]),
        "tags": {"type": "array", "items": TEXT},
        "configs": {"type": "array", "minItems": 1},
        "dataset_info": {"type": "array", "minItems": 1},
    },
    "additionalProperties": False,
}
SCHEMA["required"] = [*SCHEMA["properties"]]  # type: ignore[misc]


@pytest.fixture
def card(release: Path) -> Any:
    """The metadata, read by a parser that refuses a key given twice."""
    return YAML(typ="safe").load((release / "README.md").read_text().split("---\n")[1])


def test_every_field_that_the_hub_knows_has_a_value_of_its_vocabulary(card: Any) -> None:
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(card)] == []


def test_task_ids_belong_to_the_categories(card: Any) -> None:
    allowed = [task for category in card["task_categories"] for task in TASKS[category]]
    assert set(card["task_ids"]) <= set(allowed)


def test_the_library_of_the_hub_reads_it(release: Path, card: Any) -> None:
    assert DatasetCard.load(release / "README.md").data.to_dict() == card
    assert [config["config_name"] for config in card["configs"]] == [*tables.CONFIGS]
    # Row counts in the card would make `filters=` fail.
    assert not any("splits" in info for info in card["dataset_info"])


@pytest.mark.parametrize(
    ("documents", "size"),
    [(1, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (20_000, "10K<n<100K"), (10**9, "other")],
)
def test_sizes_are_the_words_of_the_hub(documents: int, size: str) -> None:
    assert releases._size(documents) == size
    assert size in [*vocabulary("size_categories"), "other"]

"""What the tests share: a small valid corpus, the real one, and its release."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord import __version__, splits
from onrecord.build import build
from onrecord.cli import main
from onrecord.hydrate import hydrate
from onrecord.release import COMPANIONS
from onrecord.source import Json, document_ids, files_of, read_json, write_json

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
GUM = SHARED / "corpora" / "gum-wikinews" / "dep"
VALID = ROOT / "tests" / "valid" / "corpus"

# A dozen documents of the real corpus: each section and split, withheld texts, passes, decisions.
SAMPLE = (
    "newsroom/actor-merabashvili-dies",
    "newsroom/care-homes-investigation",
    "newsroom/fenmark-sale-post",
    "newsroom/harbour-master-interview",
    "newsroom/last-foghorn-gazette",
    "newsroom/northern-pearl-sprats",
    "newsroom/puppeteer-obituary-ledger",
    "newsroom/ski-federation-wax-row",
    "newsroom/tokaltash-camel-council",
    "newsroom/village-without-children",
    "seed/red-lines",
    "wikinews/expo",
)

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the small valid corpus of one document, town/bridge."""
    return Path(shutil.copytree(VALID, tmp_path / "corpus"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command line in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments])


def hydrated_copy(target: Path) -> Path:
    """The real corpus, with its withheld texts where ../shared is present."""
    corpus = Path(
        shutil.copytree(
            ROOT / "corpus", target, ignore=shutil.ignore_patterns("hydrated", "drafts")
        )
    )
    if SHARED.is_dir():
        for section, origin in (("seed", SHARED / "seeds"), ("wikinews", GUM)):
            for item in hydrate(corpus, section, origin):
                assert item.text is not None, item.message
                item.path.parent.mkdir(parents=True, exist_ok=True)
                item.path.write_text(item.text, encoding="utf-8")
    return corpus


def sample_copy(target: Path) -> Path:
    """The documents of SAMPLE as a corpus, hydrated: where all of them would prove nothing more."""
    corpus = hydrated_copy(target)
    for name in {*document_ids(corpus)} - {*SAMPLE}:
        files = files_of(corpus, name)
        shutil.rmtree(files.passes, ignore_errors=True)
        for path in files[:-1]:
            Path(path).unlink(missing_ok=True)
    stories = {read_json(files_of(corpus, name).article)["story"] for name in SAMPLE}
    assignment = {
        story: split for story, split in splits.read(corpus)[0].items() if story in stories
    }
    write_json(splits.file(corpus), splits.as_json(assignment))
    return corpus


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The release of the real corpus."""
    yield from released(tmp_path_factory.mktemp("release"), hydrated_copy)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The release of the documents of SAMPLE."""
    yield from released(tmp_path_factory.mktemp("sample"), sample_copy)


def released(folder: Path, copy: Callable[[Path], Path]) -> Iterator[Path]:
    """The release of a copy of the real corpus, which lies beside the folder it is in."""
    for name in COMPANIONS:
        shutil.copyfile(ROOT / name, folder / name)
    built = build(copy(folder / "corpus"), folder / "dist", __version__)
    assert built.folder is not None, built.problems
    yield built.folder
    shutil.rmtree(folder)


def add_document(corpus: Path, document_id: str, text: str, annotation: Json) -> None:
    """Write an included article and what is given of its annotation."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = {
        "schema_version": "1",
        "id": document_id,
        "language": "en",
        "story": document_id.rpartition("/")[2],
        "text_sha256": digest,
        "text_length": len(text),
        "text_license": "CC-BY-4.0",
        "text_availability": "included",
        "origin": "original",
        "regions": [],
    }
    empty = {key: [] for key in ("speakers", "quotes", "quoted_terms", "claims")}
    head = {
        "schema_version": "1",
        "article": document_id,
        "text_sha256": digest,
        "annotators": ["ann"],
        "guidelines": "1.0",
        "status": "single",
        "annotation_license": "CC-BY-4.0",
    }
    write_json(corpus / "articles" / f"{document_id}.json", article)
    write_json(corpus / "annotations" / f"{document_id}.json", {**head, **empty, **annotation})
    (corpus / "articles" / f"{document_id}.txt").write_text(text, encoding="utf-8", newline="")

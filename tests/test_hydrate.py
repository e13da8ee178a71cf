"""Withheld text is taken only where it is the text that was annotated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from conftest import GUM, ROOT, SHARED, needs_shared
from onrecord.hydrate import extract
from onrecord.source import Json, write_json

CONLLU = """# newdoc id = x
# newpar
# newpar_block = head (1 s)
# text = Title of it
1\tTitle
# newpar
# text = One  sentence.
1\tOne
# text = "Two."
1\tTwo

# newpar
# text = Next\u2028line.
"""


def withheld(corpus: Path, slug: str, text: str, source_format: str = "plain") -> None:
    article: Json = json.loads((corpus / "articles/town/bridge.json").read_bytes())
    article |= {
        "id": f"town/{slug}",
        "story": slug,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text_length": len(text),
        "text_availability": "withheld",
        "obtain": {"instructions": "Ask.", "file": f"{slug}.src", "format": source_format},
    }
    write_json(corpus / f"articles/town/{slug}.json", article)


def test_conllu_follows_the_text_rule(tmp_path: Path) -> None:
    (tmp_path / "x.conllu").write_text(CONLLU, encoding="utf-8")
    expected = 'Title of it\n\nOne  sentence. "Two."\n\nNext\u2028line.\n'
    assert extract(tmp_path / "x.conllu", "conllu") == expected


def test_what_matches_is_written_and_what_does_not_is_named(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    for slug in ("same", "crlf", "differs", "missing", "latin"):
        withheld(corpus, slug, "Some text.\nMore.\n")
    own = tmp_path / "own"
    own.mkdir()
    (own / "same.src").write_bytes(b"Some text.\nMore.\n")
    (own / "crlf.src").write_bytes(b"Some text.\r\nMore.\r\n")
    (own / "differs.src").write_bytes(b"Some test.\nMore.\n")
    (own / "latin.src").write_bytes(b"Some t\xe9xt.\n")
    result = run("hydrate", "town", "--from", own)
    assert result.exit_code == 1
    written = sorted(path.name for path in (corpus / "hydrated" / "town").iterdir())
    assert written == ["crlf.txt", "same.txt"]
    assert (corpus / "hydrated/town/crlf.txt").read_bytes() == b"Some text.\nMore.\n"
    digests = [
        hashlib.sha256(text).hexdigest()
        for text in (b"Some test.\nMore.\n", b"Some text.\nMore.\n")
    ]
    assert (
        f"town/differs: {own}/differs.src: differs: found SHA-256 {digests[0]}; expected {digests[1]}"
        in result.stderr
    )
    assert f"town/missing: {own}/missing.src: cannot be read" in result.stderr
    assert f"town/latin: {own}/latin.src: found the byte 0xe9" in result.stderr


def test_a_section_without_withheld_articles_is_a_usage_error(
    corpus: Path, run: Callable[..., Result]
) -> None:
    for section in ("town", "nowhere"):
        result = run("hydrate", section, "--from", corpus)
        assert result.exit_code == 2
        assert "has no withheld article" in result.stderr


def test_a_record_that_leads_out_of_the_folder_is_refused(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    withheld(corpus, "out", "Some text.\n")
    (tmp_path / "out.src").write_text("Some text.\n")
    path = corpus / "articles/town/out.json"
    path.write_text(path.read_text().replace('"out.src"', '"../out.src"'))
    result = run("hydrate", "town", "--from", corpus)
    assert result.exit_code == 1
    assert 'obtain file: found "../out.src"' in result.stderr
    path.write_text("{")
    assert "found no JSON" in run("hydrate", "town", "--from", corpus).stderr
    assert not (corpus / "hydrated").exists()


@needs_shared
@pytest.mark.parametrize(("section", "origin"), [("seed", SHARED / "seeds"), ("wikinews", GUM)])
def test_the_real_sections_hydrate(
    section: str, origin: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    for path in (ROOT / "corpus" / "articles" / section).glob("*.json"):
        write_json(
            tmp_path / "corpus/articles" / section / path.name, json.loads(path.read_bytes())
        )
    result = run("hydrate", section, "--from", origin)
    assert result.exit_code == 0, result.stderr


def test_no_surface_of_a_withheld_text_is_committed() -> None:
    for path in (ROOT / "corpus" / "articles").glob("*/*.json"):
        article = json.loads(path.read_bytes())
        if article["text_availability"] == "withheld":
            assert not path.with_suffix(".txt").exists()
            annotation = ROOT / "corpus" / "annotations" / f"{article['id']}.json"
            assert '"text":' not in annotation.read_text(encoding="utf-8")

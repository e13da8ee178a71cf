"""Speakers across articles: who is the same, what each said, and who answered."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from onrecord.site.article import Article
from onrecord.source import Json

Identity = tuple[str, ...]


@dataclass(slots=True)
class Person:
    """A speaker whom one or more articles name, with each appearance as (article, speaker)."""

    name: str
    kind: str
    slug: str = ""
    appearances: list[tuple[Article, Json]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The page, from the site's root."""
        return f"speakers/{self.slug}.html"

    @property
    def roles(self) -> list[str]:
        """What the articles call the speaker, each once."""
        found = (
            ", ".join(speaker[key] for key in ("role", "affiliation") if key in speaker)
            for _, speaker in self.appearances
        )
        return [*dict.fromkeys(role for role in found if role)]

    @property
    def wikidata(self) -> str | None:
        """The Wikidata item, where any article has it."""
        return next((s["wikidata"] for _, s in self.appearances if "wikidata" in s), None)

    @property
    def quotes(self) -> int:
        """In how many quotes the speaker speaks."""
        return sum(len(quotes) for _, quotes, _ in self.said())

    @property
    def claims(self) -> int:
        """How many claims the speaker makes."""
        return sum(len(claims) for _, _, claims in self.said())

    def said(self) -> Iterator[tuple[Article, list[Json], list[Json]]]:
        """The articles in the order of publication, with the quotes and the claims in each."""
        for article, speaker in self.appearances:
            quotes = [q for q in article.annotation["quotes"] if speaker["id"] in q["speakers"]]
            claims = [c for c in article.annotation["claims"] if speaker["id"] in c["claimants"]]
            yield article, sorted(quotes, key=_place), sorted(claims, key=_place)


class People:
    """The named speakers of a corpus, found by article and local id."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._by_identity: dict[Identity, Person] = {}
        self._of: dict[tuple[str, str], Person] = {}
        named = [
            (article, speaker)
            for article in sorted(articles, key=_published)
            for speaker in article.annotation["speakers"]
            if speaker["naming"] == "named" and speaker["kind"] != "author"
        ]
        # Where one article gives the Wikidata item, others may give the name alone.
        items = {
            _name(speaker): speaker["wikidata"] for _, speaker in named if "wikidata" in speaker
        }
        for article, speaker in named:
            known = items.get(_name(speaker))
            identity = ("wikidata", known) if known else _name(speaker)
            person = self._by_identity.setdefault(
                identity, Person(speaker["name"], speaker["kind"])
            )
            person.appearances.append((article, speaker))
            self._of[article.id, speaker["id"]] = person
        self._name_pages()

    def __iter__(self) -> Iterator[Person]:
        return iter(sorted(self._by_identity.values(), key=lambda person: person.slug))

    def of(self, article: Article, speaker: str) -> Person | None:
        """The person behind a speaker of an article, if the article names one."""
        return self._of.get((article.id, speaker))

    def _name_pages(self) -> None:
        taken: set[str] = set()
        for identity, person in sorted(self._by_identity.items()):
            slug = _slug(person.name)
            if not slug or slug in taken:
                digest = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:8]
                slug = f"{slug}-{digest}".strip("-")
            taken.add(slug)
            person.slug = slug


def _name(speaker: Json) -> Identity:
    return "name", speaker["kind"], " ".join(speaker["name"].casefold().split())


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]


def _published(article: Article) -> tuple[str, str]:
    return article.record.get("published", ""), article.id


def _place(item: Json) -> int:
    return int(min(span["start"] for span in item.get("content") or item["spans"]))

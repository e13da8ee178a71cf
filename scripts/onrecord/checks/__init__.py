"""What JSON Schema cannot say. A check is a generator of problems over one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from onrecord.checks import identity, marks, references, roles, spans
from onrecord.model import Annotated
from onrecord.problems import MOST, Problem
from onrecord.source import Document

Check = Callable[[Annotated], Iterator[Problem]]

# Later checks rely on what earlier stages hold: a stage with errors ends the document.
STAGES: tuple[tuple[Check, ...], ...] = (
    (identity.ids_match_place, identity.text_is_the_annotated_one, references.ids_are_unique),
    (references.references_resolve, spans.regions_fit, spans.spans_fit),
    (references.parents_end, roles.quote_has_content),
    (
        roles.parent_is_around,
        roles.roles_lie_outside_content,
        roles.source_belongs_to_quote,
        roles.claim_belongs_to_quote,
        roles.names_resemble,
        marks.quote_has_its_marks,
        marks.derived_values_hold,
        marks.marks_are_covered,
    ),
)

# What our guidelines ask for. An import follows those of its corpus, and is not held to ours.
GUIDELINES: frozenset[Check] = frozenset(
    {
        roles.roles_lie_outside_content,
        roles.names_resemble,
        marks.quote_has_its_marks,
        marks.marks_are_covered,
    }
)


def check(document: Document) -> Iterator[Problem]:
    """All problems of one document at level 3."""
    annotated = Annotated(document)
    skipped = GUIDELINES if "imported_from" in document.annotation else frozenset()
    for stage in STAGES:
        runs = (run for run in stage if run not in skipped)
        found = [*islice((problem for run in runs for problem in run(annotated)), MOST)]
        yield from found
        if any(problem.rule.severity == "error" for problem in found):
            return

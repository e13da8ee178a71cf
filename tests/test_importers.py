"""Each importer over the smallest source that has every pitfall of its format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from importing import Imports, names, original, others, source, surfaces, write
from onrecord.importers.tokens import sentences_of
from onrecord.source import Json


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "source"


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Imports]:
    """Import what the test has written to `root`."""
    return lambda name, options=None: Imports(name, tmp_path / "source", tmp_path / "out", options)


def test_litbank(imported: Callable[..., Imports], root: Path) -> None:
    folder = root / "quotations" / "tsv"
    text = "“ Come in , ” said the Abbot .\n“ I ca n't , ” he said ; “ it is \"\nlocked . ”\n"
    write(folder / "1_tale_brat.txt", text)
    write(
        folder / "1_tale_brat.ann",
        "QUOTE\tQ1\t0\t0\t0\t4\t“ Come in , ”\n"
        "QUOTE\tQ2\t1\t0\t1\t5\t“ I can't , ”\n"  # the repeated text differs
        'QUOTE\tQ3\t1\t9\t2\t2\t“ it is " locked . ”\n'  # two sentences, and a mark of the TSV
        "ATTRIB\tQ1\tthe_Abbot-3\nATTRIB\tQ2\tJohn-4\nATTRIB\tQ3\tJohn-4\n",
    )
    write(
        root / "coref" / "tsv" / "1_tale_brat.ann",
        "MENTION\tT1\t0\t6\t0\t7\tthe Abbot\tPER\tNOM\nMENTION\tT2\t1\t6\t1\t6\the\tPER\tPRON\n"
        "MENTION\tT3\t2\t0\t2\t0\tlocked\tLOC\tPROP\n"
        "COREF\tT1\tthe_Abbot-3\nCOREF\tT2\tJohn-4\nCOREF\tT3\tdoor-5\nCOP\tT1\tT2\n",
    )
    write(folder / "2_quiet_brat.txt", "Nobody spoke .\n")
    write(folder / "2_quiet_brat.ann", "")
    found = imported("litbank")
    document = found.documents["1-tale-brat"]
    assert document.text == ("“Come in,” said the Abbot.\n“I can't,” he said; “it is \"\nlocked.”")
    quotes = document.annotation["quotes"]
    assert [quote["original_id"] for quote in quotes] == ["Q1", "Q2", "Q3"]
    expected = [["“Come in,”"], ["“I can't,”"], ['“it is "\nlocked.”']]
    assert [surfaces(quote) for quote in quotes] == expected
    assert [names(document, quote["speakers"]) for quote in quotes] == [
        ["the Abbot"],
        ["John"],
        ["John"],
    ]
    speakers = document.annotation["speakers"]
    assert [[m["form"] for m in s["mentions"]] for s in speakers] == [["description"], ["pronoun"]]
    assert found.documents["2-quiet-brat"].annotation["quotes"] == []
    assert found.held["quotes"] == found.kept["quotes"] == 3
    assert found.count("repaired", "quotes") == 1
    assert found.count("dropped", "mentions", "not quoted") == 1
    assert found.count("dropped", "mentions", "no coref/tsv") == 1
    assert found.count("dropped", "COP links") == 1
    assert document.article["text_form"] == "detokenised"
    record, whole = document.article, document.text or ""
    assert "".join(" ".join(line) + "\n" for line in sentences_of(record, whole)) == text


SPKATT = ("Addr", "Evidence", "Medium", "Message", "Source", "Topic", "Cue", "PTC")


def frame(**roles: list[str]) -> Json:
    return {role: roles.get(role, []) for role in SPKATT}


def test_spkatt(imported: Callable[..., Imports], root: Path) -> None:
    sentences = [
        {"SentenceId": 0, "Tokens": ["Herr", "Rot", "sagt", "uns", ",", "dass", "er", "geht", "."]},
        {"SentenceId": 1, "Tokens": ["Er", "klagt", "„", "Lärm", "“", "an", "."]},
    ]
    message = ["0:5", "0:6", "0:7"]
    annotations = [
        frame(Source=["0:1", "0:0"], Cue=["0:2"], Addr=["0:3"], Message=message),
        frame(Source=["1:0"], Cue=["1:1"], PTC=["1:5"], Topic=["1:2", "1:3", "1:4"]),
        frame(Cue=["1:1"], Evidence=["1:0"], Medium=["1:99"]),
        frame(),
    ]
    for split, name, content in (
        ("train", "a", {"Sentences": sentences, "Annotations": annotations}),
        ("trial", "a", {"Sentences": sentences[1:], "Annotations": []}),
        ("dev", "b", {"Sentences": sentences[:1], "Annotations": []}),
        ("eval", "c", {"Sentences": sentences}),
    ):
        write(root / "data" / split / "task1" / f"{name}.json", content)
    write(root / "data/dev/task1/broken.json", "{")
    found = imported("spkatt")
    assert {slug: d.article["original_split"] for slug, d in found.documents.items()} == {
        "a": "train",
        "a-2": "trial",
        "b": "dev",
    }
    train = found.documents["a"]
    assert train.text == "Herr Rot sagt uns, dass er geht. Er klagt „Lärm“ an."
    said, complains, bare = train.annotation["quotes"]
    assert (source(train, said), surfaces(said)) == (["Herr Rot"], ["dass er geht"])
    assert names(train, said["addressees"]) == ["uns"]
    assert (complains["type"], surfaces(complains)) == ("reported", ["„Lärm“"])
    assert others(complains) == {"particle": ["an"]}
    assert "content" not in bare
    assert (surfaces(bare, "cue"), others(bare)) == (["klagt"], {"evidence": ["Er"]})
    assert found.held["cues"] == 4
    assert found.count("dropped", "quotes", "neither content nor cue") == 1
    assert found.count("dropped", "documents", "eval is not annotated") == 1
    assert found.count("dropped", "files", "cannot be read") == 1
    assert found.count("dropped", "tokens") == 1
    assert found.count("repaired", "splits", "trial") == 1
    assert found.count("derived", "quotes/content") == 2
    assert (found.split("a-2"), found.split("b")) == ("train", "validation")


POLNEAR = "The Post reports that “all\nis well” again. It denies it; he asks — 👍 who?\n"


def polnear(root: Path) -> None:
    for split, name in (("train", "post_1_x"), ("dev", "other_2"), ("test", "last_3")):
        text = POLNEAR if split != "test" else "Nothing."
        write(root / "data" / split / "text" / f"{name}.txt", text)
    first = (
        "T1\tSource 0 8\tThe Post\nT2\tCue 9 16\treports\n"
        "T3\tContent 17 26;27 35\tthat “all is well”\nT4\tAttribution 9 16\treports\n"
        "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1\n"
        # A line that a line break in the repeated text has cut.
        "T5\tContent 22 35\t“all\nis well”\nT6\tAttribution 9 16\treports\n"
        "E2\tAttribution:T6 Content:T5 Content2:T7 Source:T1\nT7\tContent 36 41\tagain\n"
        "T8\tAttribution 9 16\treports\nE3\tAttribution:T8\n"
        "T9\tAttribution-no-source 46 52\tdenies\nT10\tCue 46 52\tdenies\n"
        "T11\tContent 53 55\tit\nE4\tAttribution-no-source:T9 Cue:T10 Content:T11\n"
        "T12\tContent 67 69\t👍 \nT13\tDiscard 60 64\tasks\n#1\tAnnotatorNotes T13\tunsure\n"
        "E5\tAttribution:T8 Content:T12\n"
    )
    write(root / "data/train/attributions/post_1_x_4b22.ann", first)
    write(root / "data/train/attributions/post_1_x_ef2d.ann", first.partition("T5")[0])
    write(root / "data/dev/attributions/other_2_6b86.ann", "")
    write(root / "data/test/attributions/last_3_6b86.ann", "")
    write(root / "data/annotator-training/attributions/x_4b22.ann", first)
    head = "compartment\tfilename\tlevel\tpublisher\tpublication_date\tauthor\ttitle\tcredit\n"
    row = 'train\tpost_1_x\tNone\tpost\t2016-03-11\tAnn "A" Lee\tAll is well\tWire\n'
    write(root / "data/metadata.tsv", head + row)


def test_polnear(imported: Callable[..., Imports], root: Path) -> None:
    polnear(root)
    found = imported("polnear")
    document = found.documents["post-1-x"]
    assert document.article["byline"] == 'Ann "A" Lee'
    assert (document.article["title"], document.article["published"]) == (
        "All is well",
        "2016-03-11",
    )
    assert original(document.article) == {"credit": "Wire"}
    reports, again, denies, thumb = document.annotation["quotes"]
    assert surfaces(reports) == ["that “all", "is well”"]
    assert (surfaces(again), surfaces(thumb)) == (["“all\nis well”", "again"], ["👍"])
    assert reports["source"] == again["source"]
    assert source(document, again) == ["The Post"]
    types = [quote["type"] for quote in document.annotation["quotes"]]
    assert types == ["mixed", "mixed", "indirect", "indirect"]
    assert document.annotation["derived"] == ["quotes/type"]
    assert "source" not in denies
    assert original(denies) == {"label": "Attribution-no-source"}
    assert document.annotation["annotators"] == ["4b22"]
    other = json.loads((found.folder / "passes/polnear/post-1-x/ef2d.json").read_bytes())
    assert (other["annotators"], len(other["quotes"])) == (["ef2d"], 1)
    assert found.held["attributions of the first annotator in train"] == 4
    assert found.kept["quotes"] == 4
    assert found.kept["quotes of further passes"] == 1
    assert found.count("dropped", "events", "no arguments") == 1
    assert found.count("repaired", "lines", "line break cut") == 1
    assert found.count("dropped", "annotation files", "annotator-training") == 1
    assert found.count("dropped", "spans", "Discard") == found.count("dropped", "comments") == 1
    # Texts that are equal share a story, and so a split.
    assert found.split("other-2") == found.split("post-1-x") == "train"
    assert found.count("repaired", "splits", "the text is that of a document") == 1
    assert found.split("last-3") == "test"


def role(text: str = "", *spans: tuple[int, int]) -> Json:
    found = [{"begin": 0, "end": 1, "charBegin": start, "charEnd": end} for start, end in spans]
    return {"spans": found, "text": text, "tokenIds": []}


def wikinews(root: Path, text: str, annotations: list[Json], name: str, split: str) -> None:
    value = {
        "originalText": text,
        "documentName": name,
        "sentences": [{"begin": 0, "end": 2, "charBegin": 0, "charEnd": 8, "text": "Demnach sei "}],
        "tokens": [{"charBegin": 0, "charEnd": 7}, {"charBegin": 8, "charEnd": 11}],
        "annotations": annotations,
    }
    write(root / "data" / split / f"{name}.pretty.json", value)


def test_german_wikinews(imported: Callable[..., Imports], root: Path) -> None:
    text = "Demnach sei „alles gut“ gewesen, sagt er ihr, und hoffe „viel“."
    rest = {"isNested": False, "hasNested": False, "addressee": role(), "frame": role()}
    annotations = [
        {
            **rest,
            "id": 0,
            "type": "IndirectFreeIndirect",
            "medium": "SW",
            "hasNested": True,
            "quote": role("sei „alles gut“ gewesen", (8, 31)),
            "speaker": role("Demnach", (0, 7)),
            "cue": role("Demnach sagt", (0, 7), (33, 37)),
            "frame": role("Demnach", (0, 7)),
            "addressee": role("ihr", (41, 44)),
        },
        {
            **rest,
            "id": 1,
            "type": "Direct",
            "medium": "none",
            "isNested": True,
            "quote": role("„alles gut“", (12, 23)),
            "speaker": role(),
            "cue": role(),
        },
        {
            **rest,
            "id": 2,
            "type": "FreeIndirect",
            "medium": "Thought",
            "isNested": True,
            "quote": role("hoffe „viel“", (50, 55), (56, 62)),
            "speaker": role("er", (38, 40)),
            "cue": role(),
        },
    ]
    wikinews(root, text, annotations, "7 - Titel: (so) gut? (2011-07-25)", "train")
    wikinews(root, "Leer.", [], "8 - Leer (0001-07-25)", "dev")
    wikinews(root, "Auch leer.", [], "ohne", "test")
    found = imported("german-wikinews")
    slug = "7-titel-so-gut-2011-07-25"
    document = found.documents[slug]
    assert document.article["title"] == "Titel: (so) gut?"
    assert document.article["published"] == "2011-07-25"
    assert document.article["token_starts"] == [0, 8]
    assert (document.article["token_ends"], document.article["sentence_starts"]) == ([7, 11], [0])
    outer, inner, hope = document.annotation["quotes"]
    assert (outer["type"], outer["medium"]) == ("indirect_free_indirect", "unknown")
    assert outer["media"] == ["speech", "writing"]
    assert (surfaces(outer, "cue"), others(outer)) == (["Demnach", "sagt"], {"frame": ["Demnach"]})
    assert (source(document, outer), names(document, outer["addressees"])) == (["Demnach"], ["ihr"])
    assert (inner["parent"], inner["type"], original(inner)) == ("q1", "direct", {"medium": "none"})
    assert "source" not in inner
    assert (hope["medium"], "parent" in hope, original(hope)) == (
        "thought",
        False,
        {"nested": "True"},
    )
    assert surfaces(hope) == ["hoffe", "„viel“"]
    assert found.held["nested quotes"] == 2
    assert found.count("dropped", "parents") == 1
    assert found.count("dropped", "dates", "0001") == 1
    assert found.count("dropped", "titles and dates") == 1
    assert found.split("8-leer-0001-07-25") == "validation"
    assert found.split("ohne") == "test"


PDNC = (
    '"quoteID","quoteText","subQuotationList","quoteByteSpans","speaker","addressees","quoteType",'
    '"referringExpression","mentionTextsList","mentionSpansList","mentionEntitiesList"\n'
)


def test_pdnc(imported: Callable[..., Imports], root: Path) -> None:
    text = '"Will you two come?" he asked. "No," said Dais,\n"not\nnow." It rang. \'Hm.\'\nOh\n'
    rows = [
        (
            *("Q0", "Will you two come?", "['Will you two come?']", "[[1, 19]]", "Mr. W"),
            *("['Daisy', 'Stranger']", "Anaphoric", "he asked"),
            *("[['you two']]", "[[[6, 13]]]", "[[['Daisy', 'Winterbourne']]]"),
        ),
        (
            *("Q1", "No, not now.", "['No,', 'not now.']", "[[32, 35], [49, 57]]", "Dais"),
            *("['Winterbourne']", "Explicit", "said Dais"),
            *("[[], []]", "[[], []]", "[[], []]"),
        ),
        (
            *("Q2", "Hm.", "['Hm.']", "[[69, 72]]", "_unknowable", "[]", "nan", ""),
            *("[['Hm']]", "[[[69, 71]]]", "[[[]]]"),
        ),
        ("Q3", "Oh", "['Oh']", "[[74, 76]]", "", "[]", "Implicit", "", "[]", "[]", "[]"),
    ]
    lines = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    folder = root / "data" / "Tale"
    write(folder / "quotation_info.csv", PDNC + "\n".join(lines) + "\n")
    write(folder / "novel_text.txt", text)
    write(
        folder / "character_info.csv",
        "Character ID,Main Name,Aliases,Gender,Category\n"
        "0,Daisy,\"{'Dais', 'Daisy', 'Miss Daisy'}\",F,major\n"
        "1,Winterbourne,\"{'Mr. W', 'Winterbourne'}\",M,major\n"
        "2,Bystander,set(),M,minor\n3,_unknowable,{'_unknowable'},X,minor\n",
    )
    found = imported("pdnc")
    document = found.only
    first, second, third, fourth = found.quotes
    assert [surfaces(quote) for quote in found.quotes] == [
        ['"Will you two come?"'],
        ['"No,"', '"not\nnow."'],
        ["'Hm.'"],
        ["Oh"],
    ]
    assert names(document, first["speakers"]) == ["Winterbourne"]
    assert names(document, first["addressees"]) == ["Daisy", "Stranger"]
    assert original(first) == {"quoteType": "Anaphoric", "referringExpression": "he asked"}
    assert names(document, second["speakers"]) == ["Daisy"]
    assert (original(third), fourth["speakers"]) == ({}, [])
    speakers = {speaker["name"]: speaker for speaker in document.annotation["speakers"]}
    assert speakers["Daisy"]["aliases"] == ["Dais", "Miss Daisy"]
    assert original(speakers["Daisy"]) == {"gender": "F", "category": "major"}
    assert speakers["_unknowable"]["naming"] == "anonymous"
    both = speakers["Daisy and Winterbourne"]
    assert names(document, both["members"]) == ["Daisy", "Winterbourne"]
    assert [surfaces(mention, "spans") for mention in both["mentions"]] == [["you two"]]
    (unresolved,) = (r for r in found.report["repaired"] if "in no character list" in r["why"])
    assert unresolved["where"] == ["Tale Q0: Stranger"]
    assert found.count("repaired", "speakers", "named by an alias") == 2
    assert found.count("repaired", "quotes", "which are trusted") == 1
    assert found.count("repaired", "quotation marks") == 8
    assert found.count("dropped", "mentions", "of no entity") == 1
    assert found.count("dropped", "characters") == 1
    assert (found.held["quotes"], found.held["mentions"]) == (4, 2)


REDE = "tok\tnormtok\tlemma\tpos\trfpos\tsentstart\tstwr\tframe\tspeaker\tintexpr\tnote"


def test_redewiedergabe(imported: Callable[..., Imports], root: Path) -> None:
    rows = [
        ("»", "yes", "direct.speech.1", "-", "-", "-"),
        ("Er", "no", "direct.speech.1", "frame.2", "speaker.2_3", "-"),
        ("meint", "no", "direct.speech.1", "frame.2", "-", "intexpr.2"),
        (",", "no", "direct.speech.1", "frame.2", "-", "-"),
        (
            "es",
            "no",
            "direct.speech.1|indirect freeIndirect.thought.2.nonfact.border=state",
            "-",
            "-",
            "-",
        ),
        (
            "geht",
            "no",
            "direct.speech.1|indirect freeIndirect.thought.2.nonfact.border=state",
            "-",
            "-",
            "-",
        ),
        ("«", "no", "direct.speech.1", "-", "-", "-"),
        ("sagte", "no", "-", "frame.1", "-", "intexpr.1"),
        ("sie", "no", "-", "frame.1", "speaker.1", "-"),
        (";", "no", "-", "-", "-", "-"),
        ("er", "yes", "reported.speech_thought.3.prag", "-", "speaker.0", "intexpr.9"),
        ("klagte", "no", "reported.speech_thought.3.prag", "-", "-", "intexpr.3"),
        (".", "no", "-|indirect.writing.4", "-", "speaker.8", "-"),
    ]
    lines = [
        "\t".join((tok, "&quot;" if tok in "»«" else tok, tok, "X", "X", *rest, "-"))
        for tok, *rest in rows
    ]
    write(root / "data/main/tsv/rwk_a_1-1.xmi.tsv", "\n".join([REDE, *lines, ""]))
    write(root / "data/main/tsv/rwk_b_2-1.xmi.tsv", f'{REDE}\n"\t"\t--\t$(\tX\tyes\t-\n\t\n')
    write(root / "data/additional/primary/rwk_a_1-1_ann.tsv", REDE)
    write(root / "metadata.tsv", "name\tyear\nrwk_a_1-1.xmi\t1880\n")
    found = imported("redewiedergabe")
    document = found.documents["rwk-a-1-1"]
    assert document.text == "»Er meint, es geht« sagte sie; er klagte."
    assert original(document.article) == {"name": "rwk_a_1-1.xmi", "year": "1880"}
    direct, thought, reported, upper = document.annotation["quotes"]
    assert (surfaces(direct), source(document, direct)) == (["»Er meint, es geht«"], ["sie"])
    assert (surfaces(direct, "cue"), others(direct)) == (["sagte"], {"frame": ["sagte sie"]})
    assert (thought["type"], thought["medium"]) == ("indirect_free_indirect", "thought")
    assert (thought["parent"], surfaces(thought, "cue")) == ("q1", ["meint"])
    assert original(thought) == {"level": "2", "nonfact": "yes", "border": "state"}
    assert source(document, thought) == source(document, reported) == ["Er"]
    assert thought["source"] == reported["source"]
    assert (reported["medium"], reported["media"]) == ("unknown", ["speech", "thought"])
    assert original(reported) == {"level": "1", "prag": "yes"}
    assert (upper["medium"], "parent" in upper) == ("writing", False)
    assert found.documents["rwk-b-2-1"].text == '"'
    assert (found.held["quotes"], found.held["quotes on level 2"]) == (4, 2)
    assert found.count("dropped", "parents") == 1
    assert found.count("repaired", "speakers", "no quote") == 2
    assert found.count("dropped", "intexpr spans") == 1
    assert found.count("dropped", "rows") == found.count("repaired", "rows") == 1
    assert found.count("dropped", "files", "single annotators") == 1


def test_directquote(imported: Callable[..., Imports], root: Path) -> None:
    write(
        root / "data" / "truecased.txt",
        '" I-LeftSpeaker\nHi I-LeftSpeaker\n" I-LeftSpeaker\nsaid Out\nhe B-Speaker\n\n'
        'Ann I-Speaker\nLee I-Speaker\nsaid Out\n, Out\n" B-LeftSpeaker\nYes I-LeftSpeaker\n'
        '" I-LeftSpeaker\n" B-LeftSpeaker\nNo I-LeftSpeaker\n" I-LeftSpeaker\n'
        "' B-Unknown\nOh I-Unknown\n' I-Unknown\nBob B-Speaker\nstop\n\n\n"
        '" I-RightSpeaker\nGo I-RightSpeaker\n" I-RightSpeaker\n',
    )
    found = imported("directquote")
    first, second, third = found.documents.values()
    assert first.text == '"Hi" said he'
    (hi,) = first.annotation["quotes"]
    assert (surfaces(hi), source(first, hi)) == (['"Hi"'], ["he"])
    assert found.count("repaired", "sources", "the other side was taken") == 1
    quotes = second.annotation["quotes"]
    assert [surfaces(quote) for quote in quotes] == [['"Yes"'], ['"No"'], ["'Oh'"]]
    assert [source(second, quote) for quote in quotes] == [["Ann Lee"], ["Ann Lee"], []]
    assert [original(quote)["label"] for quote in quotes] == ["LeftSpeaker"] * 2 + ["Unknown"]
    (go,) = third.annotation["quotes"]
    assert "source" not in go
    assert found.count("repaired", "sources", "left without one") == 1
    assert found.count("repaired", "lines", "no label") == 1
    assert (found.held["quotes"], found.held["paragraphs"]) == (5, 3)
    assert found.count("dropped", "original case and white space") == 3


def test_citron(imported: Callable[..., Imports], root: Path) -> None:
    text = '"Up," Humpty said. He went on: it is. Alice nodded.'

    def span(start: int, end: int) -> Json:
        return {"start": start, "end": end, "text": text[start:end]}

    quotes: list[Json] = [
        {
            "cue": span(13, 17),
            "sources": [span(6, 12)],
            "contents": [{**span(0, 5), "text": "Up"}],
            "coreferences": [span(19, 21)],
            "confidence": 0.5,
            "id": 7,
        },
        {"cue": span(22, 29), "sources": [span(19, 21)], "contents": [span(31, 36)]},
        {"cue": span(44, 50), "sources": [], "contents": []},
    ]
    groups = [[span(6, 12), span(19, 21)], [span(38, 43)]]
    write(root / "a.json", {"text": text, "quotes": quotes, "coreference_groups": groups})
    found = imported("citron")
    first, second, bare = found.quotes
    assert (first["type"], second["type"], bare["type"]) == ("direct", "indirect", "unknown")
    assert (first["original_id"], original(first)) == ("7", {"confidence": "0.5"})
    assert first["speakers"] == second["speakers"]
    assert (source(found.only, first), source(found.only, second)) == (["Humpty"], ["He"])
    assert "content" not in bare
    assert found.count("repaired", "spans") == found.count("dropped", "coreference groups") == 1


def test_brat_with_a_mapping(imported: Callable[..., Imports], root: Path) -> None:
    write(root / "sub" / "a.txt", "Ann said yes to Bob. Bob: no.\r\nEnd.")
    write(
        root / "sub" / "a.ann",
        "T1\tPerson 0 3\tAnn\nT2\tSaying 4 8\tsaid\nT3\tWords 9 12\tyes\nT4\tPerson 16 19\tBob\n"
        "E1\tSaying:T2 Speaker:T1 Words:T3 To:T4 Why:T3\nT5\tWords 26 28\tno\n"
        "T6\tPerson 21 24\tBob\nR1\tsaid_by Arg1:T5 Arg2:T6\nT7\tPlace 30 33\tEnd\nX\n",
    )
    options = {
        "about": {"language": "en", "corpus": "Ours", "annotation_license": "CC0-1.0"},
        "quotes": {"Saying": "indirect"},
        "trigger": "cue",
        "roles": {"Speaker": "source", "Words": "content", "To": "addressee"},
        "mentions": {"Person": "name"},
    }
    found = imported("brat", options)
    (said,) = found.quotes
    assert (surfaces(said, "cue"), surfaces(said)) == (["said"], ["yes"])
    assert (source(found.only, said), names(found.only, said["addressees"])) == (["Ann"], ["Bob"])
    assert found.only.annotation["annotation_license"] == "CC0-1.0"
    assert found.only.article["language"] == "en"
    assert found.count("dropped", "arguments", "Why") == 1
    assert found.count("dropped", "spans") == 2
    assert found.count("dropped", "events", "said_by") == 1
    assert found.count("repaired", "lines") == found.count("repaired", "texts") == 1
    options |= {"quotes": {"Words": "direct"}, "trigger": "content", "roles": {"said_by": "source"}}
    again = imported("brat", options)
    assert [surfaces(quote) for quote in again.quotes] == [["yes"], ["no"]]
    assert source(again.only, again.quotes[1]) == ["Bob"]

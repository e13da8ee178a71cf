"""Other corpora become corpus folders: one module a format, and one row of this table.

The table is light to import; `run` holds what is common to all importers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One row: the module of the importer, and what is recorded of the corpus."""

    module: str
    corpus: str
    holds: str
    language: str = "und"
    text_license: str = "Not known; see the source."
    annotation_license: str = "Not known; see the source."
    citation: str = ""
    url: str = ""


FORMATS: dict[str, Format] = {
    "brat": Format("brat", "A folder of brat standoff", holds="*.ann beside *.txt"),
    "citron": Format("citron", "Documents in the format of BBC Citron", holds="*.json"),
    "directquote": Format(
        "directquote",
        "DirectQuote",
        holds="data/*.txt",
        language="en",
        citation="Zhang and Liu (2022): DirectQuote: A Dataset for Direct Quotation Extraction and Attribution in News Articles. LREC.",
        url="https://github.com/THUNLP-MT/DirectQuote",
    ),
    "german-wikinews": Format(
        "german_wikinews",
        "German News Quotation Attribution 2024",
        holds="data/{train,dev,test}/*.pretty.json",
        language="de",
        text_license="CC-BY-NC-SA-4.0 as published with the annotation; the articles are of de.wikinews.org",
        annotation_license="CC-BY-NC-SA-4.0",
        citation="Petersen-Frey and Biemann (2024): Dataset of Quotation Attribution in German News Articles. LREC-COLING.",
        url="https://github.com/uhh-lt/german-news-quotation-attribution-2024",
    ),
    "labelstudio": Format("labelstudio", "A project of Label Studio", holds="*.json with tasks"),
    "litbank": Format(
        "litbank",
        "LitBank quotations",
        holds="quotations/tsv/*.ann",
        language="en",
        text_license="Public domain in the United States",
        annotation_license="CC-BY-4.0",
        citation="Sims and Bamman (2020): Measuring Information Propagation in Literary Social Networks. EMNLP.",
        url="https://github.com/dbamman/litbank",
    ),
    "pdnc": Format(
        "pdnc",
        "Project Dialogism Novel Corpus",
        holds="data/*/quotation_info.csv",
        language="en",
        citation="Vishnubhotla, Hammond and Hirst (2022): The Project Dialogism Novel Corpus: A Dataset for Quotation Attribution in Literary Texts. LREC.",
        url="https://github.com/Priya22/project-dialogism-novel-corpus",
    ),
    "polnear": Format(
        "polnear",
        "PolNeAR 1.0.0",
        holds="data/{train,dev,test}/attributions/*.ann",
        language="en",
        text_license="No licence known; the texts are the publishers' and must not be redistributed.",
        annotation_license="No licence stated for the data.",
        citation="Newell, Margolin and Ruths (2018): An Attribution Relations Corpus for Political News. LREC.",
        url="https://github.com/networkdynamics/PolNeAR",
    ),
    "redewiedergabe": Format(
        "redewiedergabe",
        "Corpus Redewiedergabe 1.0.1",
        holds="data/main/tsv/*.tsv",
        language="de",
        text_license="CC-BY-NC-SA-4.0 as published with the annotation",
        annotation_license="CC-BY-NC-SA-4.0",
        citation="Brunner, Engelberg, Jannidis, Tu and Weimer (2020): Corpus REDEWIEDERGABE. LREC.",
        url="https://github.com/redewiedergabe/corpus",
    ),
    "spkatt": Format(
        "spkatt",
        "SpkAtt-2023, task 1",
        holds="data/*/task1/*.json",
        language="de",
        text_license="CC-BY-SA-4.0",
        annotation_license="CC-BY-SA-4.0",
        citation="Rehbein et al. (2023): Overview of the GermEval 2023 Shared Task on Speaker Attribution in Newswire and Parliamentary Debates.",
        url="https://github.com/umanlp/SpkAtt-2023",
    ),
    "xmi": Format("xmi", "Our export as UIMA CAS", holds="*.xmi with TypeSystem.xml"),
}

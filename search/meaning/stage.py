"""Why: the engine asks one object for what is near in meaning; whatever is wrong with it, words are still searched."""

from __future__ import annotations

import logging
from pathlib import Path

from search.meaning.encoder import MODEL, Encoder, installed_files
from search.meaning.vectors import Vectors

logger = logging.getLogger(__name__)


class MeaningStage:
    """The model and the vectors of one index; may be shared by threads."""

    def __init__(self, encoder: Encoder, vectors: Vectors) -> None:
        self.encoder = encoder
        self.vectors = vectors
        self._is_broken = False

    def nearest(self, text: str, first: int) -> list[tuple[int, float]]:
        """The keys of the nearest texts with their likeness, the nearest first; none when the stage is out of order."""
        if self._is_broken or not len(self.vectors):
            return []
        try:
            return self.vectors.nearest(self.encoder.vector(text), first)
        except Exception:  # whatever strikes onnxruntime or a file: the search by words goes on
            self._is_broken = True
            logger.exception("The search goes by words alone in this process: the meaning stage failed.")
            return []


def stage_at(folder: Path, threads: int = 1) -> MeaningStage | None:
    """The stage whose vectors lie below `folder`; None when its packages are not installed."""
    files = installed_files()
    return MeaningStage(Encoder(files, threads), Vectors(folder / MODEL)) if files else None

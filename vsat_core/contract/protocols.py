"""What each stage is called with and what it answers: one protocol a stage.

A variant inherits from the protocol of its stage (or only has its methods), which is what mypy and
`vsat check` compare it with. `Stage` stores params and tuning; loading belongs into `prepare`.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import attrs
import numpy as np

from vsat_core.artifacts import (
    Artifact,
    Audio,
    Embeddings,
    Features,
    Files,
    Source,
    Speech,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)

Item = TypeVar("Item")
Result = TypeVar("Result")


class Run(Protocol):
    """A stage's only link to the world outside its inputs."""

    def array(  # type: ignore[explicit-any]  # it is in the stubs of NumPy
        self, shape: tuple[int, ...], dtype: str
    ) -> np.ndarray:
        """An array of zeros to fill: in memory, or a map on disk above a limit."""

    def resumable(
        self,
        compute: Callable[[Item], Result],
        name: Callable[[Item], str],
        kind: type[Result],
    ) -> Callable[[Item], Result]:
        """`compute`, whose results are kept one by one, so that a run that was stopped goes on
        where it was.

        `name` tells an item from all others of the same inputs and params. `kind` is the type of a
        result: np.ndarray, a plain value or an attrs class, or a list or tuple of these. Several
        threads may call what is returned.
        """

    def progress(self, samples: int) -> None:
        """Say how far into the recording the work has come. Raises Cancelled when the user has
        stopped the run.
        """

    def warn(self, message: str) -> None:
        """Tell the user, in one line, something that did not stop the work."""

    def folders(self) -> Iterator[Path]:
        """Scratch folders on different disks, the preferred one first: for work that may fill one
        of them.
        """

    @property
    def folder(self) -> Path:
        """A scratch folder of this stage's own; `write` leaves its files here."""


class Stage(Protocol):
    """What all variants share. Nothing but params and tuning may be kept between calls.

    A call never changes an input and gives the same answer for the same input.
    """

    params: attrs.AttrsInstance
    tuning: attrs.AttrsInstance

    def __init__(self, params: attrs.AttrsInstance, tuning: attrs.AttrsInstance) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Load weights, compile. Idempotent; timed apart from the call."""
        return


class Decode(Stage, Protocol):
    """Any file to float32 mono at 16 kHz, counted by samples."""

    def __call__(self, source: Source, *, run: Run) -> Audio: ...


class Enhance(Stage, Protocol):
    """The sound with its Environment measured; clean sound is changed in level only."""

    def __call__(self, audio: Audio, *, run: Run) -> Audio: ...


class Draw(Stage, Protocol):
    """The waveform as a min/max pyramid."""

    def __call__(self, audio: Audio, *, run: Run) -> Waveform: ...


class Detect(Stage, Protocol):
    """Where there is speech, and which segments are one voice if the method can tell."""

    def __call__(self, audio: Audio, *, run: Run) -> Speech: ...


class ExtractFeatures(Stage, Protocol):
    """Frames of the speech."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features: ...


class Embed(Stage, Protocol):
    """Speaker embeddings of windows of the speech, overlapped speech left out."""

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings: ...


class Cluster(Stage, Protocol):
    """Who spoke when; honours num_speakers, min_speakers and max_speakers."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns: ...


class Cut(Stage, Protocol):
    """Pieces of a length that suits the recogniser, cut where nobody speaks."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Utterances: ...


class Transcribe(Stage, Protocol):
    """The text of each utterance."""

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Run) -> Texts: ...


class Align(Stage, Protocol):
    """When each word was spoken."""

    def __call__(
        self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run
    ) -> Words: ...


class Attribute(Stage, Protocol):
    """The speaker of each word."""

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript: ...


class Index(Stage, Protocol):
    """What a search looks in."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex: ...


class Write(Stage, Protocol):
    """Files in `run.folder`, from the artifacts by the names of their stages."""

    def __call__(self, inputs: Mapping[str, Source | Artifact], *, run: Run) -> Files: ...

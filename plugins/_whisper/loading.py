"""Loads a Whisper model: one that comes in packages, or one in a folder that the user names. Never
from the network, and the packages that carry models are not imported.

Whisper base comes in two halves. CTranslate2 reads a model from a folder and seeks in it, or takes
its whole content as a string, which it keeps for as long as the model lives (137 MB more). So the
halves are put one after the other into a file that exists in memory only (memfd) and is gone when
the model is loaded.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.contract import scratch
from vsat_core.contract.threads import thread_count
from vsat_core.errors import ModelMissing, nearest
from vsat_plugins._whisper import MODELS

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

# faster-whisper would download a missing tokenizer
FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt or vocabulary.json")
COPY_BYTES = 64 << 20

_loaded: weakref.WeakValueDictionary[tuple[str, str, int, str, int], WhisperModel] = (
    weakref.WeakValueDictionary()
)
_loading = threading.Lock()


def load(
    model: str,
    compute_type: str = "int8",
    threads: int = 0,
    device: str = "cpu",
    workers: int = 1,
) -> WhisperModel:
    """The model of this name (see MODELS), or in this folder, for so many calls at the same time
    (`workers`) of so many threads. Stages that ask for the same share it.

    Raises ModelMissing, in one line with the remedy, when it is not there, not whole or damaged.
    """
    key = (model, compute_type, thread_count(threads), device, workers)
    with _loading:
        found = _loaded.get(key)
        if found is None:
            found = _loaded[key] = _load(*key)
    return found


def _load(model: str, compute_type: str, threads: int, device: str, workers: int) -> WhisperModel:
    with ExitStack() as held:
        parts = _parts(model) if model in MODELS else {}
        folder = held.enter_context(_linked(parts)) if parts else folder_of(model)
        from faster_whisper import WhisperModel

        try:
            return WhisperModel(
                str(folder),
                device=device,
                compute_type=compute_type,
                cpu_threads=threads,
                num_workers=workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:  # CTranslate2 knows no finer ones
            where = f"whisper {model}" if parts else str(folder)
            reason = str(error).strip().splitlines()[0]
            raise ModelMissing(f"{where}: cannot be loaded as a Whisper model: {reason}") from error


def folder_of(model: str) -> Path:
    """The user's folder. Raises ModelMissing where there is none, or a file is not in it."""
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise ModelMissing(
            f"whisper model {model!r}: expected {', '.join(MODELS)} or the folder of a model in "
            f"CTranslate2's format{nearest(model, MODELS)}"
        )
    missing = [
        names for names in FILES if not any((folder / n).is_file() for n in names.split(" or "))
    ]
    if missing:
        raise ModelMissing(
            f"whisper model: {folder} lacks {', '.join(missing)}; a model in CTranslate2's format "
            f"has {', '.join(FILES)}"
        )
    return folder


def _parts(model: str) -> dict[str, list[Path]]:
    """The verified files of a model by the name that CTranslate2 knows, those in parts in order."""
    parts: dict[str, list[Path]] = {}
    for file in sorted(MODELS[model], key=lambda file: file.name):
        path = file.path()
        parts.setdefault(Path(file.file).name.partition(".part")[0], []).append(path)
    return parts


@contextmanager
def _linked(parts: Mapping[str, Sequence[Path]]) -> Iterator[Path]:
    """A folder with links to files, those in parts joined in memory."""
    with ExitStack() as held:
        folder = held.enter_context(scratch.folder())
        for name, paths in parts.items():
            target = paths[0]
            if len(paths) > 1:
                joined = os.memfd_create(name)
                held.callback(os.close, joined)
                for path in paths:
                    _append(joined, path)
                target = Path(f"/proc/{os.getpid()}/fd/{joined}")
            (folder / name).symlink_to(target)
        yield folder


def _append(descriptor: int, path: Path) -> None:
    with open(path, "rb") as file:
        while os.sendfile(descriptor, file.fileno(), None, COPY_BYTES):
            pass

"""One file for each format the user asked for, named after the recording."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vsat_core.artifacts import Artifact, Files, Source
from vsat_core.errors import OutputError
from vsat_core.plugin import Run, Write
from vsat_plugins.write import FilesParams
from vsat_plugins.write.document import document
from vsat_plugins.write.nist import ctm, rttm, stm
from vsat_plugins.write.report import Report
from vsat_plugins.write.rows import Part
from vsat_plugins.write.subtitles import srt, vtt
from vsat_plugins.write.text import txt

FORMATS: dict[str, Callable[[Report], Iterator[Part]]] = {
    "txt": txt,
    "json": document,
    "srt": srt,
    "vtt": vtt,
    "rttm": rttm,
    "ctm": ctm,
    "stm": stm,
}


class FilesWriter(Write):
    """What all techniques share; each renders the parts of a format its own way."""

    params: FilesParams

    def __call__(self, inputs: Mapping[str, Source | Artifact], *, run: Run) -> Files:
        """Writes NAME.FORMAT into run.folder, UTF-8 with \\n at ends of lines: the same bytes for
        the same input.

        Raises OutputError if the disk refuses.
        """
        report = Report(inputs)
        names: list[str] = []
        for done, format_name in enumerate(dict.fromkeys(self.params.formats), 1):
            names.append(f"{report.source.name}.{format_name}")
            try:
                self.store(Path(run.folder) / names[-1], FORMATS[format_name](report))
            except OSError as error:
                why = f"cannot be written ({error.strerror}); check space and permissions"
                raise OutputError(f"{names[-1]}: {why}") from None
            run.progress(len(report.audio.samples) * done // len(self.params.formats))
        return Files(tuple(names))

    @abstractmethod
    def store(self, path: Path, parts: Iterator[Part]) -> None:
        """Write one file."""

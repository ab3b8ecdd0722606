"""One file for each format the user asked for, named after the recording."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vsat_core.artifacts import Artifact, Files, Source
from vsat_core.errors import OutputError
from vsat_core.formats.endings import result_name
from vsat_core.plugin import Run, Write
from vsat_plugins.write import FilesParams
from vsat_plugins.write.document import document
from vsat_plugins.write.elan import eaf
from vsat_plugins.write.html_page import html_page
from vsat_plugins.write.nist import ctm, rttm, stm
from vsat_plugins.write.praat import textgrid
from vsat_plugins.write.report import Report
from vsat_plugins.write.rows import Part
from vsat_plugins.write.subtitles import srt, vtt
from vsat_plugins.write.tables import audacity, csv, seglst
from vsat_plugins.write.text import txt
from vsat_plugins.write.word_processor import check_package, docx

FORMATS: dict[str, Callable[[Report], Iterator[Part]]] = {
    "txt": txt,
    "json": document,
    "srt": srt,
    "vtt": vtt,
    "rttm": rttm,
    "ctm": ctm,
    "stm": stm,
    "html": html_page,
    "csv": csv,
    "seglst": seglst,
    "eaf": eaf,
    "textgrid": textgrid,
    "audacity": audacity,
}


class FilesWriter(Write):
    """What all techniques share; each renders the parts of a format its own way."""

    params: FilesParams

    def prepare(self) -> None:
        """See that the package for docx is there. Raises PluginError."""
        if "docx" in self.params.formats:
            check_package()

    def __call__(self, inputs: Mapping[str, Source | Artifact], *, run: Run) -> Files:
        """Writes NAME.FORMAT into run.folder, UTF-8 with \\n at ends of lines: the same bytes for
        the same input.

        Raises OutputError if the disk refuses.
        """
        report = Report(inputs)
        names: list[str] = []
        for done, format_name in enumerate(dict.fromkeys(self.params.formats), 1):
            names.append(result_name(report.source.name, format_name))
            try:
                self._write(Path(run.folder) / names[-1], format_name, report)
            except OSError as error:
                why = f"cannot be written ({error.strerror}); check space and permissions"
                raise OutputError(f"{names[-1]}: {why}") from None
            run.progress(len(report.audio.samples) * done // len(self.params.formats))
        return Files(tuple(names))

    def _write(self, path: Path, format_name: str, report: Report) -> None:
        """A format of text by this technique's way, one of bytes by the one way there is."""
        if format_name in FORMATS:
            self.store(path, FORMATS[format_name](report))
        else:
            docx(report, path)

    @abstractmethod
    def store(self, path: Path, parts: Iterator[Part]) -> None:
        """Write one file."""

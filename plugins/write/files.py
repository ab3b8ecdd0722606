"""One file for each format the user asked for, named after the recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vsat_core.artifacts import Artifact, Files, Source
from vsat_core.contract.protocols import Write
from vsat_core.errors import OutputError
from vsat_core.plugin import Run
from vsat_plugins.write import FilesParams
from vsat_plugins.write.document import document
from vsat_plugins.write.nist import ctm, rttm, stm
from vsat_plugins.write.report import Report
from vsat_plugins.write.subtitles import srt, vtt
from vsat_plugins.write.text import txt

FORMATS: dict[str, Callable[[Report], Iterator[str]]] = {
    "txt": txt,
    "json": document,
    "srt": srt,
    "vtt": vtt,
    "rttm": rttm,
    "ctm": ctm,
    "stm": stm,
}


class Baseline(Write):
    """Row by row: memory does not grow with the recording."""

    params: FilesParams
    keep = False

    def __call__(self, inputs: Mapping[str, Source | Artifact], *, run: Run) -> Files:
        """Writes NAME.FORMAT into run.folder, UTF-8 with \\n at ends of lines: the same bytes for
        the same input.

        Raises OutputError if the disk refuses.
        """
        report = self.report(inputs)
        source, audio = report.source, report.audio
        names: list[str] = []
        for done, format_name in enumerate(dict.fromkeys(self.params.formats), 1):
            names.append(f"{source.name}.{format_name}")
            try:
                self.store(Path(run.folder) / names[-1], format_name, report)
            except OSError as error:
                why = f"cannot be written ({error.strerror}); check space and permissions"
                raise OutputError(f"{names[-1]}: {why}") from None
            run.progress(len(audio.samples) * done // len(self.params.formats))
        return Files(tuple(names))

    def report(self, inputs: Mapping[str, Source | Artifact]) -> Report:
        """What the formats are made from."""
        return Report(inputs, self.keep)

    def store(self, path: Path, format_name: str, report: Report) -> None:
        """One file."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(FORMATS[format_name](report))


class Buffered(Baseline):
    """Words, paragraphs and cues kept for all formats, and each file written at once: more memory,
    less time.
    """

    keep = True

    def store(self, path: Path, format_name: str, report: Report) -> None:
        """As Baseline."""
        path.write_bytes("".join(FORMATS[format_name](report)).encode())

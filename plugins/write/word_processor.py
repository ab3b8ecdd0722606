"""docx: a document to read, correct and send (Office Open XML, by python-docx)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.errors import PluginError
from vsat_core.formats.scripts import right_to_left
from vsat_core.plugin import Package
from vsat_core.printable import clock as clock_text, counted
from vsat_plugins.write.markup import allowed
from vsat_plugins.write.report import Report, clock, printable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip file: the same input gives the same bytes
GREY = "767676"
NEEDED = Package("docx", extra="", remedy="pip install python-docx")


def check_package() -> None:
    """Raises PluginError where python-docx is not installed."""
    if not NEEDED.found():
        raise PluginError(f"the format docx {NEEDED.remedy()}")


def docx(report: Report, path: Path) -> None:
    """Title, length, then a paragraph of the document for each of the transcript: time, the
    speaker's name in bold, the words; the numbers of pages at the foot.
    """
    check_package()
    from docx import Document

    document = Document()
    _settle(document, report)
    document.add_heading(allowed(printable(report.source.path.name)), 1)
    words = counted(len(report.script.start), "word")
    document.add_paragraph(f"{clock_text(len(report.audio.samples) / SAMPLE_RATE)}, {words}")
    if not len(report.reading.start):
        document.add_paragraph(report.nothing_said())
    _paragraphs(document, report)
    _page_numbers(document.sections[0].footer.paragraphs[0])
    content = io.BytesIO()
    document.save(content)
    _store(content, path)


def _settle(document: Document, report: Report) -> None:
    """Properties without names and dates of a template, and the language that is spell-checked."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    facts = document.core_properties
    facts.title = allowed(printable(report.source.path.name))[:255]
    facts.author = facts.last_modified_by = facts.comments = ""
    for name in ("dcterms:created", "dcterms:modified"):
        for element in facts._element.findall(qn(name)):
            facts._element.remove(element)
    if report.main_language:
        language = OxmlElement("w:lang")
        for kind in ("val", "eastAsia", "bidi"):
            language.set(qn(f"w:{kind}"), report.main_language)
        properties = document.styles["Normal"].element.get_or_add_rPr()
        properties.append(language)


def _paragraphs(document: Document, report: Report) -> None:
    p, n = report.reading.stretches(), len(report.reading.paragraphs) - 1
    times = clock(p.start).rows(0, n)
    names = report.names(p.speaker, allowed).rows(0, n)
    texts = report.reading.words(p.first, p.last).rows(0, n)
    for time, name, text in zip(times, names, texts, strict=True):
        made = document.add_paragraph()
        backwards = right_to_left(text)
        _run(made, f"[{time}] ", backwards).font.color.rgb = _grey()
        _run(made, f"{name}: ", backwards).bold = True
        _run(made, allowed(text), backwards)
        if backwards:
            made._p.get_or_add_pPr().append(_switch("w:bidi"))


def _run(paragraph: Paragraph, text: str, backwards: bool) -> Any:
    run = paragraph.add_run(text)
    run.font.rtl = backwards or None
    return run


def _grey() -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(GREY)


def _switch(name: str) -> Any:
    """An element that turns something on."""
    from docx.oxml import OxmlElement

    return OxmlElement(name)


def _page_numbers(paragraph: Paragraph) -> None:
    """This page of all pages, which the word processor counts."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Paragraph, code: str) -> None:
    from docx.oxml.ns import qn

    field = _switch("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run("1")._r  # shown until the fields are counted
    field.append(run)
    paragraph._p.append(field)


def _store(content: io.BytesIO, path: Path) -> None:
    """The parts of the zip file in their order without the time of day."""
    with zipfile.ZipFile(content) as made, zipfile.ZipFile(path, "w") as archive:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, made.read(name))

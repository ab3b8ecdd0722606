"""eaf: annotations for ELAN (EAF 3.0, Max Planck Institute for Psycholinguistics).

Each speaker has a tier of paragraphs and, depending on it, one of words (stereotype Included In).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vsat_plugins.write.markup import escaped
from vsat_plugins.write.report import Report, beside
from vsat_plugins.write.rows import Mapped, Numbers, Part, Rows
from vsat_plugins.write.tiers import Tier, texts_of, tiers_of

DATE = "1970-01-01T00:00:00+00:00"  # required; the same input gives the same bytes
HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="{DATE}" FORMAT="3.0" VERSION="3.0" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
"""
TYPES = """\
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="paragraphs" TIME_ALIGNABLE="true"/>
<LINGUISTIC_TYPE CONSTRAINTS="Included_In" GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="words" \
TIME_ALIGNABLE="true"/>
<CONSTRAINT DESCRIPTION="Time alignable annotations within the parent annotation's time interval, \
gaps are allowed" STEREOTYPE="Included_In"/>
</ANNOTATION_DOCUMENT>
"""


def eaf(report: Report) -> Iterator[Part]:
    """The document; its sound is the recording, looked for beside it."""
    tiers = tiers_of(report)
    url = escaped(beside(report.source.path).address)
    count = sum(len(tier.rows) for tier in tiers)
    yield HEAD
    yield f"""<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
<MEDIA_DESCRIPTOR MEDIA_URL="{url}" MIME_TYPE="unknown" RELATIVE_MEDIA_URL="{url}"/>
<PROPERTY NAME="lastUsedAnnotationId">{count}</PROPERTY>
</HEADER>
<TIME_ORDER>
"""
    times, slots = _slots(tiers)
    number = Numbers(np.arange(1, len(times) + 1))
    yield Rows('<TIME_SLOT TIME_SLOT_ID="ts', number, '" TIME_VALUE="', Numbers(times), '"/>\n')
    yield "</TIME_ORDER>\n"
    first = 1
    for tier, (begins, ends) in zip(tiers, slots, strict=True):
        yield from _tier(report, tier, begins, ends, first)
        first += len(tier.rows)
    yield TYPES


def _slots(
    tiers: Sequence[Tier],
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """The times of all slots in order, and for each tier the numbers, from 1, of the slots where
    its annotations begin and end.
    """
    if not tiers:
        return np.zeros(0, np.int64), []
    columns = [column for tier in tiers for column in (tier.start, tier.end)]
    times = np.concatenate(columns)
    order = np.argsort(times, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    ranks = np.split(rank, np.cumsum([len(column) for column in columns])[:-1])
    return times[order], list(zip(ranks[::2], ranks[1::2], strict=True))


def _tier(
    report: Report, tier: Tier, begins: np.ndarray, ends: np.ndarray, first: int
) -> Iterator[Part]:
    kind = "words" if tier.parent else "paragraphs"
    parent = f' PARENT_REF="{escaped(tier.parent)}"' if tier.parent else ""
    yield (
        f'<TIER LINGUISTIC_TYPE_REF="{kind}"{parent} PARTICIPANT="{escaped(tier.speaker)}" '
        f'TIER_ID="{escaped(tier.name)}">\n'
    )
    yield Rows(
        '<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a',
        Numbers(np.arange(first, first + len(tier.rows))),
        '" TIME_SLOT_REF1="ts',
        Numbers(begins),
        '" TIME_SLOT_REF2="ts',
        Numbers(ends),
        '"><ANNOTATION_VALUE>',
        Mapped(escaped, texts_of(report, tier)),
        "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>\n",
    )
    yield "</TIER>\n"

"""Variants in C++ for VSAT: `cluster ahc.native` and `detect segmentation.native`."""

from vsat_core.plugin import Card, Threads, hookimpl
from vsat_plugins.cluster import AhcParams
from vsat_plugins.detect import SEGMENTATION, SILERO, SegmentationParams


@hookimpl
def vsat_cluster() -> list[Card]:
    """Agglomerative clustering."""
    return [
        Card(
            "ahc.native",
            "agglomerative clustering, average linkage of cosine similarity; C++, similarities in "
            "16 bits and nearest-neighbour chains",
            AhcParams,
        )
    ]


@hookimpl
def vsat_detect() -> list[Card]:
    """A recurrent network."""
    return [
        Card(
            "segmentation.native",
            "pyannote segmentation-3.0, a recurrent network that separates overlapping voices; "
            "C++, blocks of windows",
            SegmentationParams,
            Threads,
            needs=(SEGMENTATION, SILERO),
        )
    ]

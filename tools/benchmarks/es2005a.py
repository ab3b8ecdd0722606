"""Clustering alone on a real meeting: the embeddings that VBx's authors publish with the result
they got.

    python -m tools.benchmarks.es2005a [FOLDER]

prints DER, JER and the number of speakers of VBx with the published PLDA and parameters, and of
every method of ours on the same embeddings with its default parameters. FOLDER holds ES2005a.ark,
ES2005a.seg, plda, transform.h5 and ES2005a.published.rttm (BUTSpeechFIT/VBx, Apache-2.0). Needs
h5py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import scipy.cluster.hierarchy
import scipy.linalg
import scipy.special

from tools.benchmarks.optimizations import ROOT
from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech, Turns
from vsat_core.config.registry import load
from vsat_core.contract.workspace import Workspace
from vsat_core.formats.records import Turn
from vsat_core.formats.rttm import read_rttm
from vsat_core.scoring.diarization import Diarization
from vsat_core.scoring.protocol import Protocol

DIMENSIONS, THRESHOLD, SMOOTHING = 128, -0.015, 5.0  # the published example's
PUBLISHED = {"fa": 0.3, "fb": 17.0, "loop_probability": 0.99}
FORGIVING = Protocol(collar_s=0.25, skip_overlap=True)  # of the published DER
STRICT = Protocol()  # of its JER


@attrs.frozen
class Meeting:
    """Embeddings after LDA, of length 1 (float64 (n, 128)); the same for the PLDA `x` with between
    variances `phi`.
    """

    embeddings: np.ndarray
    x: np.ndarray
    phi: np.ndarray
    begin_s: np.ndarray
    end_s: np.ndarray
    stretch: np.ndarray
    reference: list[Turn]


def read(folder: Path) -> Meeting:
    """Everything in the folder, through the published transforms."""
    import h5py

    with h5py.File(folder / "transform.h5") as file:
        mean1, mean2, lda = (np.array(file[name]) for name in ("mean1", "mean2", "lda"))
    raw = kaldi_vectors((folder / "ES2005a.ark").read_bytes())
    embeddings = unit(unit(raw - mean1) @ lda - mean2)
    middle, within, between = kaldi_plda((folder / "plda").read_bytes())
    variances, directions = scipy.linalg.eigh(between, within)
    x = (embeddings - middle) @ directions[:, ::-1]
    rows = [line.split() for line in (folder / "ES2005a.seg").read_text().splitlines()]
    stretch = np.unique([row[0].partition("-")[0] for row in rows], return_inverse=True)[1]
    times = np.array([row[2:4] for row in rows], float)
    reference = list(read_rttm(folder / "ES2005a.published.rttm"))
    return Meeting(
        embeddings,
        x[:, :DIMENSIONS],
        variances[::-1][:DIMENSIONS],
        times[:, 0],
        times[:, 1],
        stretch,
        reference,
    )


def unit(rows: np.ndarray) -> np.ndarray:
    """Every row of length 1."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def kaldi_vectors(data: bytes) -> np.ndarray:
    """The rows of a binary Kaldi archive of float vectors."""
    rows, at = [], 0
    while at < len(data):
        at = data.index(b" \0BFV \4", at) + 7
        n = int.from_bytes(data[at : at + 4], "little")
        rows.append(np.frombuffer(data, "<f4", n, at + 4))
        at += 4 + 4 * n
    return np.array(rows, float)


def kaldi_plda(data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, within-class and between-class covariance of a binary Kaldi PLDA (its transform makes
    the first I).
    """
    at = data.index(b" DV \4") + 5
    n = int.from_bytes(data[at : at + 4], "little")
    mean = np.frombuffer(data, "<f8", n, at + 4)
    at = (
        data.index(b"DM \4", at + 4 + 8 * n) + 4 + 4 + 1 + 4
    )  # "DM ", then rows and columns, each after its size
    transform = np.frombuffer(data, "<f8", n * n, at).reshape(n, n)
    psi = np.frombuffer(data, "<f8", n, data.index(b"DV \4", at + 8 * n * n) + 8)
    inverse = np.linalg.inv(transform)
    return mean, inverse @ inverse.T, inverse * psi @ inverse.T


def two_gaussians(scores: np.ndarray, rounds: int = 20) -> float:
    """Where a score is as likely from either of two Gaussians of one variance, fitted by EM."""
    weight, variance = np.full(2, 0.5), scores.var()
    mean = scores.mean() + scores.std() * np.array([-1, 1])
    middle = border(weight, mean, variance)
    for _ in range(rounds):
        upper = scipy.special.expit((scores - middle) * (mean[1] - mean[0]) / variance)
        count = np.array([len(scores) - upper.sum(), upper.sum()])
        weight, mean = (
            count / len(scores),
            np.array([scores.sum() - scores @ upper, scores @ upper]) / count,
        )
        variance = float(scores @ scores / len(scores) - weight @ mean**2)
        middle = border(weight, mean, variance)
    return middle


def border(weight: np.ndarray, mean: np.ndarray, variance: float) -> float:
    """Where both Gaussians are as likely."""
    return float(mean.mean() + variance * np.log(weight[0] / weight[1]) / (mean[1] - mean[0]))


def first_guess(meeting: Meeting) -> np.ndarray:
    """Average linkage cut at the two Gaussians' threshold, as soft responsibilities float64
    (n, k).
    """
    scores = meeting.embeddings @ meeting.embeddings.T
    least = two_gaussians(scores.reshape(-1)) + THRESHOLD
    tree = scipy.cluster.hierarchy.linkage(2 - scores[np.triu_indices(len(scores), 1)], "average")
    labels = scipy.cluster.hierarchy.fcluster(tree, 2 - least, "distance") - 1
    return scipy.special.softmax(SMOOTHING * np.eye(labels.max() + 1)[labels], axis=1)


def published(meeting: Meeting) -> np.ndarray:
    """Labels (n,) of VBx as its authors ran it."""
    vbx = ready("vbx.vectorized", **PUBLISHED)
    return vbx.solved(meeting.x, meeting.phi, first_guess(meeting)).gamma.argmax(1)


def ready(name: str, **params: float) -> Any:
    """A clustering, prepared."""
    card = load().variants["cluster"][name].card
    stage = load().variants["cluster"][name].make(card.params(**params), card.tuning())
    stage.prepare()
    return stage


def turns(meeting: Meeting, labels: np.ndarray) -> list[Turn]:
    """The labels' turns; where embeddings overlap, the border is half way."""
    begin, end = meeting.begin_s.copy(), meeting.end_s.copy()
    overlapping = np.flatnonzero(end[:-1] > begin[1:])
    middle = (end[overlapping] + begin[overlapping + 1]) / 2
    end[overlapping], begin[overlapping + 1] = middle, middle
    return named(begin, end, labels)


def named(begin_s: np.ndarray, end_s: np.ndarray, labels: np.ndarray) -> list[Turn]:
    """Turns of speakers known by numbers."""
    rows = zip(begin_s.tolist(), end_s.tolist(), labels.tolist(), strict=True)
    return [Turn("ES2005a", a, b, str(speaker)) for a, b, speaker in rows]


def score(meeting: Meeting, found: list[Turn]) -> tuple[float, float, int]:
    """DER (0.25 s a side and overlap left out) and JER (nothing left out) in percent, and the
    number of speakers.
    """
    der, jer = (Diarization.of(meeting.reference, found, p).counts() for p in (FORGIVING, STRICT))
    return 100 * der.rate, 100 * jer.jaccard_rate, len({turn.speaker for turn in found})


def ours(meeting: Meeting) -> dict[str, list[Turn]]:
    """Turns of every method this project ships, at its default parameters, by its vectorized
    technique.
    """
    begin, end = (
        np.round(s * SAMPLE_RATE).astype(np.int64) for s in (meeting.begin_s, meeting.end_s)
    )
    first = np.unique(meeting.stretch, return_index=True)[1]
    last = np.r_[first[1:], len(begin)] - 1
    speech = Speech(begin[first], end[last], np.full(len(first), -1, np.int32), int(end[-1]))
    embeddings = Embeddings(meeting.embeddings.astype(np.float32), begin, end, meeting.stretch)
    found = {}
    for name in load().variants["cluster"]:
        if name.endswith(".vectorized"):
            with Workspace() as run:
                rows: Turns = ready(name)(embeddings, speech, run=run)
            found[name] = named(rows.start / SAMPLE_RATE, rows.end / SAMPLE_RATE, rows.speaker)
    return found


def main() -> None:
    """Print the table."""
    shared = ROOT.parent / "shared" / "data" / "speech"
    data = Path(os.environ.get("VSAT_SPEECH_DATA", shared)) / "vbx_es2005a_embeddings"
    meeting = read(Path(sys.argv[1]) if len(sys.argv) > 1 else data)
    rows = {"VBx as published": turns(meeting, published(meeting)), **ours(meeting)}
    print(f"{'':20} {'DER %':>7} {'JER %':>7} {'speakers':>9}   (there are 4)")
    for name, found in rows.items():
        der, jer, n = score(meeting, found)
        print(f"{name:20} {der:7.2f} {jer:7.2f} {n:9}")


if __name__ == "__main__":
    main()

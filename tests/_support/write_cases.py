"""Transcripts that the formats of `write` are tried on."""

from __future__ import annotations

import attrs
import numpy as np

from tests._support.transcripts import transcript_of
from vsat_core.artifacts import TextColumn, Transcript

TALK = (
    (0, "Good morning, both of you. Shall we decide what the first episode is about?"),
    (
        1,
        "I would start with the lighthouse, because everybody in town has a story about it, and "
        "the keeper agreed.",
    ),
    (0, "R&D <b>costs</b> 5 pounds."),
    (-1, "— Who said that?"),
    (1, "Nobody."),
)


def with_unclear(transcript: Transcript, *rows: tuple[int, int, int, str]) -> Transcript:
    """The transcript with stretches (start, end, speaker, text removed)."""
    columns = np.array([row[:3] for row in rows], np.int64).T
    return attrs.evolve(
        transcript,
        unclear_start=columns[0],
        unclear_end=columns[1],
        unclear_speaker=columns[2].astype(np.int32),
        unclear_text=TextColumn.of(row[3] for row in rows),
        unclear_reason=TextColumn.of("why" for _ in rows),
    )


LANGUAGES = (
    (0, "今日 は いい 天気 です ね。 散歩 に 行き ましょう か？", "ja"),
    (1, "我 昨天 在 New York 买 了 一 本 书， 非常 有 意思。", "zh"),
    (2, "שלום לכולם, מה שלומכם היום?", "he"),
    (0, "วันนี้ อากาศ ดี มาก ไป Bangkok กัน ไหม", "th"),
    (1, "Das ist schön.", "de"),
    (0, "本当 に、 素晴らしい アイデア です よ。", "ja"),
)


def with_confidence(transcript: Transcript) -> Transcript:
    """The transcript with a confidence for all words but every fifth."""
    n = len(transcript.start)
    sure = np.linspace(0, 1, n, dtype=np.float32)
    sure[4::5] = np.nan
    return attrs.evolve(transcript, confidence=sure)


SPOKEN = transcript_of((0, "yes"))
TRANSCRIPTS = {
    "talk": transcript_of(*TALK),
    "unclear": with_unclear(
        transcript_of((0, "one two"), (1, "three")),  # from 0.5 s, from 1.45 s
        (1_000, 7_000, -1, "you"),
        (19_000, 20_000, 0, ""),
        (21_000, 22_000, 0, "la la"),
        (30_000, 31_000, 1, ""),
        (90_000, 91_000, 1, ""),
    ),
    "unclear_only": with_unclear(transcript_of(), (16_000, 32_000, 0, "")),
    "languages": with_confidence(transcript_of(*LANGUAGES)),
    "nothing": transcript_of(),
    "no_words": attrs.evolve(
        transcript_of(),
        turn_start=SPOKEN.turn_start,
        turn_end=SPOKEN.turn_end,
        turn_speaker=SPOKEN.turn_speaker,
    ),
}

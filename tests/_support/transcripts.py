"""Transcripts for tests, made of what each speaker says."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, Turns, Words

WORD, GAP, PAUSE = 4800, 800, 8000  # samples of a word, between words, and between lines


def transcript_of(*lines: tuple[int, str] | tuple[int, str, str], pause: int = PAUSE) -> Transcript:
    """Lines of (speaker, text) or (speaker, text, language), words 0.3 s long; speaker -1 has words
    but no turn.
    """
    text: list[str] = []
    codes: list[str] = []
    rows: list[tuple[int, int, int, int]] = []
    turns: list[tuple[int, int, int]] = []
    at = PAUSE
    for number, (speaker, said, *code) in enumerate(lines):
        words = said.split()
        codes += ["".join(code)] * len(words)
        for word in words:
            text.append(word)
            rows.append((at, at + WORD, speaker, number))
            at += WORD + GAP
        if words and speaker >= 0:
            turns.append((rows[-len(words)][0], rows[-1][1], speaker))
        at += pause - GAP
    start, end, speaker_of, utterance = np.array(rows, np.int64).reshape(-1, 4).T
    first, last, who = np.array(turns, np.int64).reshape(-1, 3).T
    words_ = Words(
        TextColumn.of(text),
        start,
        end,
        utterance.astype(np.int32),
        language=TextColumn.of(codes),
    )
    return Transcript.of(
        words_, Turns(first, last, who.astype(np.int32)), speaker_of.astype(np.int32)
    )

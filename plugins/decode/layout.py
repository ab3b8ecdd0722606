"""What several channels are to each other: which hold speech, which hold the same sound, and
whether each has speakers of its own.

Decided from the level of each channel in each tenth of a second and from the correlation of
channels, both over the whole recording.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Layout

# a channel whose loudest 1 % of frames are less above its quiet 10 % holds no speech
STEADY_DB = 4.0
LIVELY_DB = 15.0  # a channel with at least this range may hold speech
HARMFUL_DB = 25.0  # steady sound closer than this below the peaks of speech is left out
SAME = 0.99  # correlation of two channels that are copies, whatever their level and sign
ACTIVE_DB = 20.0  # a frame is speech where a channel comes this close to its own loud speech
ALONE_DB = 10.0  # a speaker is in one channel only where it leads all others by this much
ALONE_SHARE = 0.05  # of the speech, that a channel must lead to have a speaker of its own
# an overdriven channel: the peaks of its loud frames are hardly above their mean power (7.7 dB and
# more in sound speech, 10 usually), and another channel is clearer
OVERDRIVEN_DB = 7.0
CLEARER_DB = 2.0
LOUD_DB = 10.0  # frames so close to loud speech are looked at


def percentiles(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quiet, loud and peak level of each channel in whole dB, float64 (n_channels,): what 10, 95
    and 99 % of its frames do not exceed. `levels` is (n_channels, n_frames), dB.
    """
    found = np.percentile(levels, (10, 95, 99), axis=1, method="inverted_cdf")
    quiet, loud, peak = np.floor(found).astype(float)
    return quiet, loud, peak


def drowning(levels: np.ndarray) -> np.ndarray:
    """Which channels hold nothing but a steady sound that would cover the voice of another, bool
    (n_channels,).
    """
    quiet, loud, peak = percentiles(levels)
    lively = loud - quiet >= LIVELY_DB
    if not lively.any():
        return lively
    return np.asarray((peak - quiet < STEADY_DB) & (quiet > loud[lively].max() - HARMFUL_DB))


def overdriven(levels: np.ndarray, crests: np.ndarray) -> np.ndarray:
    """Which channels are clipped so much that others are clearer, and have no speaker of their own,
    bool (n_channels,). `crests` is (n_channels, n_frames), each frame's peak over its level in dB.
    """
    quiet, loud, _ = percentiles(levels)
    speaking = loud - quiet >= LIVELY_DB
    crest = np.array(
        [
            np.median(own[level >= top - LOUD_DB])
            for own, level, top in zip(crests, levels, loud, strict=True)
        ]
    )
    chosen = speaking & (crest < OVERDRIVEN_DB)
    chosen &= crest < np.max(crest[speaking], initial=-np.inf) - CLEARER_DB
    if chosen.any():
        heard = np.flatnonzero(speaking)
        alone = alone_shares(levels[heard], loud[heard])
        chosen[heard[alone >= ALONE_SHARE]] = False
    return chosen


def layout_of(
    levels: np.ndarray, correlation: np.ndarray, asked: str, left_out: np.ndarray
) -> Layout:
    """What is to become of these channels; `left_out` are not needed, `asked` is split, best or
    auto.
    """
    n = len(levels)
    quiet, loud, _ = percentiles(levels)
    speaking = (loud - quiet >= LIVELY_DB) & ~left_out
    if not speaking.any():  # nobody can be told apart from the noise: leave nothing out
        return Layout(n, "mix", range(1, n + 1), "no channel holds clear speech")
    for later in range(1, n):
        speaking[later] &= not (np.abs(correlation[later, :later]) > SAME)[speaking[:later]].any()
    used = np.flatnonzero(speaking)
    numbers = tuple((used + 1).tolist())
    n_rest = n - len(used)
    rest = f"; {n_rest} without clear speech of its own left out" if n_rest else ""
    if len(used) == 1:
        return Layout(n, "mix", numbers, "it alone holds clear speech of its own")
    if asked == "best":
        best = used[np.argmax((loud - quiet)[used])]
        return Layout(n, "best", (int(best) + 1,), f"its signal-to-noise ratio is the best{rest}")
    alone = alone_shares(levels[used], loud[used])
    found = f"each leads the others in {alone.min():.0%} of the speech or more{rest}"
    apart = bool((alone >= ALONE_SHARE).all())
    return Layout(n, "split" if asked == "split" or apart else "mix", numbers, found)


def alone_shares(levels: np.ndarray, loud: np.ndarray) -> np.ndarray:
    """The share of the speech in which each channel leads all others clearly, float64
    (n_channels,); each is measured against its own loud speech, so that gains do not matter.
    """
    own = levels - loud[:, None]
    own = own[:, own.max(axis=0) >= -ACTIVE_DB]
    second, first = np.sort(own, axis=0)[-2:]
    leads = (own == first) & (first - second >= ALONE_DB)
    return np.asarray(leads.mean(axis=1))


def told(layout: Layout, name: str = "channel") -> str:
    """One line on what becomes of the channels."""
    what = {
        "mix": "mixed" if len(layout.used) > 1 else "taken",
        "split": "transcribed each on its own",
        "best": "taken",
    }[layout.way]
    used = np.isin(np.arange(1, layout.n + 1), layout.used)
    return f"{layout.n} {name}s: {subject(name, used)} {what}: {layout.reason}"


def subject(name: str, chosen: np.ndarray) -> str:
    """The channels that are True, by their numbers, with their verb.

    >>> subject("channel", np.array([True, False])), subject("track", np.array([True, True]))
    ('channel 1 is', 'tracks 1 and 2 are')
    """
    *first, last = map(str, (np.flatnonzero(chosen) + 1).tolist())
    return f"{name}s {', '.join(first)} and {last} are" if first else f"{name} {last} is"

"""How the split was drawn: which voices, noises and rooms each part has, and which conversations.

`python -m tools.hard_recordings plan` writes split.json again from this file; what is measured
rests on the committed split.json, whose recipes name everything that chance decided.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import attrs
import msgspec

from tools.hard_recordings.codecs import CODECS
from tools.hard_recordings.recipe import Kind, Noise, Part, Recipe, Room, Speaker, Split
from tools.hard_recordings.voices import LIBRIVOX

# The eleven evaluation files have the readers ls* and so0960, so1012, so2059, so2380: they are in
# confirm alone. Clips are divided by language, so that no corpus of unnamed people is in both.
TUNE_READERS = "so0482 so0575 so1027 so1033 so2036 so2061 so2242 so2244 librivox"
CONFIRM_READERS = "ls1688 ls1998 ls2414 ls2609 ls3331 ls533 so0960 so1012 so2059 so2380"
TUNE_CLIPS = (
    "de-fleurs-A de-fleurs-B de-fleurs-C es-fleurs-A es-fleurs-B pt-fleurs-A en-fleurs-A de-css10 "
    "es-css10 it-css10 ru-css10 ru-voxforge-m pt-ufpalign-falabrasil "
    "hi-noa-Regional-Shimla-Hindi-1800-20215618251"
)
CONFIRM_CLIPS = (
    "fr-fleurs-A fr-fleurs-B fr-fleurs-C sv-nst-se10x016 zh-fleurs-wstt fr-css10 zh-css10 "
    "ja-css10 nl-css10 fi-css10 hu-css10 el-css10 he-fleurs-sm th-fleurs-sm"
)
READERS: dict[Part, list[str]] = {
    "tune": TUNE_READERS.split(),
    "confirm": CONFIRM_READERS.split(),
}
CLIPS: dict[Part, list[str]] = {"tune": TUNE_CLIPS.split(), "confirm": CONFIRM_CLIPS.split()}
SPEEDS: dict[Part, tuple[float, ...]] = {"tune": (1.0, 0.92, 1.08), "confirm": (1.0,)}
RECORDED: dict[Part, str] = {
    "tune": "noise/speechbrain_noise5.flac",
    "confirm": "noise/doing_the_dishes.flac",
}
RT60_S: dict[Part, tuple[tuple[float, float], ...]] = {
    "tune": ((0.20, 0.35), (0.50, 0.65)),
    "confirm": ((0.35, 0.50), (0.65, 0.80)),
}
SEED: dict[Part, int] = {"tune": 25_001, "confirm": 25_002}

QUIET = (1, 2, 3, 4, 5, 6, 8, 10)
ROOM = (1, 2, 2, 3, 3, 4, 4, 5, 6, 8)
CODEC = ((2, 3), (2, 4), (3, 2), (3, 4), (2, 3), (1, 6))  # in the order of CODECS
LEVEL = (2, 3, 3, 4, 5, 6)
OVERLAP = ((0.1, 2), (0.1, 4), (0.2, 3), (0.2, 6), (0.3, 2), (0.3, 4), (0.4, 3), (0.4, 5))
NOISES = ("babble", "traffic", "fan", "hum", "keyboard", "music", "recorded")
NOISE = {20: (1, 3, 5, 2, 8, 4), 10: (4, 2, 4, 3, 10, 4, 6, 4, 1), 5: (2, 4, 1, 4, 3, 2, 6, 3, 8)}
# speakers who say much, those who say only short answers, seconds; in rooms
MEETING = (
    (2, 1, 30), (1, 1, 45), (2, 1, 60), (3, 1, 60), (2, 2, 75), (3, 2, 90), (4, 1, 120),
    (2, 1, 150), (4, 2, 180), (5, 1, 300),
)  # fmt: skip
MEETING_SNR_DB = (10.0, 25.0)
MEETING_NOISES = ("fan", "hum", "keyboard", "traffic")
LOUD = ((3, 5.0, "recorded"), (2, 5.0, "fan"), (4, 10.0, "recorded"), (3, 10.0, "babble"))
CALL = (((2, 0, 30), "g711"), ((1, 1, 45), "gsm"), ((2, 1, 60), "opus_6k"), ((2, 0, 45), "amr_nb"))
ANSWERS_S = (0.6, 4.0)  # in all, of those who say only short answers
ROUNDS: dict[Part, int] = {"tune": 2, "confirm": 1}  # of meetings and calls
SHARES_SIGMA = 1.0  # of the logarithms of the others' shares
FAR_SNR_DB = 20.0  # of the noise in every other room
LEVELS_DB = 20.0  # between the loudest and the quietest
BABBLE = (4, 7)
OTHERS = 0.5  # of conversations of 3 and more have speakers of clips


@attrs.define
class Draw:
    """The chances of one part."""

    part: Part
    chance: random.Random = attrs.field(init=False)
    made: dict[str, int] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.chance = random.Random(SEED[self.part])

    def recipe(
        self, kind: Kind, count: int, *, noise: tuple[str, float] | None = None, room: bool = False,
        codec: str = "", overlap: float = 0.0, levels: bool = False,
    ) -> Recipe:  # fmt: skip
        """One conversation of `count` people."""
        number = self.made[kind] = self.made.get(kind, 0) + 1
        speakers = self.speakers(count, levels)
        heard = noise and self.noise(*noise, [s.voice for s in speakers])
        return Recipe(
            id=f"{self.part}-{kind}-{number:02d}",
            part=self.part,
            kind=kind,
            seed=self.chance.randrange(10**6),
            seconds=round(25 + 11 * count + self.chance.uniform(0, 20), 1),
            speakers=speakers,
            overlap=overlap,
            noise=heard or None,
            room=self.room(count) if room else None,
            codec=codec,
        )

    def speakers(self, count: int, levels: bool) -> tuple[Speaker, ...]:
        """Readers first; clips fill up, and take the place of some readers in half of the cases."""
        readers, clips = READERS[self.part].copy(), CLIPS[self.part].copy()
        self.chance.shuffle(readers)
        self.chance.shuffle(clips)
        strangers = count // 3 if self.chance.random() < OTHERS else 0
        strangers = max(strangers, count - len(readers))
        names = readers[: count - strangers] + clips[:strangers]
        gains = [round(self.chance.uniform(-3, 3), 1) for _ in names]
        if levels:
            step = LEVELS_DB / (count - 1)
            gains = [round(LEVELS_DB / 2 - step * k, 1) for k in range(count)]
            self.chance.shuffle(gains)
        return tuple(
            Speaker(name, self.chance.choice(SPEEDS[self.part]), db)
            for name, db in zip(names, gains, strict=True)
        )

    def noise(self, kind: str, snr_db: float, speaking: Sequence[str]) -> Noise:
        """Talkers of babble are others of the same part."""
        others = [v for v in (*READERS[self.part], *CLIPS[self.part]) if v not in speaking]
        talkers = self.chance.sample(others, self.chance.randint(*BABBLE))
        return Noise(
            kind,
            snr_db,
            self.chance.randrange(10**6),
            tuple(talkers) if kind == "babble" else (),
            RECORDED[self.part] if kind == "recorded" else "",
        )

    def room(self, count: int) -> Room:
        """A room in which all find a place 0.5 to 4 m from the microphone, at least 0.4 m apart."""
        while True:
            size = (self.metres(3, 8), self.metres(2.6, 6), self.metres(2.4, 3.2))
            rt60 = round(self.chance.uniform(*self.chance.choice(RT60_S[self.part])), 2)
            a, b, c = size
            if 0.161 * a * b * c / (2 * (a * b + b * c + a * c)) < 0.9 * rt60:
                break
        microphone = (self.metres(0.5, a - 0.5), self.metres(0.5, b - 0.5), self.metres(0.8, 1.4))
        places: list[tuple[float, float, float]] = []
        for _ in range(100_000):
            place = (self.metres(0.3, a - 0.3), self.metres(0.3, b - 0.3), self.metres(1.1, 1.7))
            apart = all(_distance(place, other) > 0.4 for other in places)
            if 0.5 <= _distance(place, microphone) <= 4 and apart:
                places.append(place)
            if len(places) == count:
                break
        return Room(size, rt60, microphone, tuple(places))

    def uneven(self, kind: Kind, many: int, few: int, seconds: int) -> Recipe:
        """One conversation in which `many` say much in very different shares, and `few` hardly
        anything.
        """
        recipe = self.recipe(kind, many)
        speaking = [s.voice for s in recipe.speakers]
        readers = [v for v in READERS[self.part] if v not in speaking and v != LIBRIVOX]
        quiet = tuple(
            Speaker(v, self.chance.choice(SPEEDS[self.part]), round(self.chance.uniform(-6, 2), 1))
            for v in self.chance.sample(readers, few)
        )
        shares = [round(self.chance.lognormvariate(0, SHARES_SIGMA), 2) for _ in speaking]
        answers = [round(self.chance.uniform(*ANSWERS_S), 2) for _ in quiet]
        return msgspec.structs.replace(
            recipe,
            seconds=float(seconds),
            speakers=recipe.speakers + quiet,
            shares=(*shares, *(0.0 for _ in quiet)),
            answers_s=(*(0.0 for _ in speaking), *answers),
        )

    def metres(self, low: float, high: float) -> float:
        """A length, to the centimetre."""
        return round(self.chance.uniform(low, high), 2)


def _distance(a: Sequence[float], b: Sequence[float]) -> float:
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5


def conversations(part: Part) -> Iterator[Recipe]:
    """All of one part, by kind."""
    draw = Draw(part)
    yield from (draw.recipe("quiet", n) for n in QUIET)
    number = 0
    for snr_db, counts in NOISE.items():
        for n in counts:
            yield draw.recipe("noise", n, noise=(NOISES[number % len(NOISES)], snr_db))
            number += 1
    for k, n in enumerate(ROOM):
        noise = (("fan", "traffic", "hum")[k // 2 % 3], FAR_SNR_DB) if k % 2 else None
        yield draw.recipe("room", n, room=True, noise=noise)
    for codec, counts in zip(CODECS, CODEC, strict=True):
        yield from (draw.recipe("codec", n, codec=codec) for n in counts)
    yield from (draw.recipe("level", n, levels=True) for n in LEVEL)
    yield from (draw.recipe("overlap", n, overlap=share) for share, n in OVERLAP)
    yield from long_ones(draw)
    for _ in range(ROUNDS[part]):
        yield from uneven_ones(draw)


def uneven_ones(draw: Draw) -> Iterator[Recipe]:
    """Meetings in rooms, others in loud noise without a room, and calls."""
    for k, (many, few, seconds) in enumerate(MEETING):
        recipe = draw.uneven("meeting", many, few, seconds)
        snr_db = round(draw.chance.uniform(*MEETING_SNR_DB), 1)
        noise = draw.noise(MEETING_NOISES[k % len(MEETING_NOISES)], snr_db, ())
        yield msgspec.structs.replace(recipe, noise=noise, room=draw.room(many + few))
    for many, snr_db, kind in LOUD:
        recipe = draw.uneven("meeting", many, 0, 20 * many)
        noise = draw.noise(kind, snr_db, [s.voice for s in recipe.speakers])
        yield msgspec.structs.replace(recipe, noise=noise)
    for (many, few, seconds), codec in CALL:
        yield msgspec.structs.replace(draw.uneven("call", many, few, seconds), codec=codec)


def long_ones(draw: Draw) -> Iterator[Recipe]:
    """Half an hour and an hour, with utterances said several times: recipes only."""
    for count, seconds, reuse in ((8, 1800.0, 7), (10, 3600.0, 12)):
        recipe = draw.recipe("long", count, overlap=0.1)
        yield msgspec.structs.replace(recipe, seconds=seconds, reuse=reuse, stored=False)


def planned() -> Split:
    """Both parts."""
    voices = {part: (*READERS[part], *CLIPS[part]) for part in READERS}
    return Split(voices, tuple(recipe for part in READERS for recipe in conversations(part)))

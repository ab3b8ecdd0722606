"""tools/hard_recordings: what is made is what its recipe says."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest
import soundfile

from tools.hard_recordings.arrange import arranged
from tools.hard_recordings.codecs import CODECS, through
from tools.hard_recordings.files import digest_of, read_digests
from tools.hard_recordings.levels import RATE, active_rms, looped, rms
from tools.hard_recordings.noises import MAKERS
from tools.hard_recordings.plan import planned
from tools.hard_recordings.recipe import (
    Kind,
    Noise,
    Recipe,
    Room,
    Speaker,
    Split,
    read_split,
    write_split,
)
from tools.hard_recordings.render import rendered
from tools.hard_recordings.rooms import responses
from tools.hard_recordings.scores import (
    CONFUSION,
    DER,
    EXACT,
    MISSED,
    WER,
    WITHIN_ONE,
    Score,
    difference,
    estimate,
    groups,
    scored,
)
from tools.hard_recordings.sensitivity import moved
from tools.hard_recordings.systems import Setup, chosen
from tools.hard_recordings.tables import all_kinds
from tools.hard_recordings.variation import SPEED, shelved
from tools.hard_recordings.voices import Sources, Utterance, Voice, joined, read_voices
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.formats.records import Segment, Turn
from vsat_core.formats.rttm import rttm_text
from vsat_core.formats.stm import stm_text
from vsat_core.scoring.diarization import DiarizationCounts

SPLIT = read_split()
EVALUATED = "ls1688 ls1998 ls2414 ls2609 ls3331 ls533 so0960 so1012 so2059 so2380".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Voice]:
    """Three voices that hiss for 1.4 s at a time."""
    folder, found = tmp_path_factory.mktemp("voices"), {}
    for k, name in enumerate(("ada", "bob", "eve")):
        rng = np.random.default_rng(k)
        said = []
        for i in range(12):
            path = folder / f"{name}{i}.wav"
            x = np.zeros(2 * RATE)
            x[4800:27200] = 0.1 * rng.standard_normal(22400)
            soundfile.write(path, x, RATE)
            said.append(Utterance(path.stem, path, 0.0, None, f"{name} {i}", ((0.3, 1.7),)))
        found[name] = Voice(name, tuple(said), True)
    return found


def recipe(count: int = 3, **more: object) -> Recipe:
    speakers = tuple(Speaker(name) for name in ("ada", "bob", "eve")[:count])
    known = {"id": "x", "part": "tune", "kind": "quiet", "seed": 3, "seconds": 30.0}
    return msgspec.convert(known | {"speakers": speakers} | more, Recipe)


def spans_of(sound: object, speaker: str | None = None) -> list[tuple[float, float]]:
    return [(t.start_s, t.end_s) for t in sound.turns if speaker is None or t.speaker == speaker]


def gaps_of(sound: object) -> np.ndarray:
    """The samples in which nobody speaks."""
    silent = np.ones(len(sound.samples), bool)
    for a, b in spans_of(sound):
        silent[int((a - 0.05) * RATE) : int((b + 0.05) * RATE)] = False
    return sound.samples[silent] / 32768


def test_the_split_keeps_voices_noises_and_rooms_apart():
    for share in (
        lambda r: {s.voice for s in r.speakers} | set(r.noise.voices if r.noise else ()),
        lambda r: {r.noise.seed, r.noise.file or r.noise.seed} if r.noise else set(),
        lambda r: {r.room.rt60_s, r.room.size_m} if r.room else set(),
    ):
        tune, confirm = (
            set().union(*(share(r) for r in SPLIT.conversations if r.part == part))
            for part in ("tune", "confirm")
        )
        assert tune
        assert not tune & confirm
    assert not set(EVALUATED) & set(SPLIT.voices["tune"])


def test_the_split_has_what_it_must_have():
    for part in ("tune", "confirm"):
        stored = [r for r in SPLIT.conversations if r.part == part and r.stored]
        assert len(stored) >= 60
        assert {r.kind for r in stored} == set(get_args(Kind)) - {"long"}
        assert {len(r.speakers) for r in stored} >= {1, 2, 3, 4, 5, 6, 8, 10}
        assert {r.codec for r in stored} - {""} == set(CODECS)
        heard = {(r.noise.kind, r.noise.snr_db) for r in stored if r.kind == "noise"}
        assert {snr_db for _, snr_db in heard} == {5, 10, 20}
        assert {kind for kind, _ in heard} == {*MAKERS, "babble", "recorded"}
        for room in (r.room for r in stored if r.room):
            far = [np.linalg.norm(np.subtract(p, room.microphone_m)) for p in room.speakers_m]
            assert 0.49 < min(far) <= max(far) < 4.01
        assert {r.id for r in stored} <= read_digests().keys()


def test_the_committed_split_is_the_planned_one(tmp_path: Path):
    write_split(planned(), tmp_path / "split.json")
    assert msgspec.json.decode((tmp_path / "split.json").read_bytes(), type=Split) == SPLIT


def test_everyone_speaks_and_nobody_over_himself(voices):
    items = arranged(recipe(overlap=0.4), voices)
    assert items == arranged(recipe(overlap=0.4), voices)
    assert {i.speaker for i in items} == {0, 1, 2}
    for speaker in range(3):
        own = sorted((i.start_s, i.end_s) for i in items if i.speaker == speaker)
        assert all(before[1] < after[0] for before, after in pairwise(own))
    assert any(b.start_s < a.end_s for a, b in pairwise(items))
    apart = arranged(recipe(), voices)
    assert all(b.start_s > a.end_s for a, b in pairwise(apart))


def test_speech_is_where_the_reference_says(voices):
    fast = (Speaker("ada", speed=0.8), Speaker("bob", gain_db=-20.0))
    sound = rendered(recipe(speakers=fast), voices, Path())
    x = sound.samples / 32768
    assert rms(gaps_of(sound)) < 0.001
    loud, low = (active_rms(x, spans_of(sound, who)) for who in ("ada", "bob"))
    assert 20 * np.log10(loud / low) == pytest.approx(20, abs=0.2)
    assert {round(b - a, 2) for a, b in spans_of(sound, "ada")} == {1.75}
    assert [s.text.split()[0] for s in sound.segments] == [t.speaker for t in sound.turns]


@pytest.mark.parametrize("kind", [*MAKERS, "babble"])
def test_noise_is_as_loud_as_the_recipe_says(voices, kind):
    talkers = ("eve",) if kind == "babble" else ()
    noise = Noise(kind, 10.0, 5, talkers)
    sound, again = (rendered(recipe(2, noise=noise), voices, Path()) for _ in range(2))
    other = rendered(recipe(2, noise=noise, part="confirm"), voices, Path())
    assert digest_of(sound) == digest_of(again)
    assert (digest_of(sound) == digest_of(other)) == (kind == "babble")
    both, noisy = active_rms(sound.samples / 32768, spans_of(sound)), rms(gaps_of(sound))
    snr_db = 10 * np.log10(both**2 / noisy**2 - 1)
    assert snr_db == pytest.approx(10, abs=2.5 if kind in ("traffic", "music") else 1.0)


def test_a_loop_has_no_seam():
    x = np.sin(2 * np.pi * 100 * np.arange(RATE) / RATE)
    out = looped(x, 3 * RATE, 500)
    assert len(out) == 3 * RATE
    assert np.abs(np.diff(out)).max() < 1.5 * np.abs(np.diff(x)).max()


def test_a_room_rings_as_long_as_it_says_and_nobody_is_late():
    pytest.importorskip("pyroomacoustics")
    room = Room((5.0, 4.0, 2.8), 0.4, (2.0, 2.0, 1.2), ((2.6, 2.0, 1.4), (4.4, 3.4, 1.4)))
    near, far = responses(room)
    assert np.argmax(np.abs(near)) == RATE // 1000
    later = np.argmax(np.abs(far)) - np.argmax(np.abs(near))
    metres = np.linalg.norm(np.subtract((4.4, 3.4, 1.4), (2.0, 2.0, 1.2))) - 0.632
    assert later == pytest.approx(metres / 343 * RATE, abs=2)
    left = 10 * np.log10(np.cumsum(far[::-1] ** 2)[::-1] / np.sum(far**2))
    fall_s = (np.argmax(left < -25) - np.argmax(left < -5)) / RATE * 3  # T20
    assert fall_s == pytest.approx(0.4, rel=0.35)


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_neither_shifts_nor_cuts(name):
    if not shutil.which(CODECS[name].program):
        pytest.skip(f"{CODECS[name].program} is not installed")
    rng = np.random.default_rng(0)
    slow = np.repeat(rng.random(40) > 0.5, RATE // 20)
    t = np.arange(len(slow)) / RATE
    x = 0.2 * slow * sum(np.sin(2 * np.pi * 140 * k * t) for k in range(3, 20)) / 4
    y, rate = through(x, name)
    assert len(y) == len(x) * rate // RATE
    assert not np.array_equal(y, x[: len(y)])
    before, after = (
        np.sqrt(np.mean(np.square(z.reshape(-1, r // 200)), axis=1))
        for z, r in ((x, RATE), (y, rate))
    )
    best = max(range(-8, 9), key=lambda k: float(np.dot(before, np.roll(after, -k))))
    assert abs(best) <= 4  # of 5 ms each


def test_joined_bridges_short_pauses_only():
    assert joined([(0.0, 1.0), (1.2, 2.0), (2.4, 3.0)]) == ((0.0, 2.0), (2.4, 3.0))


def test_a_recipe_survives_its_file(tmp_path: Path):
    split = Split({"tune": ("ada",)}, (recipe(noise=Noise("hum", 5.0, 1)),))
    write_split(split, tmp_path / "split.json")
    assert read_split(tmp_path / "split.json") == split


def entry(folder: Path, name: str, turns: list[tuple[float, float, str]]) -> ManifestEntry:
    """A recording of 10 s whose speakers say their names."""
    rows = [Turn(name, *turn) for turn in turns]
    (folder / f"{name}.rttm").write_text(rttm_text(rows))
    said = [Segment(name, t.start_s, t.end_s, t.speaker, t.speaker) for t in rows]
    (folder / f"{name}.stm").write_text(stm_text(said))
    (folder / f"{name}.txt").write_text(" ".join(t.speaker for t in rows))
    rttm, stm, text = (folder / f"{name}.{e}" for e in ("rttm", "stm", "txt"))
    return ManifestEntry(name, folder / "x.wav", 10.0, rttm=rttm, stm=stm, transcript=text)


def test_turns_and_words_of_a_system_are_scored(tmp_path: Path):
    truth = [(0.0, 4.0, "ada"), (5.0, 9.0, "bob")]
    entries = [entry(tmp_path, name, truth) for name in ("one", "two")]
    words = [[0.0, 4.0, "0", "ada"], [5.0, 9.0, "1", "bob"]]
    right = {"turns": [[0.0, 4.0, "0"], [5.0, 9.0, "1"]], "words": words}
    wrong = {"turns": [[0.0, 4.0, "0"], [5.0, 9.0, "0"]], "words": [words[0]]}
    scores = list(scored(entries, {"one": right, "two": wrong}, 0.25).values())
    rates = {p: round(estimate(scores, p).value, 6) for p in (DER, CONFUSION, MISSED, EXACT)}
    assert rates == {DER: 0.25, CONFUSION: 0.25, MISSED: 0.0, EXACT: 0.5}
    assert estimate(scores, WITHIN_ONE).value == 1.0
    assert estimate(scores, WER).value == 0.25
    whole = difference([scores[0]] * 2, scores, DER)
    assert (whole.value, whole.low) == (0.25, 0.0)
    assert 0.25 < whole.high <= 0.5


def test_intervals_widen_when_recordings_share_their_speakers():
    counts = [DiarizationCounts(total=100, confusion=30 * (k % 2)) for k in range(40)]
    alone = [Score((f"speaker {k}",), c, 1, 1) for k, c in enumerate(counts)]
    shared = [Score((f"speaker {k % 4}",), c, 1, 1) for k, c in enumerate(counts)]
    narrow, wide = (estimate(s, DER) for s in (alone, shared))
    assert narrow.value == wide.value == pytest.approx(0.15)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)
    assert narrow.low < 0.15 < narrow.high


def test_settings_are_moved_by_a_fifth_and_whole_numbers_by_one():
    setup = Setup(settings=("stages.cluster.min_speakers=2",))
    ways = list(moved(setup, ["detect.background_share", "stages.cluster.min_speakers"]))
    share = [value for name, value in ways if name == "stages.detect.background_share"]
    assert share == pytest.approx([0.16, 0.24])
    assert ways[2:] == [("stages.cluster.min_speakers", 1), ("stages.cluster.min_speakers", 3)]


def test_kinds_of_the_split_group_recordings():
    found = groups(["tune-noise-01", "tune-codec-01"], all_kinds())
    assert found["all"] == ["tune-noise-01", "tune-codec-01"]
    assert found["noise 20 dB"] == found["noise of babble"] == ["tune-noise-01"]
    assert found["codec mp3_32k"] == ["tune-codec-01"]


@pytest.mark.speech_data
def test_rendering_gives_the_samples_that_were_measured(speech_data: Path):
    languages = speech_data.parent / "languages"
    if not (languages / "manifest.json").is_file():
        pytest.skip("the language clips are not here")
    wanted = next(r for r in SPLIT.conversations if r.id == "tune-noise-18")
    found = read_voices(Sources(speech_data, languages))
    assert set(SPLIT.voices["tune"]) | set(SPLIT.voices["confirm"]) <= found.keys()
    assert digest_of(rendered(wanted, found, speech_data)) == read_digests()[wanted.id]


def test_recordings_are_named_by_id_or_by_a_part_of_it(tmp_path: Path):
    entries = [ManifestEntry(i, tmp_path / i, 1.0) for i in ("a-noise-1", "a-noise-10", "a-room-1")]
    absent = ManifestEntry("a-long-1", tmp_path / "none", 1.0, stored=False)
    ids = lambda *names: [e.id for e in chosen([*entries, absent], names)]  # noqa: E731
    assert ids() == ["a-noise-1", "a-noise-10", "a-room-1"]
    assert ids("a-noise-1") == ["a-noise-1"]
    assert ids("noise") == ["a-noise-1", "a-noise-10"]
    assert ids("a-long-1") == []


def test_varied_utterances_differ_in_speed_treble_and_level(voices):
    plain, varied = (arranged(recipe(), voices, vary) for vary in (False, True))
    assert varied == arranged(recipe(), voices, vary=True) != plain
    assert len({i.change for i in varied}) == len({i.utterance.name for i in varied})
    assert all(abs(i.change.speed - 1) <= SPEED for i in varied)
    sound = rendered(recipe(2), voices, Path(), vary=True)
    assert rms(gaps_of(sound)) < 0.001  # the references know of the speeds
    noise = np.random.default_rng(1).normal(size=RATE)
    power = np.square(np.abs(np.fft.rfft(noise))), np.square(np.abs(np.fft.rfft(shelved(noise, 4))))
    above, below = (
        10 * np.log10(power[1][band].sum() / power[0][band].sum())
        for band in (slice(5000, None), slice(0, 200))
    )
    assert above == pytest.approx(4, abs=0.2) and below == pytest.approx(0, abs=0.2)

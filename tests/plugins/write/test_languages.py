"""write: scripts without blanks, wide characters, and scripts that run from right to left."""

import json

import pytest

from tests._support.transcripts import transcript_of
from tests._support.written import written
from vsat_core.formats.scripts import cells, without_marks
from vsat_core.formats.subtitles import read_srt, read_vtt
from vsat_plugins.write.lines import lines_of
from vsat_plugins.write.paragraphs import SOFT
from vsat_plugins.write.reading import line_cells, samples_per_cell

JAPANESE = (
    "私 たち は 来週 の 金曜日 に 駅前 の 喫茶店 で 新しい 計画 に ついて 話し合う 予定 です。"
)


def text_of(file: str, text: str, language: str, **options: object) -> str:
    """One file of a transcript in one language."""
    return written(transcript_of((0, text, language)), formats=(file,), **options)[file]


@pytest.mark.parametrize(
    ("language", "said", "shown"),
    [
        ("ja", "今日 は 晴れ。", "今日は晴れ。"),
        ("zh", "我 用 Python 3 写 书", "我用Python 3写书"),
        ("th", "ไป Bangkok กัน ไหม", "ไป Bangkok กันไหม"),
        ("ko", "안녕하세요 여러분", "안녕하세요 여러분"),
        ("he", "שלום לכולם.", "שלום לכולם."),
        ("", "東京 am Abend", "東京 am Abend"),
    ],
)
def test_no_blanks_are_invented(language, said, shown):
    files = written(transcript_of((0, said, language)))
    assert files["txt"] == f"[0:00:00] Speaker 1: {shown}\n"
    assert files["stm"].endswith(f" {shown}\n")
    segment = json.loads(files["json"])["segments"][0]
    assert segment["text"] == shown and [w["word"] for w in segment["words"]] == said.split()
    assert files["vtt"].endswith(f">{shown}\n")
    assert f"Speaker 1: {shown}" in without_marks(files["srt"])
    assert files["ctm"].count("\n") == len(said.split())


def test_cues_are_cut_by_width_and_between_units(tmp_path):
    path = tmp_path / "a.vtt"
    path.write_text(text_of("vtt", " ".join([JAPANESE] * 3), "ja"), encoding="utf-8")
    blocks = path.read_text(encoding="utf-8").split("\n\n")[1:]
    rows = [row.partition(">")[2] or row for block in blocks for row in block.split("\n")[1:]]
    rows = [row for row in rows if row]
    assert all(cells(row) <= 26 for row in rows) and len(rows) > 8
    assert "".join(rows) == JAPANESE.replace(" ", "") * 3
    ends = {"".join(JAPANESE.split()[:k]) for k in range(1, 20)}
    assert "".join(rows[:1]) in ends
    spoken = "".join(cue.text for cue in read_vtt(path))
    assert spoken == JAPANESE.replace(" ", "") * 3


def test_a_line_is_broken_by_kinsoku():
    text = SOFT.join(["ああああ", "「", "いいいい", "」", "う"])
    assert lines_of(text, 20) == ["ああああ", "「いいいい」う"]
    assert lines_of(text.replace("「", "か"), 20) == ["ああああか", "いいいい」う"]
    assert lines_of("あ" * 7 + "、" + "い" * 5, 20) == ["あ" * 6, "あ、" + "い" * 5]
    assert lines_of("x" * 60, 42) == ["x" * 60]


def test_subrip_says_which_way_hebrew_runs_and_is_read_back(tmp_path):
    said = "שלום לכולם, קוראים לי Dan Levi ואני גר בתל אביב."
    text = text_of("srt", said, "he")
    lines = [row for row in text.split("\n")[2:] if row]
    assert len(lines) == 2
    assert all(line[0] == "\u202b" and line[-1] == "\u202c" for line in lines)
    path = tmp_path / "a.srt"
    path.write_text(text, encoding="utf-8")
    (cue,) = read_srt(path)
    assert cue.speaker == "Speaker 1"
    assert cue.text == said
    assert "\u202b" not in text_of("srt", "Dan Levi said שלום.", "en")
    others = written(transcript_of((0, "שלום.", "he")), formats=("txt", "vtt", "json", "stm"))
    assert not any(without_marks(other) != other for other in others.values())


def test_languages_are_named_where_formats_have_a_place():
    lines = (
        (0, "Guten Tag zusammen.", "de"),
        (1, "今日 は。", "ja"),
        (0, "Wie geht es Ihnen?", "de"),
    )
    files = written(transcript_of(*lines))
    assert files["vtt"].startswith("WEBVTT\nLanguage: de\n\n")
    assert (
        ">Guten Tag zusammen.\n" in files["vtt"] and "><lang ja>今日は。</lang>\n" in files["vtt"]
    )
    document = json.loads(files["json"])
    assert document["language"] == "de"
    assert [s.get("language") for s in document["segments"]] == [None, "ja", None]
    assert not any("language" in w for s in document["segments"] for w in s["words"])


def test_a_word_of_another_language_says_so():
    mixed = transcript_of((0, "Das ist ein", "de"), (0, "deadline", "en"), pause=800)
    (segment,) = json.loads(written(mixed)["json"])["segments"]
    assert [w.get("language") for w in segment["words"]] == [None, None, None, "en"]


def test_reading_speeds_are_those_of_the_guide():
    assert line_cells(["ja", "zh", "ko", "th", "en", ""]).tolist() == [26, 32, 32, 42, 42, 42]
    speeds = 16_000 / samples_per_cell(["en", "", "de", "ja", "zh", "ko"])
    assert speeds.tolist() == [20, 20, 17, 8, 18, 24]

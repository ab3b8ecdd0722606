"""Models of a user's own by onnx-asr: the real loading code on tiny models in real layouts."""

import math
import sys

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances
from vsat_core.contract.models import UserWeights
from vsat_core.errors import ModelMissing
from vsat_core.plugin import ThreadsOrDevice

pytest.importorskip("onnx_asr", reason="onnx-asr is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")

from onnx_asr.asr import TimestampedResult

from tests._support.onnx_models import LAYOUTS, TOKENS, parakeet_tdt_in_8_bits
from vsat_plugins.transcribe import OnnxAsrParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.onnxasr import LONGEST, answer_of, cuts, joined
from vsat_plugins.transcribe.onnxasr_baseline import Baseline
from vsat_plugins.transcribe.onnxasr_folder import KINDS, find


def stage(folder, kind: str = "") -> Baseline:
    return Baseline(OnnxAsrParams(model=str(folder), kind=kind), ThreadsOrDevice())


def noise(seconds: float) -> np.ndarray:
    n = round(seconds * SAMPLE_RATE)
    return np.random.default_rng(3).normal(0, 0.1, n).astype(np.float32)


@pytest.mark.models
@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_folder_is_recognised_by_its_files_and_gives_timed_words(kind, tmp_path):
    LAYOUTS[kind](tmp_path)
    assert find(str(tmp_path), "").kind == kind
    recogniser = stage(tmp_path)
    recogniser.prepare()
    sound = noise(3)
    answer = recogniser.recognised(sound)
    words = answer.text.split()
    letters = "".join(TOKENS[:-1]).replace("▁", "") + "A"
    assert words and set("".join(words)) <= set(letters)
    assert len(answer.times) == len(answer.confidences) == len(words)
    assert all(0 <= a < b <= len(sound) for a, b in answer.times)
    assert [a for a, _ in answer.times] == sorted(a for a, _ in answer.times)
    assert all(0 < p <= 1 for p in answer.confidences) and answer.log_probability < 0


@pytest.mark.models
def test_a_card_that_onnxruntime_cannot_use_is_one_line(tmp_path, monkeypatch):
    LAYOUTS["wav2vec2-ctc"](tmp_path)
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    recogniser = Baseline(OnnxAsrParams(model=str(tmp_path)), ThreadsOrDevice(device="cuda"))
    with pytest.raises(ModelMissing, match=r"has no CUDAExecutionProvider; .* onnxruntime-gpu"):
        recogniser.prepare()


@pytest.mark.models
def test_words_are_where_the_network_hears_them(tmp_path):
    LAYOUTS["wav2vec2-ctc"](tmp_path)
    recogniser = stage(tmp_path)
    recogniser.prepare()
    sound = np.zeros(2 * SAMPLE_RATE, np.float32)
    for begin in (0.5, 1.2):
        at = round(begin * SAMPLE_RATE)
        sound[at : at + 3200] = 0.5 * np.sign(np.sin(np.arange(3200)))
    answer = recogniser.recognised(sound)
    assert answer.text == "A A"
    assert [a / SAMPLE_RATE for a, _ in answer.times] == pytest.approx([0.5, 1.2], abs=0.021)


@pytest.mark.models
def test_a_recording_becomes_texts(tmp_path, workspace):
    LAYOUTS["nemo-conformer-tdt"](tmp_path)
    audio = Audio(noise(4))
    pieces = Utterances(np.array([0, 40_000]), np.array([30_000, 64_000]))
    texts = stage(tmp_path)(audio, pieces, run=workspace)
    assert isinstance(texts, Texts) and len(texts.text) == 2  # of noise nothing may be left


@pytest.mark.models
def test_files_in_8_bits_serve_where_there_are_no_others(tmp_path):
    parakeet_tdt_in_8_bits(tmp_path)
    found = find(str(tmp_path), "")
    assert (found.kind, found.quantization) == ("nemo-conformer-tdt", "int8")
    recogniser = stage(tmp_path)
    recogniser.prepare()
    assert recogniser.recognised(noise(1)).text


@pytest.mark.models
def test_sound_over_30_s_never_goes_in(tmp_path, monkeypatch):
    LAYOUTS["wav2vec2-ctc"](tmp_path)
    recogniser = stage(tmp_path)
    recogniser.prepare()
    network, lengths = recogniser._network, []

    def seen(sound):
        lengths.append(len(sound))
        return network(sound)

    monkeypatch.setattr(recogniser, "_network", seen)
    sound = np.zeros(70 * SAMPLE_RATE, np.float32)
    starts = (5.0, 33.0, 66.0)
    for begin in starts:
        at = round(begin * SAMPLE_RATE)
        sound[at : at + 6400] = 0.5 * np.sign(np.sin(np.arange(6400)))
    answer = recogniser.recognised(sound)
    assert max(lengths) <= LONGEST and sum(lengths) == len(sound)
    assert answer.text == "A A A"
    assert [a / SAMPLE_RATE for a, _ in answer.times] == pytest.approx(starts, abs=0.021)


def test_long_sound_is_cut_where_it_is_quiet():
    sound = noise(50)
    sound[27 * SAMPLE_RATE : 27 * SAMPLE_RATE + 800] = 0
    bounds = cuts(sound)
    assert bounds[0] == 0 and bounds[-1] == len(sound) and len(bounds) == 3
    assert 27 <= bounds[1] / SAMPLE_RATE < 27.05


def test_a_folder_of_two_kinds_is_what_its_config_says(tmp_path):
    LAYOUTS["nemo-conformer-rnnt"](tmp_path)
    assert find(str(tmp_path), "").kind == "nemo-conformer-rnnt"
    (tmp_path / "config.json").write_text('{"model_type": "nemo-conformer-tdt"}')
    assert find(str(tmp_path), "").kind == "nemo-conformer-tdt"
    assert find(str(tmp_path), "nemo-conformer-rnnt").kind == "nemo-conformer-rnnt"


LACKS = "lacks encoder-model.onnx; a folder of nemo-conformer-tdt (Parakeet TDT) holds encoder-"


@pytest.mark.parametrize(
    ("layout", "gone", "kind", "problem"),
    [
        ("nemo-conformer-tdt", "encoder-model.onnx", "", LACKS),
        ("nemo-conformer-ctc", "vocab.txt", "nemo-conformer-ctc", "lacks vocab.txt; a folder of"),
        ("kaldi-rnnt", "lang/tokens.txt", "", "lacks */tokens.txt; a folder of kaldi-rnnt (Zip"),
        ("wav2vec2-ctc", "model.onnx", "", "lacks **/model.onnx; a folder of wav2vec2-ctc"),
        ("nemo-conformer-ctc", "", "parakeet", "kind 'parakeet' is unknown; there are"),
        ("nemo-conformer-ctc", "", "gigaam-v2-ctc", "lacks v?_ctc.onnx, v?_vocab.txt; a folder"),
    ],
)
def test_a_half_folder_says_what_it_should_hold(tmp_path, layout, gone, kind, problem):
    LAYOUTS[layout](tmp_path)
    if gone:
        (tmp_path / gone).unlink()
    with pytest.raises(ModelMissing) as error:
        find(str(tmp_path), kind)
    assert problem in str(error.value) and "\n" not in str(error.value)


def test_no_folder_and_an_empty_one_are_one_line(tmp_path):
    with pytest.raises(ModelMissing, match=r"no model; set stages.transcribe.model"):
        find("", "")
    with pytest.raises(ModelMissing, match=r"there is no folder .*nowhere; check the name"):
        find(str(tmp_path / "nowhere"), "")
    with pytest.raises(ModelMissing, match="holds no model that onnx-asr knows") as error:
        find(str(tmp_path), "")
    assert all(f"{kind}: " in str(error.value) for kind in KINDS)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelMissing, match=r"config.json: is not JSON"):
        find(str(tmp_path), "")


@pytest.mark.models
def test_a_damaged_file_is_one_line(tmp_path):
    LAYOUTS["nemo-conformer-ctc"](tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ModelMissing, match="cannot be loaded as nemo-conformer-ctc") as error:
        stage(tmp_path).prepare()
    assert "\n" not in str(error.value)


@pytest.mark.models
def test_the_hub_is_never_asked(tmp_path, monkeypatch):
    """Its library cannot even be imported meanwhile, nor is it for a file that goes missing."""
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    LAYOUTS["nemo-conformer-ctc"](tmp_path)
    stage(tmp_path).prepare()
    found = find(str(tmp_path), "")
    (tmp_path / "vocab.txt").unlink()
    with pytest.raises(ModelMissing, match=r"File 'vocab.txt' not found"):
        stage(tmp_path)._load(found)


def test_all_files_of_a_folder_are_part_of_the_key(tmp_path):
    LAYOUTS["kaldi-rnnt"](tmp_path)
    files = UserWeights("model").files(OnnxAsrParams(model=str(tmp_path)))
    names = {str(p.relative_to(tmp_path)) for p in files}
    assert {"am-onnx/encoder.onnx", "am-onnx/joiner.onnx", "lang/tokens.txt"} <= names


def test_tokens_are_joined_to_words():
    tokens, logs = [" I", " a", "m", ",", " ok"], [-0.1, -0.2, -0.4, -0.6, -1.0]
    result = TimestampedResult("I am, ok", [0.1, 0.4, 0.5, 0.6, 1.9], tokens, logs)
    answer = answer_of(result, 2 * SAMPLE_RATE)
    ends = [0.3, 0.8, 2.0]
    assert answer.times == tuple(
        (round(a * SAMPLE_RATE), round(b * SAMPLE_RATE))
        for a, b in zip([0.1, 0.4, 1.9], ends, strict=True)
    )
    assert answer.confidences == pytest.approx([math.exp(p) for p in (-0.1, -0.4, -1.0)])
    assert answer.log_probability == pytest.approx(-0.46) and answer.n_tokens == 5


def test_answers_without_times_or_with_scores_stay_without():
    plain = answer_of(TimestampedResult("so it is"), SAMPLE_RATE)
    assert plain.text == "so it is" and plain.times == () and math.isnan(plain.log_probability)
    scores = TimestampedResult("so it", None, [" so", " it"], [3.2, 0.1])
    assert answer_of(scores, SAMPLE_RATE).confidences == ()


def test_parts_are_one_answer():
    first = Answer("a b", -1.0, 2, times=((0, 5), (5, 9)), confidences=(0.5, 0.25))
    second = Answer("c", -4.0, 1, times=((1, 3),), confidences=(0.125,))
    whole = joined([(0, first), (50, Answer()), (100, second)])
    assert whole.text == "a b c" and whole.log_probability == -2.0
    assert whole.times == ((0, 5), (5, 9), (101, 103))
    assert whole.confidences == (0.5, 0.25, 0.125)

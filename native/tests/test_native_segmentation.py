"""The network of segmentation.native: against the specification, at every level of
instructions.
"""

import numpy as np
import pytest

from vsat_core.checks import check
from vsat_native import _core
from vsat_plugins.detect import SEGMENTATION
from vsat_plugins.detect.segmentation import FRAME_HOP, FRAME_WIDTH, activity_of
from vsat_plugins.detect.segmentation_baseline import scores_of
from vsat_plugins.detect.segmentation_weights import load

pytestmark = pytest.mark.skipif(not SEGMENTATION.found(), reason="needs the weights")
at_every_level = pytest.mark.parametrize("level", _core.levels())
FRAMES = 21
LENGTH = FRAME_WIDTH + (FRAMES - 1) * FRAME_HOP


@pytest.fixture(scope="module")
def arrays():
    found = load(SEGMENTATION.path())
    return {name: np.ascontiguousarray(array, np.float32) for name, array in found.items()}


STARTS = np.arange(13) * 2 * FRAME_HOP  # windows that overlap by all but two frames


@pytest.fixture(scope="module")
def sound():
    """With an offset."""
    rng = np.random.default_rng(3)
    return (0.05 + 0.1 * rng.standard_normal(STARTS[-1] + LENGTH)).astype(np.float32)


@pytest.fixture(scope="module")
def expected(arrays, sound):
    return np.stack([scores_of(sound[s : s + LENGTH], arrays) for s in STARTS.tolist()])


@at_every_level
@pytest.mark.parametrize("n", [1, 2, 5, 6, 7, 13])
def test_scores_are_those_of_the_specification(arrays, sound, expected, level, n):
    found = _core.Network(arrays, level).scores(sound, STARTS[:n], LENGTH)
    assert found.shape == (n, FRAMES, 7) and found.dtype == np.float32
    np.testing.assert_allclose(found, expected[:n], rtol=0, atol=5e-5)


@at_every_level
def test_a_window_does_not_depend_on_those_computed_with_it(arrays, sound, level):
    network = _core.Network(arrays, level)
    together = network.scores(sound, STARTS, LENGTH)
    for i, start in enumerate(STARTS.tolist()):
        alone = network.scores(sound[start : start + LENGTH], np.zeros(1, np.int64), LENGTH)
        assert np.array_equal(alone[0], together[i])


LENGTHS = [FRAME_WIDTH, FRAME_WIDTH + 7, FRAME_WIDTH + FRAME_HOP + 1]


CASES = [(length, 1) for length in LENGTHS] + [(length, 0) for length in LENGTHS[:2]]


@at_every_level
@pytest.mark.parametrize(("length", "loudness"), CASES)
def test_silence_and_lengths_of_hardly_a_frame(arrays, level, length, loudness):
    """What a norm makes of a constant is its rounding, magnified: the probabilities are near."""
    sound = np.random.default_rng(6).standard_normal(length).astype(np.float32) * np.float32(
        loudness
    )
    found = _core.Network(arrays, level).scores(sound, np.zeros(1, np.int64), length)
    expected = activity_of(scores_of(sound, arrays))
    np.testing.assert_allclose(activity_of(found[0]), expected, rtol=0, atol=1e-3)


@at_every_level
def test_digital_silence_of_two_frames(arrays, level):
    """The baseline itself gives 0.32 or 0.50 by the kernel that NumPy's BLAS takes, so only the
    range is certain.
    """
    sound = np.zeros(LENGTHS[2], np.float32)
    scores = _core.Network(arrays, level).scores(sound, np.zeros(1, np.int64), len(sound))
    found = activity_of(scores[0])
    assert found.shape == activity_of(scores_of(sound, arrays)).shape
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(
    ("starts", "length", "message"),
    [
        ([0, FRAME_HOP], LENGTH, "within the sound"),
        ([-30], LENGTH, "within the sound"),
        ([20], FRAME_WIDTH, "multiples of 30"),
        ([0], FRAME_WIDTH - 1, "at least one frame"),
        ([0], -1, "at least one frame"),
    ],
)
def test_windows_that_are_not_there_are_refused(arrays, starts, length, message):
    network = _core.Network(arrays)
    with pytest.raises(ValueError, match=message):
        network.scores(np.zeros(LENGTH, np.float32), np.array(starts), length)


def test_other_weights_are_refused(arrays):
    with pytest.raises(ValueError, match=r"there is no array norm\.1\.bias"):
        _core.Network({k: a for k, a in arrays.items() if k != "norm.1.bias"})
    with pytest.raises(ValueError, match=r"classifier\.weight is of another shape"):
        _core.Network(arrays | {"classifier.weight": np.zeros((7, 64), np.float32)})


def test_the_variant_keeps_its_contract():
    assert check("segmentation.native") == []

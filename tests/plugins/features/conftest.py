"""Frames of made sounds."""

import numpy as np
import pytest

from tests._support.variants import made
from vsat_core.artifacts import Audio, Speech


@pytest.fixture
def frames(workspace):
    """frames(variant, samples) -> the frames of all of it as one span."""

    def of(name, samples):
        n = len(samples)
        speech = Speech(np.array([0]), np.array([n]), np.array([-1], np.int32), n)
        return made("features", name)(Audio(samples), speech, run=workspace).frames

    return of

"""Compiled transforms and vectors of eight against NumPy."""

import numpy as np
import pytest
from numba import njit

from vsat_plugins._kernels.fft import plan_of, power_lines, transform
from vsat_plugins._kernels.simd import WIDTH, load, log, store, transpose


@njit
def logs(x, out):
    for i in range(0, len(x), WIDTH):
        store(out, i, log(load(x, i)))


@njit
def transposed(given, rows, at, out, columns, to):
    transpose(given, rows, at, out, columns, to)


@pytest.mark.parametrize("n", [512, 400, 20, 4])
def test_power_of_eight_windows(n):
    windows = np.random.default_rng(n).standard_normal((WIDTH, n)).astype(np.float32)
    z, power = windows.T.reshape(-1).copy(), np.empty((n // 2 + 1) * WIDTH, np.float32)
    transform(z, plan_of(n))
    power_lines(z, plan_of(n), power)
    truth = 4 * np.abs(np.fft.rfft(windows.astype(float), axis=1)) ** 2
    np.testing.assert_allclose(
        power.reshape(-1, WIDTH).T, truth, rtol=1e-5, atol=1e-6 * truth.max()
    )


def test_logarithms_from_the_smallest_normal_number_to_the_largest():
    rng = np.random.default_rng(0)
    x = np.concatenate((np.exp(rng.uniform(-87, 88, 4000)), rng.uniform(0.5, 2, 4000))).astype(
        np.float32
    )
    out = np.empty_like(x)
    logs(x, out)
    truth = np.log(x.astype(float))
    assert np.max(np.abs(out - truth) / np.maximum(1, np.abs(truth))) < 1.2e-7


def test_transposing_reads_and_writes_in_place():
    given = np.random.default_rng(1).standard_normal(200).astype(np.float32)
    out = np.zeros(300, np.float32)
    rows, columns = np.arange(WIDTH) * 23 + 1, np.arange(WIDTH)[::-1] * 30
    transposed(given, rows, 3, out, columns.copy(), 5)
    for i, row in enumerate(rows + 3):
        for c, column in enumerate(columns + 5):
            assert out[column + i] == given[row + c]
    assert np.count_nonzero(out) == WIDTH**2

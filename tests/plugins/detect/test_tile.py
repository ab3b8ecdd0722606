"""Compiled products and gates against NumPy, in double precision."""

import numpy as np
import pytest

from vsat_plugins._kernels.gemm import COLUMNS, add_product, packed
from vsat_plugins._kernels.lstm import logistic

RNG = np.random.default_rng(8)


@pytest.mark.parametrize("rows", [0, 1, 2, 5, 6, 7, 13, 96, 97, 205])
@pytest.mark.parametrize(("depth", "outputs"), [(1, 1), (60, 16), (251, 80), (128, 7)])
def test_products_are_numpys(rows, depth, outputs):
    """Of rows that overlap, into the middle of an array that holds something and keeps what lies
    around.
    """
    gap, width = max(1, depth // 3), -(-outputs // COLUMNS) * COLUMNS
    a = RNG.standard_normal(5 + rows * gap + depth).astype(np.float32)
    weights = RNG.standard_normal((outputs, depth)).astype(np.float32)
    out = RNG.standard_normal((rows + 2, width + 3)).astype(np.float32)
    expected = out.astype(np.float64)
    for r in range(rows):
        expected[r + 1, :outputs] += (
            weights.astype(np.float64) @ a[5 + r * gap : 5 + r * gap + depth]
        )
    add_product(a, 5, gap, packed(weights), depth, out.reshape(-1), width + 3, width + 3, rows)
    np.testing.assert_allclose(out, expected, atol=1e-4)


def test_logistic_is_the_closed_form():
    x = np.concatenate(
        [np.linspace(-90, 90, 2001), np.linspace(-2, 2, 2001), [-1e30, 1e30, 0.0]]
    ).astype(np.float32)
    values = np.array([logistic(v) for v in x])
    expected = 1 / (1 + np.exp(-np.clip(x.astype(np.float64), -700, 700)))
    np.testing.assert_allclose(values, expected, atol=1.2e-7)
    assert values[-3:].tolist() == [pytest.approx(0, abs=1e-30), 1.0, 0.5]

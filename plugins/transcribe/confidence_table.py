"""Weights of word_confidence.py for each method: the bias and one for each feature.

Written by tools/calibrate_confidence.py; docs/accuracy.md says on what and how well.
"""

WEIGHTS: dict[str, tuple[float, ...]] = {
    "moonshine": (
        -1.254,
        0.975,
        -1.626,
        -0.04857,
        -0.07662,
        -0.5991,
    ),
    "whisper": (
        -0.7792,
        -0.3654,
        -0.3654,
        -0.09227,
        -0.06043,
        -0.3728,
    ),
}

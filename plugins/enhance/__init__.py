"""enhance: what the recording sounds like, and a little less noise where there is much."""

import attrs

from vsat_core.plugin import EXACT, Card, Rule, Threads, ThreadsOrDevice, close, hookimpl, param


@attrs.frozen
class GateParams:
    """From how much noise on the samples are changed, and how far.

    By default only what is mainly noise is gated, and mildly: at 0, 5 and 10 dB the recogniser
    made no fewer word errors with the gate than without.
    """

    clean_snr_db: float = param(
        3.0, "signal-to-noise ratio from which on samples are left alone", low=-20, high=100
    )
    reduction_db: float = param(6.0, "maximum attenuation of noise, in dB", low=0, high=60)
    open_db: float = param(
        9.0, "sound this far above the noise of its band passes unchanged", low=4, high=40
    )
    target_dbfs: float = param(
        -23.0, "active speech is brought to this RMS level", low=-60, high=-6
    )


RULES = [
    Rule(
        f"{kind}-recording",
        f"the environment that enhance measured is {kind!r}",
        takes=("enhance",),
        target=f"vsat_plugins.enhance.kinds:{kind}",
    )
    for kind in ("quiet", "noisy", "telephone")
]


@hookimpl
def vsat_rules() -> list[Rule]:
    """What a recording sounds like, for profiles that let it decide."""
    return RULES


@hookimpl
def vsat_enhance() -> list[Card]:
    """`none` only measures; `gate` measures, brings the level to a target and gates noisy
    recordings.
    """
    gate = "spectral gating of noisy recordings"
    return [
        Card("none.baseline", "measures the environment, changes nothing", agreement=EXACT),
        Card(
            "gate.baseline",
            f"{gate}; frame by frame, float64",
            GateParams,
            agreement=close(rtol=1e-4, atol=1e-5),
        ),
        Card("gate.vectorized", f"{gate}; NumPy, blocks of frames", GateParams),
        Card("gate.numba", f"{gate}; compiled, eight strips at a time", GateParams, Threads),
        Card("gate.batched", f"{gate}; torch, blocks of frames", GateParams, ThreadsOrDevice),
    ]

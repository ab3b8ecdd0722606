"""PocketSphinx: its model, its decoder, and worker processes. What several stages share."""

from vsat_core.contract.models import Model


def _sphinx(file: str, sha256: str) -> Model:
    return Model(
        name=f"pocketsphinx en-us {file}",
        distribution="pocketsphinx==5.1.1",
        folder="pocketsphinx",
        file=f"model/en-us/{file}",
        sha256=sha256,
        licence="BSD-2-Clause",
        language="English",
        part_of="pocketsphinx en-us",
    )


DICTIONARY = _sphinx(
    "cmudict-en-us.dict", "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe"
)
LANGUAGE = _sphinx(
    "en-us.lm.bin", "db21d0642286677699e6dbc859d2e5395570222361999387ce60f6e1d01995d6"
)
ACOUSTIC = tuple(
    _sphinx(f"en-us/{name}", sha256)
    for name, sha256 in (
        ("feat.params", "c982c5f75e2a30c34d2c9ef1f6b129a5a00e67e3e927565076b58664cc2404c9"),
        ("mdef", "2360f9a86889c1cfee8bd618a0269387911e5fb2920a594f506b18b8c79683b0"),
        ("means", "832019e32cac12eb318964f96f469034acb12d0348eeddc3831831a100cb4dd4"),
        ("noisedict", "7295b07df2c204c4f87c6782b6be1a3859d7006d4e3864181c955d6dab105a33"),
        ("sendump", "8c9564c0d5bef69ca9d9bf1014abe162f071644cf02cf1fa8a483c3dc165a7a8"),
        ("transition_matrices", "c1f7f28ea43177be734be1f88bd7f1b9a853d0e660f8599c67c6eaeca8bb539a"),
        ("variances", "b00d696f85e96834fc10f8e5f06428d8c4db6bffdbe5845b6f69bf6efbc48fa5"),
    )
)

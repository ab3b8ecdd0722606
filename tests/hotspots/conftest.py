"""A recording of a second and a loose plugin with a slow function and a large array planted
in it.
"""

import pytest

HOT = """

class Slow(Cluster):
    def compute(self, embeddings, speech, run):
        burn(30_000)
        return super().compute(embeddings, speech, run)


def burn(n):
    total = 0
    for i in range(n):
        total += sum(range(1000))
    return total


class Large(Embed):
    def compute(self, features, speech, run):
        big = np.ones(6_000_000)  # planted
        result = super().compute(features, speech, run)
        import time

        time.sleep(0.3)
        return result if len(big) else None


class Beside(Cut):
    def compute(self, audio, speech, run):
        from vsat_core.contract.threads import map_threads

        list(map_threads(burn, [15_000, 15_000], 2))
        return super().compute(audio, speech, run)
"""
CARDS = {"cluster": "Cluster, params=ClusterParams", "embed": 'Embed, gives="tiny/4"', "cut": "Cut"}
PLANTED = {"cluster": "Slow", "embed": "Large", "cut": "Beside"}


@pytest.fixture
def planted(tiny):
    """`tiny` with what `plant(stage, ...)` was asked for in these stages; gives the line on which a
    text stands.
    """

    def plant(*stages: str):
        code = tiny.plugin.read_text()
        for stage in stages:
            name, _, rest = CARDS[stage].partition(",")
            code = code.replace(
                f"_card({name}{',' if rest else ''}{rest}",
                f"_card({PLANTED[stage]}" + (f",{rest}" if rest else ""),
            )
            assert f"_card({PLANTED[stage]}" in code
        at = code.index("def _card(")
        tiny.plugin.write_text(code[:at] + HOT.lstrip() + "\n\n" + code[at:])
        lines = tiny.plugin.read_text().splitlines()
        return lambda text: next(i for i, line in enumerate(lines, 1) if text in line)

    return plant

"""What a profile says of one stage, before anything is known of variants.

In `[stages.X]`, `use` names the variant and every other key is one of its params;
`[stages.X.tuning]` holds what changes only its cost. Each `[[stages.X.otherwise]]` names a rival by
the same keys; it is taken where the rule that its `when` names says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from vsat_core.artifacts.json_value import JsonValue


@attrs.frozen
class Block:
    """The variant's name, its params and tuning, and what is taken instead of it: None where
    nothing is said of that.
    """

    use: JsonValue = None
    params: dict[str, JsonValue] = attrs.field(factory=dict)
    tuning: dict[str, JsonValue] = attrs.field(factory=dict)
    otherwise: tuple[Rival, ...] | None = None

    def over(self, below: Block) -> Block:
        """This laid over an inherited block; a new `use` starts from nothing."""
        if self.use not in (None, below.use):
            below = Block()
        return Block(
            below.use if self.use is None else self.use,
            below.params | self.params,
            below.tuning | self.tuning,
            below.otherwise if self.otherwise is None else self.otherwise,
        )


@attrs.frozen
class Rival:
    """What to take instead where the rule of this name says so."""

    when: JsonValue
    block: Block


def blocks_of(stages: JsonValue, problems: list[str]) -> dict[str, Block]:
    """The well-formed [stages.X] tables; the others become problems."""
    if not isinstance(stages, dict):
        problems.append("stages: expected tables like [stages.cluster]")
        return {}
    blocks = {
        stage: block_of(table, f"stages.{stage}", problems) for stage, table in stages.items()
    }
    return {stage: block for stage, block in blocks.items() if block}


def block_of(table: JsonValue, path: str, problems: list[str]) -> Block | None:
    """One table; None where it becomes a problem."""
    tuning = table.get("tuning", {}) if isinstance(table, dict) else None
    if not isinstance(table, dict) or not isinstance(tuning, dict):
        problems.append(f"{path}: expected a table, with `tuning` a table inside it")
        return None
    params = {k: v for k, v in table.items() if k not in ("use", "tuning", "otherwise")}
    rivals = None
    if "otherwise" in table:
        rivals = _rivals(table["otherwise"], f"{path}.otherwise", problems)
    return Block(table.get("use"), params, tuning, rivals)


def _rivals(tables: JsonValue, path: str, problems: list[str]) -> tuple[Rival, ...]:
    if not isinstance(tables, Sequence) or not all(isinstance(t, dict) for t in tables):
        problems.append(f"{path}: expected tables like [[{path}]], or [] for none")
        return ()
    rivals = []
    for i, table in enumerate(tables):
        assert isinstance(table, dict)
        own = {k: v for k, v in table.items() if k != "when"}
        block = block_of(own, f"{path}[{i}]", problems)
        if not {"when", "use"} <= table.keys() or "otherwise" in own:
            problems.append(f"{path}[{i}]: expected `when`, `use`, and params of that variant")
        elif block:
            rivals.append(Rival(table["when"], block))
    return tuple(rivals)

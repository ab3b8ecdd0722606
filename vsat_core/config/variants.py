"""A variant as the registry holds it: its card, its stage, and the plugin it came from."""

import importlib

import attrs

from vsat_core.contract.cards import Card
from vsat_core.contract.graph import Graph
from vsat_core.contract.models import Model, Need, needed
from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import SOURCE, StageSpec
from vsat_core.errors import ModelMissing, PluginError, nearest
from vsat_core.failures import first_cause


@attrs.frozen
class Variant:
    """A card, the stage it is for, and the plugin it came from."""

    stage: str
    card: Card
    plugin: str

    @property
    def name(self) -> str:
        """ "method.technique"."""
        return self.card.name

    def needs(self, params: attrs.AttrsInstance | None = None) -> list[Need]:
        """What it needs with these params, by default those of the card."""
        return list(needed(self.card.needs, params or self.card.params()))

    def missing(self, params: attrs.AttrsInstance | None = None) -> list[str]:
        """One remedy for each package or model that is not on this machine; empty when it can
        run.
        """
        return [n.remedy() for n in self.needs(params) if not n.found()]

    def notices(self, params: attrs.AttrsInstance | None = None) -> list[str]:
        """One line for each model that is the user's own file rather than the tested one."""
        models = [n for n in self.needs(params) if isinstance(n, Model)]
        found = [
            (m.name, p) for m in models for p in m.candidates()[:1] if p.is_file() and m.brought(p)
        ]
        return [
            f"{name}: using your own {path}, which is not the tested file" for name, path in found
        ]

    def make(self, params: attrs.AttrsInstance, tuning: attrs.AttrsInstance) -> Stage:
        """The stage, imported and constructed. Raises ModelMissing or PluginError."""
        if missing := self.missing(params):
            raise ModelMissing(f"{self.stage} {self.name}: {missing[0]}")
        module, _, name = self.card.target.partition(":")
        try:
            cls = getattr(importlib.import_module(module), name)
        except (Exception, SystemExit) as error:  # a module may raise anything
            problem = (
                f"{self.stage} {self.name} ({self.plugin}): cannot load {self.card.target}: "
                f"{first_cause(error)}"
            )
            raise PluginError(problem) from error
        stage: Stage = cls(params, tuning)
        return stage


def checked(spec: StageSpec, graph: Graph, card: Card, plugin: object, name: str) -> Variant:
    """The variant, if its card keeps the contract of its stage. Raises PluginError."""
    stage = spec.name
    if not isinstance(card, Card):
        raise PluginError(f"vsat_{stage} must return a list of Card, got {type(card).__name__}")
    for cls in (card.params, card.tuning):
        if not attrs.has(cls):
            raise PluginError(f"{stage} {card.name}: {cls.__name__} must be an attrs class")
        cls()  # a field without a default raises here, not in the middle of a profile
    if spec.settings and not issubclass(card.params, spec.settings):
        raise PluginError(
            f"{stage} {card.name}: {card.params.__name__} must inherit from "
            f"{spec.settings.__name__}"
        )
    for taken in card.takes:
        if taken != SOURCE and taken not in graph:
            hint = nearest(taken, graph) or f"; there are {', '.join(graph)}"
            raise PluginError(f"{stage} {card.name}: takes {taken!r}, which is no stage{hint}")
    unknown = set(card.accepts) - set(card.takes or spec.names)
    if unknown:
        raise PluginError(
            f"{stage} {card.name}: accepts names {sorted(unknown)}, which {stage} does not take"
        )
    target = card.target or _target(card, plugin)
    return Variant(stage, attrs.evolve(card, target=target), name)


def _target(card: Card, plugin: object) -> str:
    """Where the class of a card lies that does not say it: see Card."""
    module: str = getattr(plugin, "__name__", type(plugin).__name__)
    if hasattr(plugin, "__path__"):
        module = f"{module}.{card.method}_{card.technique}"
    return f"{module}:{card.technique.capitalize()}"

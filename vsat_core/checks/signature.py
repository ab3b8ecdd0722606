"""Whether a variant can be called as its stage is, and promises the artifact of its stage."""

import inspect
import typing
from collections.abc import Callable

from vsat_core.contract.protocols import Stage
from vsat_core.contract.stages import StageSpec


def signature_problems(spec: StageSpec, stage: Stage) -> list[str]:
    """One line with the remedy; empty where the call fits.

    `spec` has the inputs that this variant takes; a stage that gathers is given one mapping.
    """
    names = ["artifacts"] if spec.gathers else list(spec.takes)
    remedy = f"write def __call__(self, {', '.join(names)}, *, run) -> {spec.gives.__name__}"
    function: Callable[..., object] | None = getattr(type(stage), "__call__", None)  # noqa: B004
    if function is None:
        return [f"has no __call__; {remedy}"]
    try:
        inspect.signature(function).bind(stage, *names, run=None)
    except TypeError as error:
        return [f"cannot be called with {', '.join(names)} and run= ({error}); {remedy}"]
    returned = _returned(function)
    if returned not in ("", spec.gives.__name__):
        return [f"is annotated to return {returned}; {remedy}"]
    return []


def _returned(function: Callable[..., object]) -> str:
    """The name of the class a function is annotated to return, "" where it is not."""
    annotation = inspect.signature(function).return_annotation
    try:
        annotation = typing.get_type_hints(function).get("return", "")
    except Exception:  # a name that only type checkers import
        annotation = str(annotation).rpartition(".")[2]
    if isinstance(annotation, str) or annotation is typing.Any:
        return annotation if isinstance(annotation, str) else ""
    return getattr(annotation, "__name__", "")

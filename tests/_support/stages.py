"""The stages that come with VSAT."""

from vsat_core.config.registry import load

STAGES = load().graph

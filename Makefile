# One command each; they use the virtual environment the README's test command makes.
BIN ?= .venv/bin

.PHONY: test lint types bench docs

test:
	$(BIN)/python -m pytest

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxfmt --check vsat_core plugins  # scripts and style sheets of the pages

types:  # the package vsat_plugins lies in plugins/, so mypy is shown it under its name
	mkdir -p build/types && ln -sfn ../../plugins build/types/vsat_plugins && ln -sfn ../../profiles build/types/vsat_profiles
	MYPYPATH=build/types $(BIN)/mypy

bench:
	$(BIN)/vsat run --no-cache --profile baseline test_data/short_conversation.wav

docs:
	$(BIN)/python -m pytest tests/test_docs.py

# Two commands: make ask Q="…" and make test. Both install into .venv first, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

# The question travels in the environment, so that no shell ever reads it as code.
export QUESTION = $(value Q)

.PHONY: ask test install ui eval fuzz train lint wheel clean

ask: install
	@$(BIN)/casebook ask -- "$$QUESTION" || test $$? -eq 3

test: $(DEV_STAMP)
	@$(BIN)/python -m pytest -q

install: $(STAMP)

ui: install
	@$(BIN)/casebook ui

eval: $(DEV_STAMP)
	@$(BIN)/casebook eval run

# Damaged files for the readers: make fuzz COUNT=1000000 SEED=2; it goes on from fuzz.json.
fuzz: $(DEV_STAMP)
	@PYTHONPATH=.:tests $(BIN)/python tests/fuzz_readers.py --count $(or $(COUNT),100000) --seed $(or $(SEED),1)

# make train DATA=../shared/data (bioasq/ and squad2dev/); without DATA in-domain questions alone.
train: $(DEV_STAMP)
	@$(BIN)/python -m rag.training $(if $(DATA),--data $(DATA))

lint: $(DEV_STAMP)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

wheel: $(DEV_STAMP)
	@$(BIN)/python -m build --wheel

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python pyproject.toml
	@echo "Installing Casebook into $(VENV) (minutes, once) …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e . >&2
	@touch $@

$(DEV_STAMP): $(STAMP) pyproject.toml
	@echo "Installing what the tests need …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]" >&2
	@touch $@

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache

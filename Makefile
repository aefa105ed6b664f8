# Two commands do everything: `make demo` shows the main job, `make test` passes the tests.
# Both set themselves up in .venv; nothing but git, make and Python 3.11 or newer is needed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test lint docs bench wheel clean

demo: $(VENV)/.ready
	@$(BIN)/tagwise demo

test: $(VENV)/.ready-test
	$(BIN)/pytest

lint: $(VENV)/.ready-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

# What is generated from the code; a test fails while it is stale.
docs: $(VENV)/.ready
	$(BIN)/python -c "from tagwise.ide.diagnostics.pages import rules_page; print(rules_page(), end='')" > docs/rules.md

bench: $(VENV)/.ready-test
	$(BIN)/python bench/run.py

wheel: $(VENV)/.ready
	$(BIN)/pip wheel --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

$(VENV)/.ready: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test
	@touch $@

$(VENV)/.ready-lint: $(VENV)/.ready-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group lint
	@touch $@

# Two commands do everything: `make demo` shows the main job, `make test` passes the tests.
# Both set themselves up in .venv; nothing but git, make and Python 3.11 or newer is needed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
CLIENT := client-vscode

.PHONY: demo test lint docs bench wheel vsix vsix-lock vscode-lint vscode-tools clean

demo: $(VENV)/.ready
	@$(BIN)/tagwise demo

# What drives real programs waits for them most of its time: it runs beside everything else.
test: $(VENV)/.ready-test
	@log=$$(mktemp); $(BIN)/pytest tests/real tests/vscode >"$$log" 2>&1 & real=$$!; \
	trap 'kill $$real 2>/dev/null; rm -f "$$log"' EXIT INT TERM; \
	$(BIN)/pytest --ignore=tests/real --ignore=tests/vscode; rest=$$?; \
	wait $$real; driven=$$?; cat "$$log"; \
	[ $$rest -eq 0 ] && [ $$driven -eq 0 ]

lint: $(VENV)/.ready-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

# What is generated from the code; a test fails while it is stale.
docs: $(VENV)/.ready
	$(BIN)/python docs/generate.py

bench: $(VENV)/.ready-test
	$(BIN)/python bench/run.py

wheel: $(VENV)/.ready
	$(BIN)/pip wheel --no-deps --wheel-dir dist .

# The VS Code extension, one for every platform; Node.js comes from its lock file.
vsix: $(VENV)/.ready $(CLIENT)/node_modules/.ready
	$(BIN)/python $(CLIENT)/tools/package.py

# What the extension packs, by version and hash: after a change of the server's dependencies.
vsix-lock: $(VENV)/.ready
	$(BIN)/python $(CLIENT)/tools/lock.py

vscode-lint: $(CLIENT)/node_modules/.ready
	cd $(CLIENT) && export PATH="$$PWD/node_modules/node/bin:$$PATH" \
	  && npm run --silent check && npm run --silent lint && npm run --silent test \
	  && if [ -f ../tests/vscode/node_modules/.ready ]; \
	       then npx tsc -p ../tests/vscode && npm run --silent lint:workbench; fi

# The real workbench for tests/vscode; a Chromium is needed besides.
vscode-tools: tests/vscode/node_modules/.ready

clean:
	rm -rf $(VENV) dist build $(CLIENT)/node_modules $(CLIENT)/dist \
	  tests/vscode/node_modules

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

$(CLIENT)/node_modules/.ready: $(CLIENT)/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed for the VS Code extension"; exit 1; }
	cd $(CLIENT) && npm ci --silent --no-fund --no-audit
	@touch $@

# code-server is built with the client's Node.js: it wants a newer one than many systems have.
tests/vscode/node_modules/.ready: tests/vscode/package-lock.json $(CLIENT)/node_modules/.ready
	cd tests/vscode && PATH="$(CURDIR)/$(CLIENT)/node_modules/node/bin:$$PATH" \
	  npm ci --silent --no-fund --no-audit
	@touch $@

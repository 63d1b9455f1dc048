# Two commands matter: `make demo` and `make test`. After one installation with a network, both run without one.
# make demo SERVE=0 does all but serve; PORT=8001 serves elsewhere; PYTHON=python3.12 takes another interpreter.

PYTHON ?= python3
PORT ?= 8000
SERVE ?= 1
UV_VERSION := 0.13.9

VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(VENV)/catalogues.compiled
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

# drawn: a draw of the proof, in minutes; whole: all of it, as .ci/run makes it (tests/draws.py).
DEPTH ?= $(or $(XINYA_TEST_DEPTH),drawn)
export XINYA_TEST_DEPTH := $(DEPTH)

# Compiled modules are kept, apart from the sources: the tests start many processes, and each would else compile all it imports.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.cache/bytecode

# uv installs in seconds; without it the same pinned files go through pip.
define install
@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python $(1); \
else $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1); fi
endef

.PHONY: demo test lint bench assets clean on.sqlite on.postgres in.browser
.DELETE_ON_ERROR:

demo: $(VENV)/base.installed $(CATALOGUES)
	@$(BIN)/xinya demo --port $(PORT) $(if $(filter 0 no,$(SERVE)),--no-serve)

# The parts of the proof, two at a time: while one waits for a process or a browser, the other computes. Each is shown when it is done.
PARTS := lint on.sqlite on.postgres in.browser

test: $(VENV)/dev.installed $(CATALOGUES)
	@echo "Four parts, two at a time; each is shown when it is done: $(PARTS). Depth: $(DEPTH)."
	@+$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(PARTS)

on.sqlite: $(VENV)/dev.installed $(CATALOGUES)
	@echo "== tests on SQLite"
	@XINYA_TEST_DB=sqlite $(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser"

on.postgres: $(VENV)/dev.installed $(CATALOGUES)
	@echo "== tests on PostgreSQL"
	@XINYA_TEST_DB=postgres $(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser and not house"

in.browser: $(VENV)/dev.installed $(CATALOGUES)
	@echo "== journeys in a browser"
	@XINYA_TEST_DB=sqlite $(PYTEST) -n $(WORKERS) --dist worksteal -m browser tests/journeys

lint: $(VENV)/dev.installed $(CATALOGUES)
	@echo "== lint, types, walls"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --lint --quiet xinya
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/dev.installed $(CATALOGUES)
	@$(BIN)/python -m bench

# Minified libraries are committed under static/vendor with their versions; htmx comes with django-htmx.
assets:
	@if [ -f xinya/static/vendor/VERSIONS ]; then cd xinya/static/vendor && grep -v '^#' VERSIONS | awk 'NF {print $$NF "  " $$1}' | sha256sum --check --quiet && echo "The vendored files are those of VERSIONS."; \
	else echo "No vendored files to renew: htmx comes with django-htmx, everything else is our own."; fi

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .cache *.egg-info
	find xinya tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f xinya/locale/*/LC_MESSAGES/*.mo

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; give it with PYTHON=...")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || echo "uv cannot be had; going on with pip."

$(VENV)/base.installed: requirements/base.txt pyproject.toml | $(BIN)/python
	$(call install,-r requirements/base.txt)
	$(call install,--no-deps -e .)
	@touch $@

$(VENV)/dev.installed: requirements/dev.txt $(VENV)/base.installed
	$(call install,-r requirements/dev.txt)
	@touch $@

$(CATALOGUES): $(wildcard xinya/locale/*/LC_MESSAGES/*.po) $(VENV)/base.installed
	@$(BIN)/xinya site messages
	@touch $@

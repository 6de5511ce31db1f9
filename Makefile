# make demo, make test: from a fresh checkout with Python 3.11 or newer and make; everything else is installed here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo serve test browser lint bench words clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run
	$(BIN)/traff demo $(ARGS)

serve: $(VENV)/.run
	$(BIN)/traff serve $(ARGS)

test: lint browser
	$(BIN)/pytest -n auto --maxprocesses=4 $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Pages are tried in the distribution's Chromium; without it, and without apt, those tests skip and say so.
browser: $(VENV)/.dev
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	{ command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
	  { apt-get install -y --no-install-recommends chromium || \
	    { apt-get update && apt-get install -y --no-install-recommends chromium; }; }; } || \
	echo "No Chromium here: the tests in a browser are skipped."

bench: $(VENV)/.dev
	$(BIN)/pytest tests/bench -o addopts= -p no:playwright --benchmark-only --benchmark-columns=median,min,rounds $(ARGS)

# Brings the catalogue up to date with the sentences in code and templates.
words: $(VENV)/.dev
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _ -k gettext -k ngettext:1,2 --no-location --sort-output --project=Träff --msgid-bugs-address=CONTRIBUTING.md \
	  -o $(VENV)/traff.pot .
	$(BIN)/pybabel -q update -i $(VENV)/traff.pot -o scheduler/locale/sv.po -l sv --no-fuzzy-matching --ignore-obsolete \
	  --no-wrap --ignore-pot-creation-date

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Träff needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[postgres,dev]'
	@touch $@ $(VENV)/.run

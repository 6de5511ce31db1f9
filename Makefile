# make demo, make test: from a fresh checkout with Python 3.11 or newer and make; everything else is installed here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo serve test browser reader lint bench fuzz stampede storm words clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run
	$(BIN)/traff demo $(ARGS)

serve: $(VENV)/.run
	$(BIN)/traff serve $(ARGS)

test: lint browser reader
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

# Calendars are read by Thunderbird's engine too, where node is; without it those tests skip and say so.
reader: $(VENV)/.dev
	@test -f $(VENV)/node/node_modules/ical.js/package.json || \
	{ command -v node >/dev/null && command -v npm >/dev/null && \
	  npm install --prefix $(VENV)/node --no-save --no-audit --no-fund --silent --fetch-retries=1 --fetch-timeout=60000 ical.js@2.2.1; } || \
	echo "No ical.js here: the tests in which it reads our calendars are skipped."

# The slot engine against other tools and its waves (make bench ARGS=--quick leaves out the long ones), then feeds.
bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench.slots $(ARGS)
	$(BIN)/pytest tests/bench -o addopts= -p no:playwright --benchmark-only --benchmark-columns=median,min,rounds

# The slot engine against a reading of its contract minute by minute, on so many fresh problems: make fuzz ARGS=20000
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.slots.fuzz $(ARGS)

# 1,000 people for 80 seats against several web processes, on both databases, and the same without the lock.
stampede: $(VENV)/.dev
	$(BIN)/pytest tests/stampede/at_length.py -n 0 -s $(ARGS)

# 100 workers killed over 300 bookings while Zoom fails two calls of five, on both databases, and the same blindly.
storm: $(VENV)/.dev
	$(BIN)/pytest tests/storm/at_length.py -n 0 -s $(ARGS)

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
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[waves]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[postgres,waves,dev]'
	@touch $@ $(VENV)/.run

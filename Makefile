# Every step a person or CI needs. `make demo` is the way in; `make test` and `make check` are the way to a change.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
export BASE_URL ?= http://$(HOST):$(PORT)
# Without it glibc keeps freed memory apart for each of a server's threads, some 5 MB a worker for nothing.
export MALLOC_ARENA_MAX ?= 2
# A package cache may be warm or cold; pip's own chatter helps nobody.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --prefer-binary

.PHONY: help setup setup-dev demo run worker test test-quick test-pure check lint-migrations format bench schema explorer pictures clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1	/'

$(VENV)/.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Academy needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Academy needs into $(VENV). This takes a few minutes the first time …"
	@$(PIP) -r requirements.txt
	@touch $@
	@echo "Installed."

$(VENV)/.stamp-dev: $(VENV)/.stamp requirements-dev.txt requirements-semantic.txt
	@echo "Installing what tests and checks need. This takes a few minutes the first time …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.stamp ## Virtual environment, requirements, database, fixed pages, groups
	@echo "Making the database, or bringing it up to date …"
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py setup_site

setup-dev: $(VENV)/.stamp-dev

demo: ## Everything, with demo content, served on http://127.0.0.1:8000 (PORT= for another)
	@$(PYTHON) tools/port_is_free.py "$(HOST)" "$(PORT)" "make demo"
	@$(MAKE) --no-print-directory setup
	@echo "Filling it with the demo's content: recordings, documents, people, programmes …"
	@$(BIN)/python manage.py seed_demo
	@echo "Building the search index …"
	@$(BIN)/python manage.py rebuild_index
	@echo ""
	@echo "Ready. What to try first:"
	@echo "  1. Search for a phrase that somebody said; a result opens the recording at that second:"
	@echo "     $(BASE_URL)/search/?q=small+tests+of+change"
	@echo "  2. Ask the API a question, with examples beside it: $(BASE_URL)/graphql/explore/"
	@echo "  3. Sign in as an editor and change something, then search for it: $(BASE_URL)/admin/"
	@echo "     (name and password stand above)"
	@echo ""
	@$(MAKE) --no-print-directory run

# The clock (scheduled publishing, webhooks) runs beside the server or the worker and ends with it: the shell that starts it
# becomes the server, and the clock looks after its parent.
CLOCK = $(BIN)/python manage.py run_due --loop 2 --while-parent $$$$

run: ## Serve what is there
	@$(PYTHON) tools/port_is_free.py "$(HOST)" "$(PORT)" "make run"
	@$(MAKE) --no-print-directory $(VENV)/.stamp
	@echo "Serving on $(BASE_URL)/ (Ctrl-C stops)"
	@$(CLOCK) & exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers $(WORKERS) --blocking-threads 4 --respawn-failed-workers --log-level warning cms.wsgi:application

worker: $(VENV)/.stamp ## Run what follows changes and what is due (needed with TASKS_BACKEND=database)
	@$(CLOCK) & exec $(BIN)/python manage.py db_worker --queue-name '*'

# Tests write small files and sync them to disk all the time: in memory, where there is room for it (4 GB), that is free.
TEST_TMPDIR = $(shell test -w /dev/shm && test "$$(df -Pk /dev/shm | awk 'NR == 2 {print $$4}')" -gt 4000000 && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
PYTEST = TMPDIR=$(TEST_TMPDIR) $(BIN)/pytest

test: setup-dev ## The whole test-suite on one database (TEST_DATABASE_URL= for PostgreSQL, ARGS= for pytest)
	@$(PYTEST) -n auto --dist loadfile $(ARGS)

test-quick: setup-dev ## The suite without browsers, servers of their own and what takes seconds
	@$(PYTEST) -n auto --dist loadfile -m "not served and not browser and not slow and not walk" $(ARGS)

test-pure: setup-dev ## What needs no Django: captions, reading files, planning an import, the search engine (starts at once)
	@$(PYTEST) -p no:django -o addopts="--import-mode=importlib --strict-markers -p no:anyio" -W ignore::pytest.PytestConfigWarning -n auto --dist loadfile -m "not served" $(ARGS)

check: setup-dev ## Lint, format, types, import contract, system checks, migrations, schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy cms programmes library search home
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	@$(MAKE) --no-print-directory lint-migrations
	$(BIN)/python manage.py export_schema --check
	$(BIN)/python manage.py check_schema_changes

# Migrations from before there was a linter, which have run everywhere; and one whose NOT NULL columns have their default in the
# database, which the linter does not see.
LINTED_LATER = 0005_leases_and_withdrawals_first 0002_partner_requests 0003_previews 0002_recordings_newest_first

# SQLite makes a table anew for nearly every change, which the linter takes for new NOT NULL columns: PostgreSQL tells the truth.
lint-migrations: setup-dev ## Find migrations that lock a table or that the release before cannot live with (TEST_DATABASE_URL= for PostgreSQL)
	LOG_LEVEL=WARNING DJANGO_SETTINGS_MODULE=cms.settings.test $(BIN)/python manage.py lintmigrations --no-cache --quiet ok ignore \
		--ignore-initial-migrations --warnings-as-errors $(if $(TEST_DATABASE_URL),,--exclude-migration-tests NOT_NULL) --include-apps access api publishing programmes library search home --ignore-name $(LINTED_LATER)

format: setup-dev ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.stamp ## Write cms/schema.graphql after a change of the API
	$(BIN)/python manage.py export_schema

explorer: ## Make static/explorer/vendor anew from the npm packages pinned in tools/explorer (needs node and npm)
	@cd tools/explorer && npm ci --ignore-scripts && node build.mjs && rm -rf node_modules

pictures: setup-dev ## Take the README's pictures anew, from a server with the demo's content (needs Chromium)
	@$(BIN)/python tools/pictures/take.py

bench: setup-dev ## Measure what the project promises, and print it
	$(BIN)/python -m tests.bench

clean: ## Take away the environment and everything that was made (database, files, index)
	rm -rf $(VENV) var

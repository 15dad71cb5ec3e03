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

.PHONY: help setup setup-dev demo run worker test check format bench schema explorer clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1	/'

$(VENV)/.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Academy needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned requirements into $(VENV) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.stamp-dev: $(VENV)/.stamp requirements-dev.txt requirements-semantic.txt
	@echo "Installing what tests and checks need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.stamp ## Virtual environment, requirements, database, fixed pages, groups
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py setup_site

setup-dev: $(VENV)/.stamp-dev

demo: setup ## Everything, with demo content, served on http://127.0.0.1:8000 (PORT= for another)
	@$(BIN)/python manage.py seed_demo
	@$(BIN)/python manage.py rebuild_index
	@$(MAKE) --no-print-directory run

# The clock (scheduled publishing, webhooks) runs beside the server or the worker and ends with it: the shell that starts it
# becomes the server, and the clock looks after its parent.
CLOCK = $(BIN)/python manage.py run_due --loop 2 --while-parent $$$$

run: $(VENV)/.stamp ## Serve what is there
	@echo "Serving on $(BASE_URL)/ (Ctrl-C stops)"
	@$(CLOCK) & exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers $(WORKERS) --blocking-threads 4 --respawn-failed-workers --log-level warning cms.wsgi:application

worker: $(VENV)/.stamp ## Run what follows changes and what is due (needed with TASKS_BACKEND=database)
	@$(CLOCK) & exec $(BIN)/python manage.py db_worker --queue-name '*'

test: setup-dev ## The test-suite (TEST_DATABASE_URL= for PostgreSQL, ARGS= for pytest)
	@$(BIN)/pytest -n auto --dist loadfile $(ARGS)

check: setup-dev ## Lint, format, types, import contract, system checks, migrations, schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy cms programmes library search home
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py export_schema --check
	$(BIN)/python manage.py check_schema_changes

format: setup-dev ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.stamp ## Write cms/schema.graphql after a change of the API
	$(BIN)/python manage.py export_schema

explorer: ## Make static/explorer/vendor anew from the npm packages pinned in tools/explorer (needs node and npm)
	@cd tools/explorer && npm ci --ignore-scripts && node build.mjs && rm -rf node_modules

bench: setup-dev ## Measure what the project promises, and print it
	$(BIN)/python -m tests.bench

clean: ## Take away the environment and everything that was made (database, files, index)
	rm -rf $(VENV) var

# A fresh machine needs Python >= 3.11 and make. `make help` lists the targets.
# Settings travel as variables: make run PORT=8001, make demo VIDEO=film.mp4, make PYTHON=python3.12 …

PYTHON ?= python3

BIN := .venv/bin
EXEC := $(BIN)/python -m frameflow.embedded exec
COMPILE := $(BIN)/uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes
LOCAL := .venv/requirements-local
DEV := .venv/requirements-dev
BENCH := .venv/requirements-bench
# A file to one worker, in the order of tests/conftest.py: the longest first.
SPREAD := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: run demo test test-all e2e chaos fuzz simulate bench bench-pages figures load examples screenshots check audit fix messages admin clean lock help
.NOTPARALLEL:

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1: /p' Makefile

run: $(LOCAL) ## everything on this machine, until Ctrl-C
	@$(BIN)/python -m frameflow.embedded run

demo: $(LOCAL) ## a video in, a ZIP out (VIDEO=path, INTERVAL=seconds)
	@$(BIN)/python -m frameflow.embedded demo $(if $(INTERVAL),--interval "$(INTERVAL)") $(if $(VIDEO),"$(VIDEO)")

test: $(DEV) ## the tests, with real servers and a real browser
	@$(BIN)/python -m tests.programs
	$(BIN)/python -m pytest $(SPREAD) -m "not long"

test-all: $(DEV) ## the tests and their long forms
	@$(BIN)/python -m tests.programs
	$(BIN)/python -m pytest $(SPREAD)

e2e: $(DEV) ## the whole product on a ground: STORE=filesystem|s3 SERVERS=embedded|external BUS=redis_pubsub|redis_streams
	STORE="$(STORE)" SERVERS="$(SERVERS)" BUS="$(BUS)" $(BIN)/python -m pytest $(SPREAD) -m "not long" tests/e2e

chaos: $(DEV) ## kill everything, again and again, and prove that nothing is lost: UPLOADS=1000 FAULTS=500 SEED=1 BUS=redis_pubsub|redis_streams
	$(BIN)/python -m tests.chaos $(if $(UPLOADS),--uploads "$(UPLOADS)") $(if $(FAULTS),--faults "$(FAULTS)") $(if $(SEED),--seed "$(SEED)") $(if $(BUS),--bus "$(BUS)")

fuzz: $(DEV) ## bend videos at random and send them through the cage: NUMBER=20000 SEED=1 SECONDS=600
	$(BIN)/python -m tests.hostile.fuzz $(if $(NUMBER),--number "$(NUMBER)") $(if $(SEED),--seed "$(SEED)") $(if $(SECONDS),--seconds "$(SECONDS)")

simulate: $(DEV) ## schedules of failures against the promises of delivery: SEEDS=200000 (rung 2: a tenth) START=0
	$(BIN)/python -m tests.simulation --rung 1 --seeds $(or $(SEEDS),20000) --start $(or $(START),0)
	$(BIN)/python -m tests.simulation --rung 2 --seeds $$(( $(or $(SEEDS),20000) / 10 )) --start $(or $(START),0)

bench: $(BENCH) ## the cost of extraction beside ffmpeg, OpenCV and others: BENCH_DIR=folder ARGS="--rounds 1 --only ffmpeg"
	$(BIN)/python -m benchmarks.extraction $(ARGS)

figures: $(BENCH) ## write the page and the plot of the last make bench
	$(BIN)/python -m benchmarks.extraction.page

load: $(DEV) ## uploads at rising rates, then for a long time: MINUTES=1 ARGS="--rates 1,2,4 --no-scaling"
	@$(BIN)/python -m benchmarks.load $(if $(MINUTES),--minutes "$(MINUTES)") $(ARGS)

bench-pages: $(DEV) ## Lighthouse on every page, and our upload beside tus-js-client and Uppy: ARGS="--part uploads --rounds 1"
	$(BIN)/python -m benchmarks.pages $(ARGS)

examples: $(DEV) ## write the examples of the API again, as it answers now
	WRITE_EXAMPLES=1 $(BIN)/python -m pytest -q -n 0 tests/api/test_examples.py -k today

screenshots: $(DEV) ## every page in every state, as pictures with an index
	@$(BIN)/python -m tests.programs
	@SCREENSHOTS=test-results/screenshots $(BIN)/python -m pytest -q -n auto --dist loadfile tests/browser/test_states.py
	@echo "$(CURDIR)/test-results/screenshots/index.html"

check: $(DEV) ## lint, types, imports, migrations, the API's schema, deploy settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(EXEC) --scratch -- $(BIN)/python manage.py makemigrations --check --dry-run
	$(EXEC) --scratch -- $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	DJANGO_SETTINGS_MODULE=frameflow.settings.prod PUBLIC_URL=https://localhost $(EXEC) --scratch -- $(BIN)/python manage.py check --deploy --fail-level WARNING

audit: $(BIN)/python ## known vulnerabilities of the locked packages, asked of PyPI; fails where one is not answered
	@$(BIN)/python -m tests.audit requirements/*.txt

fix: $(DEV) ## format, and repair what can be repaired
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(DEV) ## collect the texts to translate, and compile what is translated (needs GNU gettext)
	$(EXEC) --scratch -- $(BIN)/python manage.py makemessages --locale pt_BR --no-obsolete --no-location --no-wrap
	$(EXEC) --scratch -- $(BIN)/python manage.py compilemessages --locale pt_BR

admin: $(LOCAL) ## a superuser, by questions, or from ADMIN_EMAIL and ADMIN_PASSWORD
	@$(EXEC) -- $(BIN)/python manage.py migrate --no-input --verbosity 0
	@$(EXEC) -- $(BIN)/python manage.py $(if $(and $(ADMIN_EMAIL),$(ADMIN_PASSWORD)$(ADMIN_PASSWORD_FILE)),ensure_admin,createsuperuser)

clean: ## remove everything that was made here, the data too
	@test ! -e .frameflow/servers.json || { echo "Frame Flow is running: stop it first, or remove .frameflow/servers.json."; exit 1; }
	rm -rf .venv .frameflow .bench .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results demo-frames.zip
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(DEV) ## compile the requirements again
	$(COMPILE) requirements/uv.in --output-file requirements/uv.txt
	$(COMPILE) requirements/dev.in --output-file requirements/dev.txt
	@# What is shipped is what was tested: the smaller sets take the versions of the largest.
	for name in base worker local bench; do $(COMPILE) --constraint requirements/dev.txt requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done

# `uv pip sync` removes what a file does not name, so the smaller set undoes the larger one.
$(LOCAL): $(BIN)/uv requirements/local.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/local.txt
	@rm -f $(DEV) $(BENCH)
	@touch $@

$(BENCH): $(BIN)/uv requirements/bench.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/bench.txt
	@rm -f $(DEV)
	@touch $(LOCAL) $@

$(DEV): $(BIN)/uv requirements/dev.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/dev.txt
	@rm -f $(BENCH)
	@touch $(LOCAL) $@

$(BIN)/uv: requirements/uv.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Frame Flow needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m virtualenv --quiet --clear .venv 2>/dev/null || virtualenv --quiet --clear --python $(PYTHON) .venv 2>/dev/null || { rm -rf .venv; echo "Python cannot make a virtual environment: install python3-venv or virtualenv."; exit 1; }

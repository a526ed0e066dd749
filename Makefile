# simscope: what a person types. The work is done by the scripts beside it.
# Go from its usual place counts even when PATH does not name it.
export PATH := $(PATH):/usr/local/go/bin

BIN := bin/simscope
# Arguments for the program: make run ARGS=--demo
ARGS ?=
BENCHTIME ?= 100ms

.PHONY: build run test lint bench screenshots clean

build:
	@scripts/go.sh
	@scripts/build.sh $(BIN)

run:
	@scripts/go.sh
	@scripts/deps.sh run
	@scripts/build.sh $(BIN)
	@$(BIN) $(ARGS)

test:
	@scripts/go.sh
	@scripts/deps.sh test
	@scripts/test.sh

lint:
	@scripts/go.sh
	@scripts/lint.sh

bench:
	@scripts/go.sh
	@scripts/bench.sh $(BENCHTIME)

screenshots:
	@scripts/go.sh
	@scripts/deps.sh screenshots
	@scripts/build.sh $(BIN)
	@go run ./screenshots/shoot -program $(BIN) -out screenshots

clean:
	rm -rf bin

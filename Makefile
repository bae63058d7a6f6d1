# SPDX-License-Identifier: GPL-2.0
#
# portzero: see, understand and stop TCP port-zero traffic.
#
#   make             the module ./nf_portzero.ko and tools/portzero/portzero
#   make demo        install what is missing, build, show it at work in a VM
#   make test        install what is missing, build, run every test
#   make help        the rest

PREFIX ?= /usr/local
DESTDIR ?=

# The running kernel's build directory; else the newest installed headers.
ifndef KDIR
KDIR := $(wildcard /lib/modules/$(shell uname -r)/build)
ifeq ($(KDIR),)
KDIR := $(shell ls -d /lib/modules/*/build /usr/src/linux-headers-*[!n] 2>/dev/null | \
	while read -r d; do [ ! -e "$$d/.config" ] || \
		echo "$$(basename "$$(readlink -f "$$d")") $$(readlink -f "$$d")"; done | \
	sort -V | tail -n 1 | cut -d' ' -f2)
KDIR_NOTE := no headers of the running kernel: building for $(KDIR)
endif
endif

.PHONY: all
all: module tool

.PHONY: help
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))

## module        ./nf_portzero.ko for KDIR, by default the running kernel
.PHONY: module
module:
	@test -n "$(KDIR)" || \
		{ echo "no kernel headers found: install linux-headers-amd64, or set KDIR" >&2; exit 1; }
	@test -z "$(KDIR_NOTE)" || echo "$(KDIR_NOTE)"
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

## tool          tools/portzero/portzero
.PHONY: tool
tool:
	$(MAKE) -C tools/portzero

## install       the tool to PREFIX/sbin (/usr/local), man pages, unit, loading at boot
.PHONY: install
install: tool install-module-files
	$(MAKE) -C tools/portzero install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)

## uninstall     what install put there
.PHONY: uninstall
uninstall:
	$(MAKE) -C tools/portzero uninstall PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	rm -f $(addprefix $(DESTDIR),$(MODULE_FILES))

# The module's own files, beside the module itself
SHARE := tools/portzero/share
MAN4 := $(PREFIX)/share/man/man4/nf_portzero.4
LOAD := $(if $(filter /usr,$(PREFIX)),/usr/lib,/etc)/modules-load.d/nf_portzero.conf
MODULE_FILES := $(MAN4) $(LOAD)

.PHONY: install-module-files
install-module-files:
	install -D -m 0644 $(SHARE)/nf_portzero.4 $(DESTDIR)$(MAN4)
	install -D -m 0644 $(SHARE)/modules-load.conf $(DESTDIR)$(LOAD)

## modules_install  the module to /lib/modules, and depmod
.PHONY: modules_install
modules_install: module
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install

# The version is the changelog's.
DEB_TREE = build/deb/portzero-$(shell sed -n '1s/.*(\(.*\)).*/\1/p' tools/debian/changelog)

## deb           Debian packages of tool and module (DKMS), in build/deb
.PHONY: deb
deb: deps-deb
	rm -rf build/deb
	mkdir -p $(DEB_TREE)
	cp -r Kbuild $(firstword $(MAKEFILE_LIST)) README.md COPYING dkms.conf module uapi tools $(DEB_TREE)
	mv $(DEB_TREE)/tools/debian $(DEB_TREE)/debian
	$(MAKE) -C $(DEB_TREE)/tools/portzero clean
	rm -f $(addprefix $(DEB_TREE)/module/,*.o .*.cmd)
	cd $(DEB_TREE) && dpkg-buildpackage -us -uc -b
	lintian --fail-on error,warning --tag-display-limit 0 build/deb/*.changes

## test-package  the packages on a fresh Debian 12: dkms, systemd; some minutes
.PHONY: test-package
test-package: deps-test deps-package deb
	$(MAKE) all
	$(MAKE) -C selftests/pzsend
	selftests/package/paths.sh
	selftests/package/run

## deps          install the Debian packages that everything needs
.PHONY: deps
deps:
	selftests/deps

# A group of packages first; then everything else sees what it brought.
deps-%:
	selftests/deps $*

## demo          the whole story in two minutes, in a VM
.PHONY: demo
demo: deps-build deps-demo
	$(MAKE) all
	$(MAKE) -C selftests/pzsend
	selftests/demo

## pictures      those of README.md, from real runs
.PHONY: pictures
pictures: deps-build deps-pictures
	$(MAKE) all
	$(MAKE) -C selftests/pzsend
	selftests/pictures/run

## test          every test: native ones, then in a VM
.PHONY: test
test: deps-build deps-test
	$(MAKE) all
	selftests/run

## test-fleet    ten gateways, Prometheus, Alertmanager and a browser; 15 minutes
.PHONY: test-fleet
test-fleet: deps-build deps-fleet
	$(MAKE) tool
	SEE=1 selftests/fleet/alarm.sh
	selftests/fleet/scale.sh

## test-tool     the tool and its unit tests under sanitizers and valgrind; 20 minutes
.PHONY: test-tool
test-tool: deps-build deps-tool
	$(MAKE) all
	selftests/run --sanitize
	selftests/run --valgrind

## coverage      the lines of module and tool that no test reaches; half an hour
.PHONY: coverage
coverage: deps-build deps-coverage
	$(MAKE) all
	selftests/coverage

## test-debug    the module's tests on kernels that check themselves: hours
.PHONY: test-debug
test-debug: deps-build deps-mail deps-debug
	$(MAKE) all
	selftests/test-debug

## test-kernels  the module's tests on each kernel, gcc and clang: hours
# The latest comes with a compiler of its own, and no clang.
.PHONY: test-kernels
test-kernels: deps-build deps-mail deps-check deps-latest
	$(MAKE) all
	selftests/kernels 5.10 6.1 6.12 latest rt $(addsuffix :clang,5.10 6.1 6.12 rt)

## test-arch     the tool on arm64, the module there and on armhf and s390x, emulated
.PHONY: test-arch
test-arch: deps-build deps-test deps-arch
	selftests/run --native --kernel arm64
	selftests/kernels arm64 armhf s390x

## check         static checks: checkpatch, sparse, gcc and clang W=1, ...
.PHONY: check
check: deps-build deps-check
	selftests/check

## bench         what a packet costs, in instructions, beside the others
.PHONY: bench
bench: deps-build deps-bench
	$(MAKE) all
	$(MAKE) -C selftests/pzsend
	selftests/bench/run $(if $(KERNEL),--kernel $(KERNEL))

## bench-detect  how soon the alarm rings, and how often for nothing
.PHONY: bench-detect
bench-detect: deps-bench-detect
	$(MAKE) -C selftests/bench/detect run

## bench-worst   the packet that costs most, found by trying; minutes
.PHONY: bench-worst
bench-worst: deps-build deps-bench
	selftests/bench/worst-packet

## prove         all that is too long for every day, and a table: a day
.PHONY: prove
prove: deps-build deps-prove deps-check deps-bench deps-debug deps-coverage deps-latest deps-arch
	$(MAKE) all
	selftests/prove

## fuzz          what reads packets and files, SECONDS each (60)
.PHONY: fuzz
fuzz: deps-build deps-check
	$(MAKE) -C selftests/fuzz run

# for selftests/check
.PHONY: print-kdir
print-kdir:
	@echo $(KDIR)

## clean         remove what was built
.PHONY: clean
clean:
	rm -rf build *.ko *.o *.mod *.mod.c Module.symvers modules.order \
		.*.cmd module/*.o module/.*.cmd
	$(MAKE) -C tools/portzero clean
	$(MAKE) -C selftests clean

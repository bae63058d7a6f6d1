# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# arch.sh: machines that are not this one, emulated; for scripts to source.

# arch_known NAME: what Debian calls NAME, sets what others call it: the compiler
# (triple), Debian's kernel flavour, QEMU, and the kernel its console there.
# shellcheck disable=SC2034
arch_known()
{
	case $1 in
	arm64)
		triple=aarch64-linux-gnu flavour=arm64
		qemu_arch=aarch64 machine=(-M virt) cpu=cortex-a57 tty=ttyAMA0
		;;
	armhf)
		triple=arm-linux-gnueabihf flavour=armmp
		qemu_arch=arm machine=(-M "virt,highmem=off") cpu=cortex-a15 tty=ttyAMA0
		;;
	s390x)
		triple=s390x-linux-gnu flavour=s390x
		qemu_arch=s390x machine=(-M s390-ccw-virtio) cpu=max tty=ttysclp0
		;;
	*) return 1 ;;
	esac
}

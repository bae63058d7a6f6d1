// SPDX-License-Identifier: GPL-2.0
/*
 * Switches drop on while true port zero is warned of, and takes back only
 * what it did itself.
 */
#include <errno.h>
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "output/autodrop.h"
#include "input/proc.h"
#include "lib/print.h"

static void complain_of(int error, const char *on)
{
	if (error == -EIO)
		complain("--auto-drop: drop did not stay %s: somebody else switches it too",
			 on);
	else if (error)
		proc_complain(NF_PORTZERO_PROC_DROP, error);
}

static void switch_off(struct borrow *drop)
{
	int error = borrow_return(drop);

	complain_of(error, "off");
	if (!error)
		complain("--auto-drop: drop is off again");
}

void autodrop_open(struct autodrop *a, double now)
{
	int error;

	if (a->open)
		return;
	error = borrow_open(&a->drop, NF_PORTZERO_PROC_DROP, true);
	if (error == -EBUSY) {
		complain("--auto-drop: another watch looks after drop: not for this one");
		return;
	}
	a->open = true;
	if (error)
		complain("--auto-drop: no note in /run/portzero; after a kill, drop stays on: %s",
			 strerror(-error));
	if (!a->drop.ours)
		return;
	complain("--auto-drop: a watch that was killed left drop on; it goes off in time");
	if (a->drop.until < 0)
		borrow_until(&a->drop, now + a->hold);
}

void autodrop_recover(void)
{
	struct borrow drop;

	borrow_open(&drop, NF_PORTZERO_PROC_DROP, false);
	if (drop.ours)
		switch_off(&drop);
	borrow_close(&drop);
}

void autodrop_start(struct autodrop *a)
{
	bool on;
	int error;

	a->warning = true;
	if (!a->open)
		return;
	if (a->drop.ours) {
		borrow_until(&a->drop, -1);
		return;
	}
	if (proc_get_switch(NF_PORTZERO_PROC_DROP, &on))
		return;
	if (on) {
		complain("--auto-drop: drop is on already, and stays as it is");
		return;
	}
	error = borrow_take(&a->drop);
	complain_of(error, "on");
	if (!error)
		complain("--auto-drop: drop is now on");
}

void autodrop_end(struct autodrop *a, double now)
{
	a->warning = false;
	if (a->open && a->drop.ours)
		borrow_until(&a->drop, now + a->hold);
}

static void look(struct autodrop *a)
{
	const char *lost = borrow_lost(&a->drop);

	if (lost)
		complain("--auto-drop: somebody switched drop %s, so %s it stays",
			 lost, lost);
}

void autodrop_tick(struct autodrop *a, double now)
{
	if (!a->open)
		return;
	look(a);
	if (a->drop.ours && !a->warning && now >= a->drop.until)
		switch_off(&a->drop);
}

void autodrop_finish(struct autodrop *a)
{
	if (!a->open)
		return;
	look(a);
	if (a->drop.ours)
		switch_off(&a->drop);
	borrow_close(&a->drop);
	a->open = false;
}

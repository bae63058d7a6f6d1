// SPDX-License-Identifier: GPL-2.0
/*
 * Switches drop on while true port zero is warned of, and takes back only
 * what it did itself.
 */
#include <errno.h>

#include <linux/netfilter/nf_portzero.h>

#include "autodrop.h"
#include "proc.h"
#include "say.h"

static bool is_on(bool *on)
{
	return !proc_get_switch(NF_PORTZERO_PROC_DROP, on);
}

static bool set(bool on)
{
	int error = proc_set_switch(NF_PORTZERO_PROC_DROP, on);

	if (error == -EIO)
		complain("--auto-drop: drop did not stay %s: somebody else switches it too",
			 on ? "on" : "off");
	else if (error)
		proc_complain(NF_PORTZERO_PROC_DROP, error);
	return !error;
}

static void let_go(struct autodrop *a)
{
	if (set(false))
		complain("--auto-drop: drop is off again");
	a->ours = false;
}

void autodrop_start(struct autodrop *a)
{
	bool on;

	a->warning = true;
	if (a->ours || !is_on(&on))
		return;
	if (on) {
		complain("--auto-drop: drop is on already, and stays as it is");
		return;
	}
	a->ours = set(true);
	if (a->ours)
		complain("--auto-drop: drop is now on");
}

void autodrop_end(struct autodrop *a, double now)
{
	a->warning = false;
	a->until = now + a->hold;
}

void autodrop_tick(struct autodrop *a, double now)
{
	bool on;

	if (!a->ours || !is_on(&on))
		return;
	if (!on) {
		complain("--auto-drop: somebody switched drop off, so off it stays");
		a->ours = false;
	} else if (!a->warning && now >= a->until) {
		let_go(a);
	}
}

void autodrop_finish(struct autodrop *a)
{
	bool on;

	if (a->ours && is_on(&on) && on)
		let_go(a);
}

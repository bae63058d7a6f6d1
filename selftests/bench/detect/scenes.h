/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histories: an attacker who prepares, who comes back, who was there first, and
 * changes that stay.
 */
#ifndef DETECT_SCENES_H
#define DETECT_SCENES_H

/**
 * scenes_play - play all, a line each, and hold them to their bars
 * @only: part of the names of those to be played
 * @held: counts those that hold
 * @known: counts those that are missed for a known reason
 *
 * Return: how many are missed otherwise.
 */
unsigned int scenes_play(const char *only, unsigned int *held,
			 unsigned int *known);

#endif

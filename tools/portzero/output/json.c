// SPDX-License-Identifier: GPL-2.0
/*
 * The tool's facts as JSON.
 */
#include <float.h>
#include <math.h>

#include "output/json.h"

json_t *json_count(uint64_t value)
{
	return value <= INT64_MAX ? json_integer((json_int_t)value) :
				    json_real((double)value);
}

json_t *json_number(double value)
{
	if (isnan(value))
		return json_null();
	return json_real(fmax(-DBL_MAX, fmin(value, DBL_MAX)));
}

json_t *json_counters(const struct counters *c, uint64_t present)
{
	json_t *object = json_object();

	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++) {
		if (present >> i & 1)
			json_object_set_new(object, counter_names[i],
					    json_count(c->value[i]));
	}
	return object;
}

json_t *json_talkers(const struct talkers *t, bool source, size_t most,
		     const struct labels *labels)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->n && most; i++) {
		const struct talker *talker = &t->v[i];
		char address[INET6_ADDRSTRLEN];
		const char *label;
		json_t *object;

		if (talker->source != source)
			continue;
		most--;
		object = json_object();
		address_format(&talker->address, address);
		json_object_set_new(object, "address", json_string(address));
		if (!source)
			json_object_set_new(object, "port",
					    json_integer(talker->port));
		json_object_set_new(object, "count", json_count(talker->count));
		json_object_set_new(object, "error", json_count(talker->error));
		json_object_set_new(object, "last_seen",
				    json_integer(talker->last_seen));
		label = labels_find(labels, &talker->address);
		if (label)
			json_object_set_new(object, "label", json_string(label));
		json_array_append_new(array, object);
	}
	return array;
}

void json_print(json_t *value, FILE *out, size_t flags)
{
	/* Enough digits for a time, too few for 0.1 to become 0.1000000000001. */
	json_dumpf(value, out, flags | JSON_REAL_PRECISION(15));
	fputc('\n', out);
	json_decref(value);
}

#include "job.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The last ticks done. Copies of the worker do not share them: store the id in the database transaction of the job. */
static char done[100][256];
static unsigned count;

/* Does what is due in the interval from the tick before, which is NULL if there is none, to this one. */
static int job(const char *previous, const char *slot) {
	(void) previous, (void) slot;
	unsigned left = strtoul(setting("JOB_SECONDS", "0"), NULL, 10);
	while (left > 0) left = sleep(left); /* A signal interrupts it. */
	return 1;
}

int handle(const amqp_message_t *message) {
	char id[256] = "";
	const amqp_basic_properties_t *properties = &message->properties;
	if (properties->_flags & AMQP_BASIC_MESSAGE_ID_FLAG)
		snprintf(id, sizeof id, "%.*s", (int) properties->message_id.len, (char *) properties->message_id.bytes);
	for (int i = 0; *id && i < 100; i++)
		if (strcmp(id, done[i]) == 0)
			return printf("again %s\n", id);
	json_error_t error;
	json_t *tick = json_loadb(message->body.bytes, message->body.len, 0, &error);
	const char *previous = json_string_value(json_object_get(tick, "previous"));
	const char *slot = json_string_value(json_object_get(tick, "slot"));
	if (slot)
		printf("started %s from %s to %s\n", id, previous ? previous : "", slot);
	int ok = slot && job(previous, slot);
	if (ok)
		printf("done %s\n", strcpy(done[count++ % 100], id));
	else
		printf("failed %s: %s\n", id, *error.text ? error.text : "no job done");
	json_decref(tick);
	return ok;
}

const char *setting(const char *name, const char *otherwise) {
	const char *value = getenv(name);
	return value && *value ? value : otherwise;
}

#include <amqp.h>

/* Handles a tick. Returns whether its job is done, now or before. */
int handle(const amqp_message_t *message);

/* Returns a variable of the environment, or what is to be taken if it is not set. */
const char *setting(const char *name, const char *otherwise);

/* A worker that runs a job at each tick of TickTock. The job is in job.c. */
#include "job.h"
#include <amqp_tcp_socket.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static void stop(int number) { stopped = number; }

static amqp_table_entry_t text(const char *key, const char *value) {
	return (amqp_table_entry_t){amqp_cstring_bytes(key), {AMQP_FIELD_KIND_UTF8, {.bytes = amqp_cstring_bytes(value)}}};
}

/* Returns whether ticks will come: not before TickTock has declared the exchange. */
static int subscribe(amqp_connection_state_t conn) {
	char *url = strdup(setting("AMQP_URL", "amqp://guest:guest@localhost:5672/"));
	struct amqp_connection_info to;
	amqp_table_entry_t yes = {amqp_cstring_bytes("consumer_cancel_notify"), {AMQP_FIELD_KIND_BOOLEAN, {.boolean = 1}}};
	amqp_table_entry_t tell = {amqp_cstring_bytes("capabilities"), {AMQP_FIELD_KIND_TABLE, {.table = {1, &yes}}}};
	/* The client sends heartbeats only while it waits, so a job must not take longer than these 600 seconds. */
	int open = !amqp_parse_url(url, &to) && !amqp_socket_open(amqp_tcp_socket_new(conn), to.host, to.port)
		&& amqp_login_with_properties(conn, *to.vhost ? to.vhost : "/", 0, AMQP_DEFAULT_FRAME_SIZE, 600,
			&(amqp_table_t){1, &tell}, AMQP_SASL_METHOD_PLAIN, to.user, to.password).reply_type == AMQP_RESPONSE_NORMAL;
	free(url);
	amqp_table_entry_t missed = text("x-dead-letter-exchange", "cron.schedule.missed");
	amqp_table_entry_t cron = text("cron", setting("CRON", "")); /* If set, the worker's own schedule. */
	amqp_bytes_t queue = amqp_cstring_bytes(setting("QUEUE", "report"));
	return open && amqp_channel_open(conn, 1)
		&& amqp_queue_declare(conn, 1, queue, 0, 1, 0, 0, (amqp_table_t){1, &missed})
		&& amqp_queue_bind(conn, 1, queue, amqp_cstring_bytes("cron.schedule"),
			amqp_cstring_bytes(setting("KEY", "cron.second.30")), (amqp_table_t){cron.value.value.bytes.len > 0, &cron})
		&& amqp_basic_qos(conn, 1, 0, 1, 0) /* Ticks wait, and expire, in the queue. */
		&& amqp_basic_consume(conn, 1, queue, amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
}

int main(void) {
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGTERM, stop); /* The job in hand is finished, and no other is begun. */
	while (!stopped) {
		amqp_connection_state_t conn = amqp_new_connection();
		int connected = subscribe(conn);
		for (amqp_envelope_t tick; connected && !stopped;) {
			amqp_maybe_release_buffers(conn);
			amqp_rpc_reply_t reply = amqp_consume_message(conn, &tick, &(struct timeval){0, 500000}, 0);
			connected = reply.reply_type == AMQP_RESPONSE_NORMAL || reply.library_error == AMQP_STATUS_TIMEOUT;
			if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
				connected = 0 == (handle(&tick.message) ? amqp_basic_ack(conn, 1, tick.delivery_tag, 0)
					: amqp_basic_reject(conn, 1, tick.delivery_tag, 0)); /* to the exchange of missed ticks */
				amqp_destroy_envelope(&tick);
			}
		}
		if (connected) amqp_connection_close(conn, AMQP_REPLY_SUCCESS); /* else the acknowledgement may get lost */
		amqp_destroy_connection(conn);
		if (!stopped) sleep(1);
	}
}

#!/usr/bin/env bash
url=${AMQP_URL:-amqp://guest:guest@localhost:5672} api=${MANAGEMENT_URL:-http://guest:guest@localhost:15672}/api
queue=${QUEUE:-report} key=${KEY:-cron.second.30}
cron=${CRON:-} # a line such as "30 2 * * *" registers the schedule of the key
export JOB_SECONDS=${JOB_SECONDS:-0} state
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT

work() { # on the data of the interval from $1 to $2
	sleep "$JOB_SECONDS" # your job
}

# Runs for each tick, with its body as standard input. If it fails, amqp-consume does not acknowledge the tick.
receive() {
	exec 9> "$state/lock"
	flock -n 9 || exit 1 # the worker is ending: another copy gets the tick
	tick=$(jq -er '[.event + "@" + .slot, .previous // "null", .slot] | join(" ")') ||
		{ echo "failed ?: no tick"; exit 0; } # the tool cannot reject
	read -r id start end <<< "$tick"
	if grep -sqxF "$id" "$state/done"; then echo "again $id"; else
		echo "started $id from $start to $end"
		if work "$start" "$end"; then
			echo "done $id"
			echo "$id" >> "$state/done" # of this copy: across copies, store the id where the job stores its result
		else
			echo "failed $id: status $?"
		fi
	fi
}
export -f work receive

# The tools of amqp-tools cannot bind a durable queue, RabbitMQ's management API can.
bind() {
	curl -sSf -X PUT "$api/queues/%2F/$queue" -d '{"durable":true,"arguments":{"x-dead-letter-exchange":"cron.schedule.missed"}}' &&
		jq -n --arg key "$key" --arg cron "$cron" '{routing_key: $key, arguments: (if $cron == "" then {} else {$cron} end)}' |
		curl -sSf -o /dev/null "$api/bindings/%2F/e/cron.schedule/q/$queue" -d @-
}

take() { # one tick: the others wait in the queue, where they can expire
	amqp-consume -u "${url%/}" -q "$queue" -c 1 -- bash -c receive &
	consumer=$!
	until wait "$consumer"; do
		kill -0 "$consumer" 2> /dev/null || return 1
	done
}

stop() {
	stopping=yes
	exec 9> "$state/lock"
	flock -n 9 && kill "$consumer" 2> /dev/null # nothing is in hand; otherwise amqp-consume ends after the job
}
trap stop TERM

until [ "${stopping:-}" ]; do
	bind && while [ ! "${stopping:-}" ] && take; do :; done
	[ "${stopping:-}" ] || { sleep 2 & wait $!; } # the broker is away, or TickTock has not declared its exchange yet
done
exit 0

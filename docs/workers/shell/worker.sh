#!/usr/bin/env bash
export AMQP_URL=${AMQP_URL:-amqp://guest:guest@localhost:5672} QUEUE=${QUEUE:-report} KEY=${KEY:-cron.second.30}
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
	if ! tick=$(jq -er '[.event + "@" + .slot, .previous // "none", .slot] | join(" ")'); then
		echo "failed ?: no tick"
		exit 0 # the tool cannot reject; not to acknowledge would bring the message back at once
	fi
	read -r id start end <<< "$tick"
	if grep -sqxF "$id" "$state/done"; then
		echo "again $id"
	else
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

# Takes one tick. Sets the prefetch to that number, so that other ticks wait in the queue, where they can expire.
take() {
	amqp-consume -u "${AMQP_URL%/}" -q "$QUEUE" -e cron.schedule -r "$KEY" -c 1 -- bash -c receive &
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
	if amqp-declare-queue -u "${AMQP_URL%/}" -q "$QUEUE" -d > /dev/null; then
		while [ ! "${stopping:-}" ] && take; do :; done
	fi
	[ "${stopping:-}" ] || { sleep 2 & wait $!; } # the broker is away, or TickTock has not declared its exchange yet
done
exit 0

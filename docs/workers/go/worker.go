// A worker that runs a job at each tick of TickTock.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

func main() {
	// On SIGTERM the job in hand is finished, and no other is begun.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	for ctx.Err() == nil {
		if err := consume(ctx); err != nil {
			log.Println(err)
			time.Sleep(time.Second)
		}
	}
}

// consume handles ticks until ctx is done or the connection ends. It fails until TickTock has declared the exchange.
func consume(ctx context.Context) error {
	conn, err := amqp.Dial(env("AMQP_URL", "amqp://guest:guest@localhost:5672/"))
	if err != nil {
		return err
	}
	defer conn.Close()
	ch, err := conn.Channel()
	if err != nil {
		return err
	}
	outcomes, err := conn.Channel() // Of its own: an older TickTock has no exchange for them, and the broker closes it.
	if err != nil {
		return err
	}
	queue, arguments := env("QUEUE", "report"), amqp.Table{}
	if cron := os.Getenv("CRON"); cron != "" {
		arguments["cron"] = cron // TickTock publishes the key on this schedule.
	}
	_, declared := ch.QueueDeclare(queue, true, false, false, false,
		amqp.Table{"x-dead-letter-exchange": "cron.schedule.missed"})
	bound := ch.QueueBind(queue, env("KEY", "cron.second.30"), "cron.schedule", false, arguments)
	limited := ch.Qos(1, 0, false) // Ticks wait, and expire, in the queue.
	ticks, consumed := ch.Consume(queue, "worker", false, false, false, false, nil)
	for _, err := range []error{declared, bound, limited, consumed} {
		if err != nil {
			return err
		}
	}
	go func() { <-ctx.Done(); ch.Cancel("worker", false) }()
	for d := range ticks {
		handle(d, outcomes)
	}
	return nil
}

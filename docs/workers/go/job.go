package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// The last ticks that are done. Copies of the worker do not share them: store the id in the database transaction of the job.
var done [100]string
var count int

// tell publishes how a job has ended.
func tell(outcomes *amqp.Channel, d amqp.Delivery, status, message string, began time.Time) {
	body, _ := json.Marshal(map[string]any{"status": status, "message": message, "seconds": time.Since(began).Seconds()})
	outcomes.PublishWithContext(context.Background(), "cron.schedule.outcome", d.RoutingKey, false, false,
		amqp.Publishing{MessageId: d.MessageId, CorrelationId: d.CorrelationId, Body: body})
}

func handle(d amqp.Delivery, outcomes *amqp.Channel) error {
	began := time.Now()
	for _, id := range done {
		if id == d.MessageId && id != "" {
			fmt.Println("again", id)
			return d.Ack(false)
		}
	}
	if err := work(d); err != nil {
		fmt.Printf("failed %s: %v\n", d.MessageId, err)
		defer tell(outcomes, d, "failed", err.Error(), began)
		return d.Reject(false) // Not requeued: the tick goes to the exchange of missed ticks.
	}
	done[count%len(done)] = d.MessageId
	count++
	fmt.Println("done", d.MessageId)
	defer tell(outcomes, d, "done", "", began)
	return d.Ack(false)
}

// work does what is due in the interval from previous to slot.
func work(d amqp.Delivery) error {
	var tick struct{ Previous, Slot string }
	if err := json.Unmarshal(d.Body, &tick); err != nil {
		return err
	}
	if tick.Slot == "" {
		return errors.New("no slot")
	}
	fmt.Println("started", d.MessageId, "from", tick.Previous, "to", tick.Slot)
	duration, err := time.ParseDuration(env("JOB_SECONDS", "0") + "s")
	time.Sleep(duration)
	return err
}

// env returns the variable of this name, or a default.
func env(name, value string) string {
	if set, found := os.LookupEnv(name); found {
		return set
	}
	return value
}

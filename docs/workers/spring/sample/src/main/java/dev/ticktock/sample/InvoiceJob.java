package dev.ticktock.sample;

import dev.ticktock.spring.TickTockJob;

import org.springframework.stereotype.Component;

/**
 * A job that brings its schedule: TickTock needs no configuration for it.
 */
@Component
class InvoiceJob {

	@TickTockJob(key = "invoice.nightly", cron = "30 2 * * *", zone = "Europe/Oslo")
	void invoices() {
		System.out.println("writing the invoices");
	}

}

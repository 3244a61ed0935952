package dev.ticktock.spring;

import org.springframework.stereotype.Component;

@Component
class InvoiceJob {

	@TickTockJob(key = "invoice.nightly", cron = "30 3 * * *", zone = "Europe/Oslo",
			former = @TickTockJob.Former(cron = "30 2 * * *", zone = "Europe/Oslo"))
	void writeInvoices() {
		System.out.println("writing the invoices");
	}

}

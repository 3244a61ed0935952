package dev.ticktock.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

import dev.ticktock.support.Recorder.Receipt;

/**
 * How long one publisher took for the messages of one slot, in milliseconds.
 *
 * @param firstReceipt from the start to the first receipt
 * @param lastReceipt from the start to the last receipt
 * @param lastConfirm from the start to the last confirm
 */
record Round(double firstReceipt, double lastReceipt, double lastConfirm) {

	static Round of(List<Receipt> receipts, Instant started, Duration lastConfirm) {
		DoubleSummaryStatistics times = receipts.stream()
			.mapToDouble((receipt) -> millis(Duration.between(started, receipt.at())))
			.summaryStatistics();
		return new Round(times.getMin(), times.getMax(), millis(lastConfirm));
	}

	static double millis(Duration duration) {
		return duration.toNanos() / 1e6;
	}

	double betweenReceipts() {
		return this.lastReceipt - this.firstReceipt;
	}

	static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
		return Report.median(rounds.stream().map(figure::applyAsDouble).toList());
	}

	static double[] figures(List<Round> rounds) {
		return new double[] { median(rounds, Round::firstReceipt), median(rounds, Round::lastReceipt),
				median(rounds, Round::betweenReceipts), median(rounds, Round::lastConfirm),
				rounds.stream().mapToDouble(Round::lastConfirm).max().orElseThrow() };
	}

}

package dev.ticktock.benchmark;

import java.util.LongSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

import dev.ticktock.benchmark.Receiver.Note;

/**
 * How long one publisher took for the messages of one slot, in milliseconds.
 *
 * @param firstReceipt from the start to the first receipt
 * @param lastReceipt from the start to the last receipt
 * @param lastConfirm from the start to the last confirm
 */
record Round(double firstReceipt, double lastReceipt, double lastConfirm) {

	/**
	 * Reads a round from the receiver's notes.
	 * @param started when it began, in milliseconds since the epoch
	 */
	static Round of(List<Note> notes, double started, double lastConfirm) {
		LongSummaryStatistics receipts = notes.stream().mapToLong(Note::receivedMicros).summaryStatistics();
		return new Round(receipts.getMin() / 1000.0 - started, receipts.getMax() / 1000.0 - started, lastConfirm);
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

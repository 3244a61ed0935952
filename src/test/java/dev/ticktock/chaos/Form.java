package dev.ticktock.chaos;

/**
 * How much of a scenario is run: the short form unless the system property
 * {@code ticktock.chaos} is {@code long}.
 */
final class Form {

	static final boolean LONG = "long".equals(System.getProperty("ticktock.chaos"));

	private Form() {
	}

	/** Returns the one of two numbers that belongs to the form. */
	static int times(int shortForm, int longForm) {
		return LONG ? longForm : shortForm;
	}

}

package dev.ticktock.journal;

/**
 * Hears how one reading of the journal goes, and tells those who need to know. Called by
 * the thread that reads.
 */
final class Following implements JournalReader.Listener {

	private final JournalListener listener;

	private final Trouble trouble;

	private final Runnable attached;

	/**
	 * Creates an instance for one reading.
	 * @param attached what is to be done once it has caught up, before the listener hears
	 */
	Following(JournalListener listener, Trouble trouble, Runnable attached) {
		this.listener = listener;
		this.trouble = trouble;
		this.attached = attached;
	}

	@Override
	public void caughtUp() {
		this.trouble.over();
		this.attached.run();
		this.listener.advanced();
	}

	@Override
	public void marked() {
		this.listener.advanced();
	}

	@Override
	public void checkpoint() {
		this.listener.checkpoint();
	}

}

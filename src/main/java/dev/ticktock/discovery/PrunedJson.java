package dev.ticktock.discovery;

import java.io.IOException;
import java.io.InputStream;

/**
 * A listing of bindings in JSON without what nobody asks for, so that whoever parses it
 * needs no more room for one binding than for another: what is nested deeper than an
 * argument's value is left out, a text or a number that is longer than anything useful is
 * cut. What is cut stays too long to be taken for something else. It ends early where
 * more bytes come than were allowed.
 *
 * <p>
 * It only looks for quotes and brackets: whether the rest is JSON is for the parser to
 * say.
 */
final class PrunedJson extends InputStream {

	/** The depth of what is inside a listing, a binding, its arguments. */
	private static final int DEEPEST = 3;

	/**
	 * In bytes. A character has six at most, so what is cut has more of them than
	 * {@link Argument#LONGEST}.
	 */
	private static final int LONGEST_TEXT = 6 * (Argument.LONGEST + 1);

	private static final int LONGEST_NUMBER = 64;

	private static final int BUFFER = 16 * 1024;

	private static final int NOTHING = -1;

	/** The character after a backslash comes next. */
	private static final int ESCAPED = -1;

	private final InputStream source;

	private final byte[] buffer = new byte[BUFFER];

	private int position;

	private int limit;

	private long left;

	private boolean exceeded;

	private int depth;

	private boolean inText;

	/** {@link #ESCAPED}, or how many hexadecimal digits are still to come. */
	private int escape;

	private boolean cut;

	/** How many bytes the text, or the number, has so far. */
	private int length;

	/**
	 * Creates a stream.
	 * @param atMost how many bytes are read of the source
	 */
	PrunedJson(InputStream source, long atMost) {
		this.source = source;
		this.left = atMost;
	}

	/** Says whether it has ended before the source, because that is too long. */
	boolean exceeded() {
		return this.exceeded;
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] target, int offset, int size) throws IOException {
		int written = 0;
		while (written == 0 && size > 0) {
			if (this.position == this.limit && !fill()) {
				return -1;
			}
			while (this.position < this.limit && written < size) {
				int kept = pruned(this.buffer[this.position++]);
				if (kept != NOTHING) {
					target[offset + written++] = (byte) kept;
				}
			}
		}
		return written;
	}

	private boolean fill() throws IOException {
		int read = this.source.read(this.buffer);
		if (read > this.left) {
			this.exceeded = true;
			read = (int) this.left;
		}
		this.position = 0;
		this.limit = Math.max(0, read);
		this.left -= this.limit;
		return this.limit > 0;
	}

	private int pruned(byte next) {
		if (this.inText) {
			return text(next) ? next & 0xff : NOTHING;
		}
		switch (next) {
			case '"' -> {
				this.inText = true;
				this.escape = 0;
				this.cut = false;
				this.length = 0;
			}
			case '[', '{' -> {
				this.length = 0;
				this.depth++;
				return (this.depth <= DEEPEST + 1) ? next : NOTHING;
			}
			case ']', '}' -> {
				this.length = 0;
				this.depth--;
			}
			case ',', ':', ' ', '\t', '\r', '\n' -> this.length = 0;
			default -> {
				return (this.depth <= DEEPEST) ? number(next) : NOTHING;
			}
		}
		return (this.depth <= DEEPEST) ? next : NOTHING;
	}

	private boolean text(byte next) {
		boolean within = this.depth <= DEEPEST;
		if (next == '"' && this.escape == 0) {
			this.inText = false;
			this.length = 0;
			return within;
		}
		boolean begins = this.escape == 0 && (next & 0xc0) != 0x80;
		if (begins && this.length >= LONGEST_TEXT) {
			this.cut = true;
		}
		if (this.escape == ESCAPED) {
			this.escape = (next == 'u') ? 4 : 0;
		}
		else if (this.escape > 0) {
			this.escape--;
		}
		else if (next == '\\') {
			this.escape = ESCAPED;
		}
		this.length++;
		return within && !this.cut;
	}

	/** Cuts a number behind a zero, because it must not end with a dot or a sign. */
	private int number(byte next) {
		this.length++;
		if (this.length < LONGEST_NUMBER) {
			return next & 0xff;
		}
		return (this.length == LONGEST_NUMBER) ? '0' : NOTHING;
	}

	@Override
	public void close() throws IOException {
		this.source.close();
	}

}

package dev.ticktock.broker;

import java.io.IOException;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what was thrown on a thread of the client. The client then closes the channel, so
 * that the replica, or the reading of the journal, begins again with a new connection.
 *
 * <p>
 * Does not tell that a connection or a channel has closed, which whoever uses it does.
 */
final class FaultHandler extends DefaultExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(FaultHandler.class);

	/** The reader on the connection logs a message that could not be read. */
	@Override
	public void handleUnexpectedConnectionDriverException(Connection connection, Throwable fault) {
		if (!(fault instanceof IllegalStateException)) {
			log("The connection", fault);
		}
	}

	/** Must not fail: the client closes the channel afterwards. */
	@Override
	protected void log(String what, Throwable fault) {
		if (fault instanceof IOException || fault instanceof ShutdownSignalException) {
			return;
		}
		try {
			logger.error("Unexpected failure; reconnecting. {}", what, fault);
		}
		catch (RuntimeException | Error ex) {
			// It could not be told.
			return;
		}
	}

}

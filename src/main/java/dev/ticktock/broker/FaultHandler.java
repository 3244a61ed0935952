package dev.ticktock.broker;

import java.io.IOException;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs an exception that was thrown on a thread of the client, unless it says that a
 * connection or a channel has closed. The client then closes the channel, so that its
 * user begins again with a new connection. An {@link Error} of TickTock ends the process.
 */
final class FaultHandler extends DefaultExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(FaultHandler.class);

	/**
	 * The reader on the connection logs a message that could not be read. An error here
	 * is due to such a message, not to TickTock.
	 */
	@Override
	public void handleUnexpectedConnectionDriverException(Connection connection, Throwable fault) {
		if (!(fault instanceof IllegalStateException)) {
			log("The connection", (fault instanceof Error) ? new IllegalStateException(fault) : fault);
		}
	}

	@Override
	protected void log(String what, Throwable fault) {
		if (fault instanceof Error) {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
		}
		else if (!(fault instanceof IOException || fault instanceof ShutdownSignalException)) {
			logger.error("Unexpected failure; reconnecting. {}", what, fault);
		}
	}

}

package dev.ticktock.broker;

import dev.ticktock.startup.InvalidSettingException;

/**
 * Thrown where the broker answers and refuses. A person has to change a setting, here or
 * at the broker.
 */
public class BrokerRefusedException extends Exception {

	private static final long serialVersionUID = 1L;

	private final InvalidSettingException setting;

	private final boolean mendable;

	/**
	 * Creates the exception.
	 * @param mendable whether an operator is likely to mend it at the broker while
	 * TickTock waits
	 */
	public BrokerRefusedException(InvalidSettingException setting, boolean mendable) {
		super(setting.getMessage(), setting.getCause());
		this.setting = setting;
		this.mendable = mendable;
	}

	@Override
	public String getMessage() {
		return String.valueOf(this.setting.getMessage());
	}

	public InvalidSettingException setting() {
		return this.setting;
	}

	public boolean mendable() {
		return this.mendable;
	}

}

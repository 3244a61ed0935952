package dev.ticktock.leader;

/**
 * Published as an application event, on the replica's thread, when it has taken another
 * role. A listener must not block.
 *
 * @param role the role that it has now
 */
public record RoleChanged(Role role) {

}

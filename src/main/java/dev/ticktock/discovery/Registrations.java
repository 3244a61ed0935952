package dev.ticktock.discovery;

import java.util.Collection;
import java.util.List;

import dev.ticktock.schedule.Schedule;

/**
 * What a listing of bindings registers.
 *
 * @param schedules the schedules, in the order of their events
 * @param problems some of what workers asked for and do not get
 * @param problemCount how many bindings asked for a schedule and do not get it
 */
record Registrations(Collection<Schedule> schedules, List<Problem> problems, int problemCount) {

}

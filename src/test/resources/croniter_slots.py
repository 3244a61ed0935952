# Prints the slots of lines from stdin, each line's in one line, in seconds since the epoch. A line that ends in
# "| both" is asked with day_or=False.
import sys

from croniter import croniter

start, end = int(sys.argv[1]), int(sys.argv[2])
for text in sys.stdin:
    line, _, both = text.strip().partition(" | ")
    slots = []
    times = croniter(line, start - 1, day_or=not both)
    slot = int(times.get_next(float))
    while slot < end:
        slots.append(slot)
        slot = int(times.get_next(float))
    print(*slots)

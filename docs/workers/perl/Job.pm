package Job;
use v5.36;
use AnyEvent;
use JSON::PP qw(decode_json);

my @done;    # Copies of the worker do not share it: store the id in the database transaction of the job.

# Does what is due in the interval from the tick before, if there is one, to this one. It must not block the event loop.
sub job ($tick) {
    my $end = AE::cv;
    my $timer; $timer = AE::timer $ENV{JOB_SECONDS} // 0, 0, sub { undef $timer; $end->send };
    return $end;
}

sub handle ($id, $body, $ack, $reject) {
    return $ack->(say "again $id") if length $id && grep { $_ eq $id } @done;
    my $failed = sub { $reject->(print "failed $id: $@") };
    eval {
        my $tick = decode_json $body;
        my $slot = $tick->{slot} // die "no slot\n";
        say "started $id from ", $tick->{previous} // '', " to $slot";
        job($tick)->cb(sub ($end) {
            eval { $end->recv; 1 } or return $failed->();
            splice @done, 0, 0, $id; splice @done, 100;
            $ack->(say "done $id");
        });
        1;
    } or $failed->();
}

1;

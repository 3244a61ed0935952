#!/usr/bin/perl
# A worker that runs a job at each tick of TickTock. The job is in Job.pm.
use v5.36;
use AnyEvent;
use AnyEvent::RabbitMQ;
use FindBin;
use lib $FindBin::Bin;
use Job;

STDOUT->autoflush;
my $url = $ENV{AMQP_URL} // 'amqp://guest:guest@localhost:5672/';
my ($user, $pass, $host, $port, $vhost) = $url =~ m{^amqp://(.+?):(.+?)@([^/:]+):?(\d*)/?(.*)} or die "AMQP_URL: $url";
s/%([[:xdigit:]]{2})/chr hex $1/ge for $user, $pass, $vhost;
my ($stopped, $leave) = (0, sub { });
my $term = AE::signal TERM => sub { $stopped = 1; $leave->() };

# Calls a method of the client, and waits for its success.
sub await ($object, $method, @arguments) {
    my $result = AE::cv;
    $object->$method(@arguments, on_success => $result, on_failure => sub { $result->croak("$method: $_[-1]\n") });
    return $result->recv;
}

sub consume ($rabbit = AnyEvent::RabbitMQ->new->load_xml_spec) {
    my ($ended, $left) = (AE::cv, 0);
    $ended->begin;
    $leave = sub { $left++ or $ended->end };    # as soon as the job in hand is done
    await $rabbit, connect => host => $host, port => $port || 5672, user => $user, pass => $pass, vhost => $vhost || '/',
        timeout => 5, on_close => $leave;
    my $channel = await $rabbit, open_channel => on_close => $leave;
    my $outcomes = await $rabbit, open_channel => on_close => sub { };    # An older TickTock has no exchange for them.
    my @queue = (queue => $ENV{QUEUE} // 'report');
    await $channel, declare_queue => @queue, durable => 1, arguments => {'x-dead-letter-exchange' => 'cron.schedule.missed'};
    await $channel, bind_queue => @queue, exchange => 'cron.schedule', routing_key => $ENV{KEY} // 'cron.second.30',
        arguments => {$ENV{CRON} ? (cron => $ENV{CRON}) : ()};    # With cron, the worker's own schedule.
    await $channel, qos => prefetch_count => 1;    # Ticks wait, and expire, in the queue.
    await $channel, consume => @queue, no_ack => 0, on_cancel => $leave, on_consume => sub ($delivery) {
        return if $left;
        $ended->begin;
        my @tag = (delivery_tag => $delivery->{deliver}->method_frame->delivery_tag);
        my $tell = sub ($status) {
            my %ids = map { ($_ => $delivery->{header}->$_ // '') } qw(message_id correlation_id);
            eval { $outcomes->publish(exchange => 'cron.schedule.outcome', header => \%ids, body => qq({"status":"$status"}),
                routing_key => $delivery->{deliver}->method_frame->routing_key) };
        };
        # What is rejected, and not requeued, goes to the exchange of missed ticks.
        Job::handle($delivery->{header}->message_id // '', $delivery->{body} ? $delivery->{body}->payload : '',
            sub { $channel->ack(@tag); $tell->('done'); $ended->end },
            sub { $channel->reject(@tag, requeue => 0); $tell->('failed'); $ended->end });
    };
    $ended->recv;
    await $rabbit, 'close' if $rabbit->is_open;
}

while (!$stopped) {
    eval { consume(); 1 } or warn $@;
    sleep 1 if !$stopped;
}

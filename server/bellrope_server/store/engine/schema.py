"""The tables, as peewee models: queries are written with these, and run on either database.

`id` is the row's integer. Times are microseconds since the Unix epoch, UTC. The migrations create the
tables; a test compares the two.
"""

from peewee import SQL, BigAutoField, BigIntegerField, BlobField, BooleanField, IntegerField, Model, TextField

Micros = BigIntegerField


class InstallationRow(Model):
    """This installation: one row, created once."""

    id = BigAutoField()
    source = TextField()

    class Meta:
        """The table."""

        table_name = "installation"


class ProjectRow(Model):
    """A tenant. Its name is free again after it is deleted. A NULL retention means the server's."""

    id = BigAutoField()
    name = TextField()
    create_time = Micros()
    delete_time = Micros(null=True)
    paused = BooleanField(constraints=[SQL("DEFAULT FALSE")])
    retain_succeeded = Micros(null=True)
    retain_dead_letters = Micros(null=True)
    retain_attempts = Micros(null=True)
    retain_unmatched = Micros(null=True)

    class Meta:
        """The table."""

        table_name = "project"


class TriggerRow(Model):
    """A trigger. Its row stays after it is deleted, because deliveries refer to it.

    `swept` is true once a deleted trigger has no more open deliveries.
    """

    id = BigAutoField()
    project_id = BigIntegerField()
    name = TextField()
    type = TextField()
    url = TextField()
    retries = IntegerField()
    min_backoff = Micros()
    max_backoff = Micros()
    schedule = TextField()
    timeout = Micros()
    headers = TextField()
    secret = TextField(null=True)
    options = TextField()
    paused = BooleanField()
    disable_on_gone = BooleanField()
    max_in_flight = IntegerField(null=True)
    version = IntegerField()
    create_time = Micros()
    update_time = Micros()
    delete_time = Micros(null=True)
    swept = BooleanField()
    filter = TextField(null=True)  # type: ignore[assignment]  # hides a method of peewee that nothing calls
    encoding = IntegerField(constraints=[SQL("DEFAULT 1")])
    chain_events = BooleanField(constraints=[SQL("DEFAULT FALSE")])
    no_retry_statuses = TextField(constraints=[SQL("DEFAULT '[]'")])
    description = TextField(constraints=[SQL("DEFAULT ''")])

    class Meta:
        """The table."""

        table_name = "trigger"


class EventTypeRow(Model):
    """A project's settings for one type of event. Deleting the type removes the row."""

    id = BigAutoField()
    project_id = BigIntegerField()
    type = TextField()
    schema = TextField()
    json_schema = TextField()
    create_time = Micros()
    update_time = Micros()

    class Meta:
        """The table."""

        table_name = "event_type"


class EventRow(Model):
    """An accepted event. `schedule_time` and `delay` are as the sender gave them, to find repetitions."""

    id = BigAutoField()
    project_id = BigIntegerField()
    event_id = TextField()
    type = TextField()
    data = BlobField()
    accept_time = Micros()
    schedule_time = Micros(null=True)
    delay = Micros()
    due_time = Micros()
    expire_time = Micros(null=True)
    options = TextField()
    traceparent = TextField()
    sync = BooleanField()
    delivery_count = IntegerField()
    cloud_event = TextField(null=True)
    cause = TextField(null=True)
    hop = IntegerField(constraints=[SQL("DEFAULT 0")])
    chain_left = IntegerField(null=True)
    chain_parts = IntegerField(null=True)
    tracestate = TextField(null=True)
    span = TextField(null=True)

    class Meta:
        """The table."""

        table_name = "event"


class DeliveryRow(Model):
    """One event for one trigger.

    `wake_time` is when to look at it next: `due_time`, or `expire_time` if that is earlier. `lease` counts
    the leases so far and is the fencing token. `lease_until` is a time of the store's lease clock.
    `failure_count` is the number of used retries. `lost_leases` counts the latest leases in a row that ended
    without an outcome.
    """

    id = BigAutoField()
    project_id = BigIntegerField()
    delivery_id = TextField()
    event_row = BigIntegerField()
    trigger_id = BigIntegerField()
    state = IntegerField()
    due_time = Micros()
    wake_time = Micros()
    expire_time = Micros(null=True)
    attempt_count = IntegerField()
    failure_count = IntegerField()
    lease = IntegerField()
    lease_until = Micros()
    lost_leases = IntegerField()
    reason = TextField()
    create_time = Micros()
    finish_time = Micros(null=True)

    class Meta:
        """The table."""

        table_name = "delivery"


class AttemptRow(Model):
    """One HTTP request of a delivery and its response. Durations are in microseconds.

    The request's columns are NULL if there was no request, or if the row is older than the columns.
    `trigger_id` is NULL in older rows: then it is the delivery's.
    """

    id = BigAutoField()
    delivery_row = BigIntegerField()
    number = IntegerField()
    start_time = Micros()
    duration = Micros()
    status_code = IntegerField()
    error = IntegerField()
    response_headers = TextField()
    response_body = BlobField()
    truncated = BooleanField()
    next_attempt_time = Micros(null=True)
    late = BooleanField()
    request_url = TextField(null=True)
    request_headers = BlobField(null=True)
    request_bytes = IntegerField(null=True)
    connect_duration = Micros(null=True)
    first_byte_duration = Micros(null=True)
    tls_reason = IntegerField(constraints=[SQL("DEFAULT 0")])
    chain_error = TextField(null=True)
    proxy_reason = IntegerField(constraints=[SQL("DEFAULT 0")])
    trigger_id = BigIntegerField(null=True)

    class Meta:
        """The table."""

        table_name = "attempt"


class BulkActionRow(Model):
    """An action on a set of deliveries or events: those that match `wanted` (JSON) and existed at the start.

    Until `owner_until` only the node `owner` takes its steps.

    `last_delivery` or `last_event` is the set's newest row. `place_time` and `place_id` are the progress.
    `trigger_id` gets what is replayed; NULL leaves each delivery with its own trigger. An event need not
    match it if `forced`. `again` is a part of `done`, `unmatched` one of `skipped`.
    """

    id = BigAutoField()
    project_id = BigIntegerField()
    bulk_id = TextField()
    action = IntegerField()
    state = IntegerField()
    wanted = TextField()
    rate = IntegerField()
    due_time = Micros(null=True)
    last_delivery = BigIntegerField()
    place_time = Micros(null=True)
    place_id = BigIntegerField(null=True)
    matched = BigIntegerField()
    done = BigIntegerField()
    skipped = BigIntegerField()
    create_time = Micros()
    update_time = Micros()
    finish_time = Micros(null=True)
    owner = TextField(null=True)
    owner_until = Micros(constraints=[SQL("DEFAULT 0")])
    trigger_id = BigIntegerField(null=True)
    last_event = BigIntegerField(null=True)
    forced = BooleanField(constraints=[SQL("DEFAULT FALSE")])
    again = BigIntegerField(constraints=[SQL("DEFAULT 0")])
    unmatched = BigIntegerField(constraints=[SQL("DEFAULT 0")])
    reason = TextField(constraints=[SQL("DEFAULT ''")])

    class Meta:
        """The table."""

        table_name = "bulk_action"


class SettingsRow(Model):
    """One row: how often projects, triggers and event types were changed."""

    id = BigAutoField()
    version = BigIntegerField()

    class Meta:
        """The table."""

        table_name = "settings"


class NodeRow(Model):
    """A server that has the database open, if several servers may."""

    id = TextField(primary_key=True)
    seen_time = Micros()
    name = TextField(constraints=[SQL("DEFAULT ''")])
    version = TextField(constraints=[SQL("DEFAULT ''")])

    class Meta:
        """The table."""

        table_name = "node"


class RetentionRow(Model):
    """One row: the newest removed event and delivery. New ids continue after them."""

    id = BigAutoField()
    last_event = BigIntegerField()
    last_delivery = BigIntegerField()

    class Meta:
        """The table."""

        table_name = "retention"


class StatisticRow(Model):
    """The attempts of a trigger that ended within a minute or an hour with the same outcome, in numbers.

    `trigger_id` 0 stands for the whole project, `outcome` 0 for its accepted events, and an `outcome` below 0
    for deliveries that waited. `node` is the server that counted; 0 in a row of an hour, and if there is only
    one. `counts` are as `rules/histograms.py` packs them, and `count` is the first of them.
    """

    id = BigAutoField()
    project_id = BigIntegerField()
    trigger_id = BigIntegerField()
    start_time = Micros()
    length = Micros()
    outcome = IntegerField()
    node = BigIntegerField()
    count = BigIntegerField()
    counts = BlobField()

    class Meta:
        """The table."""

        table_name = "statistic"


TABLES = (
    InstallationRow,
    ProjectRow,
    TriggerRow,
    EventTypeRow,
    EventRow,
    DeliveryRow,
    AttemptRow,
    BulkActionRow,
    RetentionRow,
    SettingsRow,
    NodeRow,
    StatisticRow,
)

"""The tables, as peewee models: queries are written with these, and run on whichever database is given.

`id` is the row's integer. Times are microseconds since the Unix epoch, UTC. The migrations make the tables;
a test holds the two against each other.
"""

from peewee import SQL, BigAutoField, BigIntegerField, BlobField, BooleanField, IntegerField, Model, TextField

Micros = BigIntegerField


class InstallationRow(Model):
    """This installation: one row, made once."""

    id = BigAutoField()
    source = TextField()

    class Meta:
        """The table."""

        table_name = "installation"


class ProjectRow(Model):
    """A tenant; its name is free again once it is deleted. A length that is NULL is the server's."""

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
    """A trigger. Its row stays when it is deleted, because deliveries refer to it.

    `swept` is true once a deleted trigger owes nothing more.
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
    filter = TextField(null=True)  # type: ignore[assignment]  # hides a method of peewee that nobody calls
    encoding = IntegerField(constraints=[SQL("DEFAULT 1")])
    chain_events = BooleanField(constraints=[SQL("DEFAULT FALSE")])

    class Meta:
        """The table."""

        table_name = "trigger"


class EventTypeRow(Model):
    """What a project says about one type of event; the row goes when that is deleted."""

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
    """An accepted event. `schedule_time` and `delay` are as the sender gave them, to know a repetition by."""

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

    class Meta:
        """The table."""

        table_name = "event"


class DeliveryRow(Model):
    """One event owed to one trigger.

    `wake_time` is when to look at it next: `due_time`, or `expire_time` if that is sooner. `lease` counts the
    leases it was given and is the fencing token; `lease_until` is on the store's lease clock. `failure_count`
    is what its retries are charged with; `lost_leases` how many leases in a row ended without an outcome.
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
    """One HTTP request of a delivery and what came back; durations in microseconds.

    The request's columns are NULL if there was none, or if it was made before they were there.
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

    class Meta:
        """The table."""

        table_name = "attempt"


class BulkActionRow(Model):
    """An action on all deliveries of a set. The set is what `wanted` (JSON) says, as far as it was there.

    Until `owner_until` only the node `owner` takes its steps.

    `last_delivery` is the newest row of the set; `place_time` and `place_id` are how far the work has come.
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
    """A server that has the database open, if several may."""

    id = TextField(primary_key=True)
    seen_time = Micros()

    class Meta:
        """The table."""

        table_name = "node"


class RetentionRow(Model):
    """One row: the newest event and delivery that were removed, because ids are counted on from them."""

    id = BigAutoField()
    last_event = BigIntegerField()
    last_delivery = BigIntegerField()

    class Meta:
        """The table."""

        table_name = "retention"


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
)

"""The load on a server and the webhooks that it calls: one process, on the core that is not measured."""

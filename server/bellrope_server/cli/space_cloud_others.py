"""What to do instead of what only Space Cloud did, by the word in a document's path."""

INSTEAD = {
    "database": "bellrope calls no databases: let your services use theirs, and queue events themselves",
    "db": "bellrope calls no databases: let your services use theirs, and queue events themselves",
    "file-storage": "bellrope keeps no files: use an object store, and queue an event when a file changes",
    "filestore": "bellrope keeps no files: use an object store, and queue an event when a file changes",
    "user-management": "bellrope has keys but no users: let your own service sign users in",
    "auth": "bellrope has keys but no users: let your own service sign users in",
    "secret": "bellrope keeps no secrets of services: keep them where your services run",
    "remote-service": "bellrope calls webhooks: create a trigger with the service's URL",
    "letsencrypt": "bellrope makes no certificates: let the proxy in front of it make them",
    "routing": "bellrope routes no requests: put the routes into your proxy or ingress",
    "ingress": "bellrope routes no requests: put the routes into your proxy or ingress",
    "service-route": "bellrope runs no services: put the routes where the services run",
    "service": "bellrope runs no services: deploy them where they run now",
    "runner": "bellrope runs no services: deploy them where they run now",
    "integration": "bellrope has no integrations: call the other system from a webhook",
    "cach": "bellrope caches nothing: put a cache in front of your services",
    "cluster": "settings of the cluster are flags here: see `bellrope serve --help`",
    "security": "bellrope runs no functions: do it in the service that the webhook calls",
}


def instead(api: str, type: str) -> str:
    """Return why a document is refused, and what to do instead.

    >>> instead("/v1/config/projects/{project}/letsencrypt/config/{id}", "eventing-rule")
    'bellrope makes no certificates: let the proxy in front of it make them'
    """
    for text in (api, type):
        for word, sentence in INSTEAD.items():
            if f"/{word}" in text or text.startswith(word):
                return sentence
    return "bellrope takes project, eventing-config, -triggers, -schema and -rule; leave this one out"

"""What Space Cloud did that bellrope does not, and what to do instead, by the word in a document's path."""

INSTEAD = {
    "database": "bellrope reaches no databases: let your services reach theirs, and queue events themselves",
    "db": "bellrope reaches no databases: let your services reach theirs, and queue events themselves",
    "file-storage": "bellrope keeps no files: use an object store, and queue an event when a file changes",
    "filestore": "bellrope keeps no files: use an object store, and queue an event when a file changes",
    "user-management": "bellrope knows no users: keys are all; put who may sign in into your own service",
    "auth": "bellrope knows no users: keys are all; put who may sign in into your own service",
    "secret": "bellrope keeps no secrets of services: keep them where your services run",
    "remote-service": "bellrope calls webhooks: write a trigger with the service's URL",
    "letsencrypt": "bellrope makes no certificates: let the proxy in front of it make them",
    "routing": "bellrope routes no requests: put the routes into your proxy or ingress",
    "ingress": "bellrope routes no requests: put the routes into your proxy or ingress",
    "service-route": "bellrope runs no services: put the routes into what runs them",
    "service": "bellrope runs no services: deploy them with what you run them on now",
    "runner": "bellrope runs no services: deploy them with what you run them on now",
    "integration": "bellrope has no integrations: call the other system from a webhook",
    "cach": "bellrope caches nothing: put a cache in front of your services",
    "cluster": "settings of the cluster are flags here: see `bellrope serve --help`",
    "security": "bellrope runs no functions: do it in the service that the webhook calls",
}


def instead(api: str, type: str) -> str:
    """Return why a document is not taken, and what to do instead.

    >>> instead("/v1/config/projects/{project}/letsencrypt/config/{id}", "eventing-rule")
    'bellrope makes no certificates: let the proxy in front of it make them'
    """
    for text in (api, type):
        for word, sentence in INSTEAD.items():
            if f"/{word}" in text or text.startswith(word):
                return sentence
    return "bellrope takes project, eventing-config, -triggers, -schema and -rule; leave this one out"

"""A secret that is written in the wrong place is in no error, no log line and no plan, at any door."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger, UpdateTriggerRequest
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from google.protobuf.field_mask_pb2 import FieldMask
from integration.program import serve
from kit import Server, get, lent, post
from shell import run

MARK = "whsec_c2VjcmV0LW1hcms"

SECRETS = {
    "text": f'"{MARK}"',
    "in an object": f'{{"value": "{MARK}"}}',
    "as a key": f'{{"{MARK}": ""}}',
    "as a key, twice": f'{{"{MARK}": 1, "{MARK}": 2}}',
    "in a list": f'[["{MARK}"]]',
    "in objects": f'[{{"key": "{MARK}"}}]',
    "too short": f'["{MARK}"]',
    "two": f'["{MARK}", "{MARK}"]',
    "with a number": f'["{MARK}", 5]',
    "with a lone surrogate": f'["{MARK}\\ud800"]',
    "not closed": f'["{MARK}',
}
HEADERS = {
    "text": f'"Authorization: Bearer {MARK}"',
    "a list": f'["Authorization: Bearer {MARK}"]',
    "a list of pairs": f'[{{"key": "Authorization", "value": ["{MARK}"]}}]',
    "a list of objects": f'[{{"Authorization": "{MARK}"}}]',
    "a list in an object": f'{{"Authorization": ["Bearer {MARK}"]}}',
    "an object in an object": f'{{"Authorization": {{"Bearer": "{MARK}"}}}}',
    "as a name": f'{{"Authorization: Bearer {MARK}": ""}}',
    "as a good name": f'{{"{MARK}": [5]}}',
    "as a good name, null": f'{{"{MARK}": null}}',
    "as a name, twice": f'{{"{MARK}": "1", "{MARK}": "2"}}',
    "as a name with a lone surrogate": f'{{"{MARK}\\ud800": "1"}}',
    "a value of two lines": f'{{"{MARK}": "Bearer {MARK}\\r\\n"}}',
    "a value that begins with a space": f'{{"authorization": " {MARK}"}}',
    "a name of ours": f'{{"webhook-{MARK}": "{MARK}"}}',
    "not closed": f'{{"Authorization": "{MARK}',
}
WRONG = [("secrets", value) for value in SECRETS.values()] + [("headers", each) for each in HEADERS.values()]
NAMES = [f"{key} {what}" for key, of in (("secrets", SECRETS), ("headers", HEADERS)) for what in of]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that logs everything it can; its log has no secret when the tests are over."""
    with lent(tmp_path_factory.mktemp("open"), "--log-level=DEBUG") as server:
        yield server
        assert MARK not in server.log.read_text()


@pytest.mark.parametrize(("field", "value"), WRONG, ids=NAMES)
def test_a_secret_in_the_wrong_place_is_not_repeated_over_http(
    server: Server, field: str, value: str
) -> None:
    """Both JSON dialects refuse the request; the error names the field and shows nothing of what is in it."""
    native = f'{{"name": "t", "type": "a", "url": "http://127.0.0.1:8089/", "{field}": {value}}}'
    theirs = native.replace('"secrets"', '"secret"').replace('"name": "t", ', "")
    places = {
        "/v1/projects/default/triggers": native,
        "/v1/config/projects/default/eventing/triggers/t": theirs,
    }
    for path, body in places.items():
        status, answer = post(server.http + path, body)
        assert (status, MARK in json.dumps(answer)) == (400, False), answer
        assert "line 1, column" in answer["error"] or field.removesuffix("s") in answer["error"]


@pytest.mark.parametrize(
    "trigger",
    [
        {"secrets": [MARK]},
        {"secrets": [MARK, MARK]},
        {"headers": {f"Authorization: Bearer {MARK}": ""}},
        {"headers": {MARK: f"{MARK}\n"}},
        {"headers": {"Host": MARK}},
        {"headers": {f"ce-{MARK}": MARK}},
        {"headers": {"a": MARK, "A": MARK}},
        {"headers": {f"{MARK}-{number}": MARK for number in range(33)}},
    ],
    ids=str,
)
def test_a_secret_in_the_wrong_place_is_not_repeated_over_grpc(
    server: Server, trigger: dict[str, Any]
) -> None:
    """CreateTrigger and UpdateTrigger refuse it; the status, its details and the metadata do not show it."""
    message = Trigger(name="t", type="a", url="http://127.0.0.1:8089/", **trigger)
    with grpc.insecure_channel(server.grpc) as channel:
        stub = TriggersStub(channel)
        for method, request in (
            (stub.CreateTrigger, CreateTriggerRequest(project="default", trigger=message)),
            (
                stub.UpdateTrigger,
                UpdateTriggerRequest(project="default", trigger=message, allow_missing=True),
            ),
        ):
            with pytest.raises(grpc.RpcError) as refused:
                method(request)
            assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert MARK not in f"{refused.value} {refused.value.trailing_metadata()}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--header", f"Authorization: Bearer {MARK}"),
        ("--header", f"Authorization: Bearer {MARK}="),
        ("--header", f"={MARK}"),
        ("--header", f"a={MARK}", "--header", f"a={MARK}"),
        ("--header", f"a={MARK}\n"),
        ("--header", f"{MARK}=a\n"),
        ("--option", MARK),
        ("--secret", MARK),
        ("--key", f"{MARK} "),
        ("--header", "Authorization=Bearer", MARK),
        ("--retries", MARK),
        ("--timeout", MARK),
        ("--encoding", MARK),
        ("--schedule", MARK),
    ],
    ids=str,
)
def test_a_secret_in_the_wrong_place_is_not_repeated_by_the_command_line(
    server: Server, arguments: tuple[str, ...]
) -> None:
    """A command says what is wrong with an option and what to write, and not what was written."""
    create = ("triggers", "create", "t", "--type=a", "--url=http://127.0.0.1:8089/")
    refused = run(*create, *arguments, BELLROPE_SERVER=server.grpc)
    assert (refused.exit_code in (1, 2), refused.stdout) == (True, "")
    assert refused.stderr
    assert MARK not in refused.stderr
    assert refused.exception is None or isinstance(refused.exception, SystemExit)


@pytest.mark.parametrize("command", ["queue-batch", "queue-stream"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"options": f"token={MARK}"},
        {"options": [MARK]},
        {"options": {"token": [MARK]}},
        {"options": {"token": {"token": MARK}}},
        {"delay": MARK},
        {"scheduleTime": MARK},
        {"traceparent": MARK},
        {"cloudEvent": MARK},
        {"type": [MARK]},
        {"id": {"id": MARK}},
    ],
    ids=str,
)
def test_a_line_of_a_file_is_refused_without_being_repeated(
    server: Server, tmp_path: Path, wrong: dict[str, Any], command: str
) -> None:
    """A wrong value in a line of `queue-batch` or `queue-stream` is named by its field, and not shown."""
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps({"type": "a"} | wrong))
    refused = run(command, str(file), BELLROPE_SERVER=server.grpc)
    assert refused.exit_code == 1
    assert next(iter(wrong)) in refused.stderr
    assert MARK not in refused.output


@pytest.mark.parametrize(("field", "value"), WRONG, ids=NAMES)
def test_a_secret_in_the_wrong_place_of_a_file_is_not_repeated(
    server: Server, tmp_path: Path, field: str, value: str
) -> None:
    """`apply` names the line and the field; so does `import-space-cloud`."""
    file = tmp_path / "bellrope.yaml"
    trigger = f'{{"type": "a", "url": "http://127.0.0.1:8089/", "{field}": {value}}}'
    file.write_text(f'{{"projects": {{"default": {{"triggers": {{"t":\n{trigger}}}}}}}}}')
    theirs = tmp_path / "theirs.yaml"
    meta = '"type": "eventing-trigger", "meta": {"project": "default", "id": "t"}'
    theirs.write_text(f'{{{meta},\n"spec": {trigger.replace("secrets", "secret")}}}')
    for command in (
        ("apply", str(file), f"--server={server.grpc}"),
        ("import-space-cloud", str(theirs), f"--url={server.http}"),
    ):
        refused = run(*command)
        assert refused.exit_code == 1
        assert re.search(r"\.yaml:[12](: |  )", refused.output)
        assert MARK not in refused.output


@pytest.mark.parametrize(
    "wrong",
    [
        *(f"keepSecret: {MARK}", f"keepSecret: [{MARK}]", f"secrets: [{MARK}], keepSecret: true"),
        f"keepHeaders: 'Authorization: Bearer {MARK}'",
        f"keepHeaders: ['Authorization: Bearer {MARK}']",
        f"keepHeaders: {{Authorization: Bearer {MARK}}}",
        f"keepHeaders: [{{Authorization: Bearer {MARK}}}]",
        f"keepHeaders: [[{MARK}]]",
        f"headers: {{Authorization: Bearer {MARK}}}, keepHeaders: [authorization]",
    ],
)
def test_a_secret_in_place_of_the_name_of_one_is_not_repeated(server: Server, wrong: str) -> None:
    """A value in `keepHeaders` or `keepSecret`, which take names and true, is in no error and no plan."""
    file = f"projects:\n  default:\n    triggers:\n      t: {{type: a, url: 'http://a.example/', {wrong}}}\n"
    refused = run("apply", "-", f"--server={server.grpc}", stdin=file)
    assert (refused.exit_code, refused.stderr[:15], MARK in refused.output) == (1, "bellrope: -:4: ", False)


@pytest.mark.parametrize(
    "wrong", [f"secrets: abc, {MARK}", f"{MARK}: 5", f"'secrets {MARK}': 5", f"{MARK}: 1, {MARK}: 2"]
)
def test_a_secret_in_place_of_a_key_is_not_repeated(server: Server, wrong: str) -> None:
    """A comma too many makes a key of a secret: the error says that there is no such key, without it."""
    file = f"projects:\n  default:\n    triggers:\n      t: {{type: a, url: 'http://a.example/', {wrong}}}\n"
    refused = run("apply", "-", f"--server={server.grpc}", stdin=file)
    assert (refused.exit_code, refused.stderr[:15], MARK in refused.output) == (1, "bellrope: -:4: ", False)
    for path in ("/v1/projects/default/triggers", "/v1/config/projects/default/eventing/triggers/t"):
        status, answer = post(server.http + path, f'{{"type": "a", "{MARK}": {{"b": 5}}}}')
        assert (status, MARK in json.dumps(answer)) == (400, False), answer


@pytest.mark.parametrize(
    "path", [MARK, f"headers.{MARK}", MARK.lower(), f"secrets.{MARK[6:]}", "whsec_9LW1hcms"]
)
def test_a_secret_in_a_mask_or_a_parameter_is_not_repeated(server: Server, path: str) -> None:
    """A path in `updateMask` or the name of a parameter may be a secret, so no error shows it."""
    snake = re.sub(r"([A-Z])", r"_\1", path).lower()
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", f"/v1/projects/default/triggers/t?updateMask={path}", {}),
        ("PATCH", f"/v1/projects/default?updateMask=retention,{path}", {}),
        ("POST", "/bellrope.v1.Triggers/UpdateTrigger", {"project": "default", "updateMask": path}),
        ("GET", f"/v1/projects/default/triggers?filter.{MARK}=1", None),
    ]
    for method, target, body in calls:
        status, answer = (
            get(server.http + target) if body is None else post(server.http + target, body, method=method)
        )
        text = json.dumps(answer).lower()
        assert (status, path.lower() in text, snake in text, "lw1hcms" in text) == (
            400,
            False,
            False,
            False,
        ), answer
    update = UpdateTriggerRequest(
        project="default", trigger=Trigger(name="t"), update_mask=FieldMask(paths=[path])
    )
    with grpc.insecure_channel(server.grpc) as channel, pytest.raises(grpc.RpcError) as refused:
        TriggersStub(channel).UpdateTrigger(update)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert path not in f"{refused.value} {refused.value.trailing_metadata()}"


def test_a_server_that_does_not_start_with_its_file_does_not_show_it(tmp_path: Path) -> None:
    """`serve --config` names the line and the field; its log has no secret."""
    file = tmp_path / "bellrope.yaml"
    triggers = f"t: {{type: a, url: 'http://127.0.0.1:8089/', secrets: {MARK}}}"
    file.write_text(f"projects:\n  default:\n    triggers:\n      {triggers}\n")
    refused = serve(tmp_path, f"--config={file}")
    expected = f"bellrope: {file}:4: secrets must be an array: [...]\n"
    assert (refused.returncode, refused.stderr) == (1, expected)

"""Bodies that no column can hold are refused before any field looks at them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.mark.parametrize(
    "body",
    [
        '{"meeting": "\\u0000"}',
        '{"areas": [{"a": ["x\\u0000"]}]}',
        '{"\\u0000": 1}',
        '{"agency": 1e999}',
        '{"agency": [-1e999]}',
    ],
)
def test_json_that_cannot_be_stored(client, log_in, body):
    log_in("editor")
    answer = client.post(reverse("meetings-list"), body, content_type=JSON)

    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"


@pytest.mark.parametrize(
    ("name", "field"),
    [("attachments-list", "activity"), ("coordination-files-list", "place")],
)
def test_a_form_that_cannot_be_stored(client, log_in, name, field):
    log_in("editor")
    file = SimpleUploadedFile("a.jpg", b"x")
    answer = client.post(reverse(name), {field: "1\x00", "file": file})

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")

"""Requests made from the service's description of itself do no harm."""

from typing import Any

import schemathesis
from hostile import assert_fair, examples
from hostile.served import TOKEN, Served
from hypothesis import given
from schemathesis import Case
from schemathesis.core.result import Ok


def test_what_the_description_allows_is_answered(worlds: Served) -> None:
    schema = schemathesis.openapi.from_url(f"{worlds.address}/openapi.json")
    operations = [it.ok() for it in schema.get_all_operations() if isinstance(it, Ok)]
    assert len(operations) > 10
    for operation in operations:

        @examples(15)
        @given(case=operation.as_strategy())
        def send(case: Case[Any]) -> None:
            response = case.call(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
            headers = {name: ", ".join(values) for name, values in response.headers.items()}
            assert_fair(response.status_code, headers, response.content, case.as_curl_command())

        send()

"""rag.serve: whatever is sent, a documented status comes back and the library stays as it is."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import pytest
from fakes import WordEncoder
from hypothesis import HealthCheck, given, settings
from shelves import stocked

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn of what is to come
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

from rag.casebook import Casebook
from rag.config import Settings
from rag.library import Library
from rag.serve.app import create_app
from rag.serve.options import Options
from rag.service import open_service

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
EXAMPLES = 12
"""Requests made up for each route, valid ones and invalid ones."""
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return stocked(tmp_path_factory.mktemp("fuzzed") / "library")


@pytest.fixture(scope="module")
def app(folder):
    with Casebook(folder, Settings(), encoder=WordEncoder()) as casebook:
        yield create_app(open_service(casebook, Settings()), Options())


@pytest.fixture
def api(app):
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def fingerprint(folder: Path) -> str:
    """All that is stored: texts, originals, passages, vectors, records."""
    with Library(folder) as library:
        lines = sorted(line for line in library.db.iterdump() if "sqlite_sequence" not in line)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


ROUTES = [
    ("/health", "GET"),
    ("/ask", "POST"),
    ("/ask/stream", "POST"),
    ("/search", "POST"),
    ("/cases", "POST"),
    ("/reports", "GET"),
    ("/reports", "POST"),
    ("/reports/{report_id}", "GET"),
    ("/reports/{report_id}/passages", "GET"),
    ("/v1/models", "GET"),
    ("/v1/models/{model}", "GET"),
    ("/v1/chat/completions", "POST"),
]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_request_breaks_a_route(api, folder, path, method, mode):
    """No 5xx, no status, kind or shape that OpenAPI does not have; nothing stored is changed."""
    if (path, mode) == ("/health", GenerationMode.NEGATIVE):
        pytest.skip("has nothing that could be wrong")
    before = fingerprint(folder)

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=300)  # a busy machine is no fault

    asked()
    assert fingerprint(folder) == before


def test_every_route_is_tried(api):
    """A route that the table above lacks would never be fuzzed."""
    known = {(op.ok().path, op.ok().method.upper()) for op in api.get_all_operations()}
    assert known == set(ROUTES)

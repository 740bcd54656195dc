"""A local service that speaks Europe PMC's interface over a real socket, with its bad days."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from make_jats import jats
from markup_papers import Paper, Part

BASE = "/europepmc/webservices/rest"
WEB_PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body>Maintenance</body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer instead of the usual one.

    `drip` seconds pass before every byte; `cut` closes the line in the middle of the body.
    """

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    cut: bool = False


@dataclass(slots=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class EuropePmc:
    """What the service holds and does; tests change it while it runs.

    `replies` are given first, by the last part of the path ('search', 'PMC1/fullTextXML'); the last
    one of a list whose entry in `for_ever` is set is given again and again.
    """

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.texts: dict[str, bytes] = {}
        self.replies: dict[str, list[Reply]] = {}
        self.for_ever: set[str] = set()
        self.asked: list[Asked] = []
        self.repeat_cursor = True
        self.packed = False
        self.address = ""

    def paths(self, method: str = "GET") -> list[str]:
        """The requests so far, without the base address."""
        return [a.path.removeprefix(f"{BASE}/") for a in self.asked if a.method == method]

    def add(self, number: int, *, open_access: bool = True, text: bool = True, **other: Any) -> str:
        """Hold an article; its PMCID."""
        said = article(number, open_access=open_access) | other
        self.records.append(said)
        if open_access and text:
            self.texts[said["pmcid"]] = full_text(number)
        return str(said["pmcid"])

    def reply(self, asked: Asked) -> Reply:
        place = asked.path.removeprefix(f"{BASE}/")
        waiting = self.replies.get(place, [])
        if waiting:
            return waiting[0] if place in self.for_ever and len(waiting) == 1 else waiting.pop(0)
        if place == "search":
            return Reply(body=json.dumps(self._search(asked.parameters)).encode())
        text = self.texts.get(place.removesuffix("/fullTextXML"))
        return Reply(404, b"", "text/plain") if text is None else Reply(200, text, "text/xml")

    def _search(self, parameters: dict[str, str]) -> dict[str, Any]:
        found = [one for one in self.records if _answers(one, parameters["query"])]
        cursor, size = parameters["cursorMark"], int(parameters["pageSize"])
        start = 0 if cursor == "*" else int(cursor.removeprefix("AoJ"))
        page = found[start : start + size]
        said: dict[str, Any] = {"hitCount": len(found), "resultList": {"result": page}}
        if start + size < len(found):
            said["nextCursorMark"] = f"AoJ{start + size}"
        elif self.repeat_cursor:
            said["nextCursorMark"] = cursor
        return said


def _answers(one: dict[str, Any], query: str) -> bool:
    for pattern, key in (
        (r"PMCID:(\S+)", "pmcid"),
        (r"EXT_ID:(\d+) AND SRC:MED", "pmid"),
        (r'DOI:"([^"]+)"', "doi"),
    ):
        if match := re.fullmatch(pattern, query):
            return str(one.get(key, "")).lower() == match[1].lower()
    return True


def article(number: int, *, open_access: bool = True) -> dict[str, Any]:
    """A record as ``resultType=core`` gives it."""
    return {
        "id": str(30_000_000 + number),
        "source": "MED",
        "pmid": str(30_000_000 + number),
        "pmcid": f"PMC{7_000_000 + number}",
        "doi": f"10.1234/Made.{number}",
        "title": f"Made report {number} of <i>dermatomyositis</i>.",
        "authorString": "Roe J, Doe A.",
        "authorList": {
            "author": [
                {"fullName": "Roe J", "firstName": "Jane", "lastName": "Roe"},
                {"fullName": "Doe A"},
            ]
        },
        "journalInfo": {"journal": {"title": "Journal of Made Cases"}, "yearOfPublication": 2019},
        "pubYear": str(2010 + number),
        "abstractText": f"<h4>Background</h4>Report {number} is made. <h4>Case</h4>A man had "
        "ulcers (P&lt;0.05) on CD4<sup>+</sup> cells.",
        "isOpenAccess": "Y" if open_access else "N",
        "inEPMC": "Y" if open_access else "N",
        "license": "cc by-nc" if open_access else None,
        "pubTypeList": {"pubType": ["Case Reports", "Journal Article"]},
    }


def full_text(number: int) -> bytes:
    """The article's JATS file, with its licence."""
    paper = Paper(
        name=f"made-{number}",
        title=f"Made report {number}",
        authors=("Jane Roe",),
        journal="Journal of Made Cases",
        year=2010 + number,
        doi=f"10.1234/made.{number}",
        pmid=str(30_000_000 + number),
        patients=1,
        listed=1,
        abstract=[f"We describe patient {number}."],
        parts=[
            Part("Case report", "case", None, [f"A {number + 40}-year-old man had skin ulcers."]),
            Part("Discussion", "discussion", None, [f"Ulcers healed in {number + 1} weeks."]),
        ],
    )
    licence = '<license xlink:href="https://creativecommons.org/licenses/by/4.0/"/></permissions>'
    return jats(paper, number % 4).replace("</permissions>", licence, 1).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: EuropePmc

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        parameters = {key: values[0] for key, values in parse_qs(parts.query).items()}
        headers = {name.title(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parameters, headers)
        self.service.asked.append(asked)
        reply = self.service.reply(asked)
        body = reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if self.service.packed:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self._write(body, reply)

    do_HEAD = do_GET

    def _write(self, body: bytes, reply: Reply) -> None:
        if reply.cut:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif reply.drip:
            self._drip(body, reply.drip)
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes, pause: float) -> None:
        self.close_connection = True
        try:
            for byte in body:
                time.sleep(pause)
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
        except OSError:
            pass  # the other side had enough

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[EuropePmc]:
    """Within the block, the service listens at its `address` on the loopback."""
    service = EuropePmc()
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    service.address = f"http://127.0.0.1:{server.server_port}{BASE}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

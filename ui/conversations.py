"""Conversations and verdicts on answers that a single user keeps: one SQLite file of their own.

What is deleted is overwritten in the file (`secure_delete`). Each call opens the file anew, so that
no two threads share a connection.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import user_folder
from rag.errors import CasebookError
from ui.proof import Exchange

if TYPE_CHECKING:
    from pydantic import TypeAdapter

DAY = 86_400.0
_NAME = 80

_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, changed REAL NOT NULL);
CREATE INDEX IF NOT EXISTS conversations_by_owner ON conversations (owner, changed);
CREATE TABLE IF NOT EXISTS messages (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, words TEXT NOT NULL, exchange TEXT NOT NULL,
    PRIMARY KEY (conversation, number));
CREATE TABLE IF NOT EXISTS verdicts (
    owner TEXT NOT NULL, place TEXT NOT NULL, at REAL NOT NULL, good INTEGER NOT NULL,
    reasons TEXT NOT NULL, remark TEXT NOT NULL, exchange TEXT NOT NULL,
    PRIMARY KEY (owner, place));
CREATE TABLE IF NOT EXISTS preferences (
    owner TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key));
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation in the list; `changed` is in seconds since 1970."""

    id: str
    name: str
    changed: float
    messages: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader thinks of an answer: good, or why not."""

    place: str
    good: bool
    reasons: tuple[str, ...]
    remark: str
    exchange: Exchange


Judgement = tuple[bool, tuple[str, ...], str]
"""A verdict without its answer: good, the reasons, the remark."""


class ConversationsError(CasebookError):
    """The file of conversations cannot be used."""


def new_id() -> str:
    """A name for a conversation that nobody can guess: it stands in the page's address."""
    return secrets.token_urlsafe(12)


class Conversations:
    """The conversations of one owner. Raises ConversationsError when the file cannot be used."""

    def __init__(self, owner: str, path: Path | None = None) -> None:
        self.owner = owner
        self.path = path or user_folder() / "conversations.sqlite3"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(self.path, timeout=10)) as db:
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("PRAGMA secure_delete = ON")
                db.executescript(_TABLES)
                with db:
                    yield db
        except (sqlite3.Error, OSError) as error:
            raise ConversationsError(
                f"{self.path}: conversations cannot be kept ({error}); free the file, or move it "
                "away to begin with none"
            ) from error

    # -- conversations --------------------------------------------------------------------------

    def listed(self, words: str = "") -> list[Kept]:
        """The conversations that hold all these words, the newest first, then by id."""
        query = (
            "SELECT c.id, c.name, c.changed, count(m.number) FROM conversations c "
            "LEFT JOIN messages m ON m.conversation = c.id WHERE c.owner = ? "
        )
        bound: list[str] = [self.owner]
        for word in words.split():
            query += (
                "AND (instr(lower(c.name), ?) OR EXISTS (SELECT 1 FROM messages s WHERE "
                "s.conversation = c.id AND instr(s.words, ?))) "
            )
            bound += [word.lower(), word.lower()]
        with self._open() as db:
            rows = db.execute(query + "GROUP BY c.id ORDER BY c.changed DESC, c.id", bound)
            return [Kept(*row) for row in rows]

    def load(self, conversation: str) -> list[Exchange] | None:
        """The exchanges of one conversation in order; None when there is none of this owner."""
        with self._open() as db:
            known = db.execute(
                "SELECT 1 FROM conversations WHERE id = ? AND owner = ?", (conversation, self.owner)
            ).fetchone()
            rows = db.execute(
                "SELECT exchange FROM messages WHERE conversation = ? ORDER BY number",
                (conversation,),
            )
            return [_exchanges().validate_json(row[0]) for row in rows] if known else None

    def add(self, conversation: str, number: int, exchange: Exchange) -> None:
        """Keep one exchange; the first makes the conversation, named after its question."""
        name = " ".join(exchange.answer.question.split())[:_NAME]
        words = f"{exchange.answer.question}\n{exchange.answer.text}".lower()
        with self._open() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                (conversation, self.owner, name, time.time()),
            )
            db.execute(
                "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)",
                (conversation, number, words, _exchanges().dump_json(exchange).decode()),
            )

    def rename(self, conversation: str, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name.strip():
            with self._open() as db:
                db.execute(
                    "UPDATE conversations SET name = ? WHERE id = ? AND owner = ?",
                    (" ".join(name.split())[:_NAME], conversation, self.owner),
                )

    def delete(self, conversation: str) -> None:
        """Delete and overwrite one conversation."""
        with self._open() as db:
            db.execute(
                "DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, self.owner)
            )

    def delete_all(self) -> None:
        """Delete and overwrite everything of this owner: conversations, verdicts, preferences."""
        with self._open() as db:
            for table in ("conversations", "verdicts", "preferences"):
                db.execute(f"DELETE FROM {table} WHERE owner = ?", (self.owner,))

    def keep_days(self, days: int, now: float | None = None) -> int:
        """Delete conversations older than so many days (0: none); how many were deleted.

        One from the future (the clock was ahead when it was kept) begins to age today: nobody can
        say how old it is, and it must not stay for ever.
        """
        if days <= 0:
            return 0
        now = time.time() if now is None else now
        before = now - days * DAY
        with self._open() as db:
            db.execute(
                "UPDATE conversations SET changed = ? WHERE owner = ? AND changed > ?",
                (now, self.owner, now),
            )
            return db.execute(
                "DELETE FROM conversations WHERE owner = ? AND changed < ?", (self.owner, before)
            ).rowcount

    # -- verdicts -------------------------------------------------------------------------------

    def judge(
        self, place: str, exchange: Exchange, good: bool, reasons: Sequence[str], remark: str
    ) -> None:
        """Keep what the reader thinks of an answer; a later verdict takes its place."""
        with self._open() as db:
            db.execute(
                "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    self.owner, place, time.time(), int(good), "\n".join(reasons), remark,
                    _exchanges().dump_json(exchange).decode(),
                ),
            )  # fmt: skip

    def verdicts(self) -> list[Verdict]:
        """All verdicts of this owner, the oldest first."""
        query = (
            "SELECT place, good, reasons, remark, exchange FROM verdicts WHERE owner = ? "
            "ORDER BY at, place"
        )
        with self._open() as db:
            return [
                Verdict(row[0], bool(row[1]), tuple(row[2].split("\n")) if row[2] else (), row[3],
                        _exchanges().validate_json(row[4]))
                for row in db.execute(query, (self.owner,))
            ]  # fmt: skip

    def judged(self, conversation: str) -> dict[str, Judgement]:
        """What this owner thought of the answers of one conversation, by their place."""
        query = (
            "SELECT place, good, reasons, remark FROM verdicts WHERE owner = ? "
            "AND substr(place, 1, ?) = ? ORDER BY place"
        )
        begins = f"{conversation} "
        with self._open() as db:
            return {
                place: (bool(good), tuple(reasons.split("\n")) if reasons else (), remark)
                for place, good, reasons, remark in db.execute(
                    query, (self.owner, len(begins), begins)
                )
            }

    # -- preferences ----------------------------------------------------------------------------

    def preferences(self) -> dict[str, str]:
        """What this owner chose in Settings."""
        with self._open() as db:
            query = "SELECT key, value FROM preferences WHERE owner = ? ORDER BY key"
            return {str(row[0]): str(row[1]) for row in db.execute(query, (self.owner,))}

    def prefer(self, key: str, value: str) -> None:
        """Remember a choice."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO preferences VALUES (?, ?, ?)",
                       (self.owner, key, value))  # fmt: skip


@cache
def _exchanges() -> TypeAdapter[Exchange]:
    from pydantic import TypeAdapter

    return TypeAdapter(Exchange)

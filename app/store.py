"""Keeps programs, not pictures: well under a kilobyte each, enough to make everything again."""

import json
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable

from app.programs import Program, program

_PATIENCE = 5.0  # seconds to wait for another writer
_METADATA = MetaData()
_RUNS = Table(
    "runs",
    _METADATA,
    Column("id", String(26), primary_key=True),
    Column("source", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("created", DateTime, nullable=False, server_default=func.now()),
    Column("opened", Text, nullable=False, server_default="[]"),
)


class Store:
    """Programs by id in one SQLite file, or in memory. Safe to use from several threads."""

    def __init__(self, folder: Path | None) -> None:
        if folder is None:
            self._engine = create_engine(
                "sqlite://",
                poolclass=StaticPool,
                connect_args={"check_same_thread": False},
                isolation_level="AUTOCOMMIT",
            )
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(f"sqlite:///{folder / 'gradstep.sqlite3'}", isolation_level="AUTOCOMMIT")
        _tune(self._engine)
        with self._engine.connect() as connection:
            connection.execute(CreateTable(_RUNS, if_not_exists=True))  # two servers may start at once
            _bring_up_to_date(connection)

    def put(self, kept: Program) -> bool:
        """Keeps a program; False if it was there already. One statement, so that writers never wait on readers."""
        source, inputs, seed, *_ = kept.as_json()
        opened = json.dumps(kept.opened)
        row = {"id": kept.id, "source": source, "inputs": json.dumps(inputs), "seed": seed, "opened": opened}
        with self._engine.connect() as connection:
            return connection.execute(_RUNS.insert().prefix_with("OR IGNORE").values(row)).rowcount == 1

    def get(self, id: str) -> Program | None:
        """The program of that id, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_RUNS).where(_RUNS.c.id == id)).one_or_none()
        return program(row.source, json.loads(row.inputs), row.seed, json.loads(row.opened)) if row else None

    def ready(self) -> bool:
        """Whether the database answers."""
        with self._engine.connect() as connection:
            return connection.execute(select(1)).scalar() == 1

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()


def _bring_up_to_date(connection: Connection) -> None:
    """Gives a file of an earlier version the columns that came since."""
    have = {column["name"] for column in inspect(connection).get_columns(_RUNS.name)}
    if "opened" not in have:
        with suppress(OperationalError):  # another server has just done it
            connection.execute(text("ALTER TABLE runs ADD COLUMN opened TEXT NOT NULL DEFAULT '[]'"))


def _tune(database: Engine) -> None:
    """Readers beside one writer (WAL), and a wait instead of an error when two want to write."""

    @event.listens_for(database, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000:.0f}")
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """NB: two connections that turn a new file over to WAL at once do not wait for each other by themselves."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)

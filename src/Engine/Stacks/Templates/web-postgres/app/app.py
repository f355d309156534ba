"""Counts its visits in PostgreSQL."""

import contextlib
import pathlib
import socket

import flask
import psycopg2

VERSION = 1
PASSWORD = pathlib.Path("/run/secrets/db_password").read_text()

app = flask.Flask(__name__)


@app.get("/")
def visit():
    with database() as connection, connection, connection.cursor() as cursor:
        # Two first visitors at once: the lock lets one of them make the table.
        cursor.execute("SELECT pg_advisory_xact_lock(1)")
        cursor.execute("CREATE TABLE IF NOT EXISTS visits (at timestamptz DEFAULT now())")
        cursor.execute("INSERT INTO visits DEFAULT VALUES RETURNING (SELECT count(*) + 1 FROM visits)")
        count = cursor.fetchone()[0]
    told = f"told by version {VERSION} of the application in {socket.gethostname()}"
    return f"<!doctype html><title>Visits</title><h1>Visit {count}</h1><p>Counted by PostgreSQL, {told}.</p>\n"


@app.get("/alive")
def alive():
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "alive\n"


def database():
    """By the name of its service. Closed when its "with" ends."""
    return contextlib.closing(psycopg2.connect(host="db", user="postgres", password=PASSWORD, connect_timeout=3))

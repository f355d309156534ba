"""Counts its visits and tells the count as JSON: in PostgreSQL when DB_HOST names one, else in memory."""

import multiprocessing
import os
import socket

import flask
import psycopg2

app = flask.Flask(__name__)
_visits = multiprocessing.Value("q", 0)     # shared by all workers


@app.get("/")
def visit():
    counted_by = os.environ.get("DB_HOST")
    return flask.jsonify(visits=_in_database(counted_by) if counted_by else _in_memory(), counted_by=counted_by or "memory", host=socket.gethostname())


@app.get("/alive")
def alive():
    return "alive\n"


@app.errorhandler(psycopg2.Error)
def no_database(error):
    return flask.jsonify(error=f"The database {os.environ.get('DB_HOST')} does not answer: {str(error).strip()}"), 503


def _in_memory() -> int:
    with _visits.get_lock():
        _visits.value += 1
        return _visits.value


def _in_database(host: str) -> int:
    user = os.environ.get("POSTGRES_USER", "postgres")
    connection = psycopg2.connect(host=host, user=user, dbname=os.environ.get("POSTGRES_DB", user), password=os.environ.get("POSTGRES_PASSWORD"), connect_timeout=3)
    try:
        with connection, connection.cursor() as cursor:
            # Two first visitors at once: the lock lets one of them make the table.
            cursor.execute("SELECT pg_advisory_xact_lock(42)")
            cursor.execute("CREATE TABLE IF NOT EXISTS visits (only_row int PRIMARY KEY, count bigint NOT NULL)")
            cursor.execute("INSERT INTO visits VALUES (1, 1) ON CONFLICT (only_row) DO UPDATE SET count = visits.count + 1 RETURNING count")
            return cursor.fetchone()[0]
    finally:
        connection.close()

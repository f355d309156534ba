"""Counts its visits in Redis."""

import socket

import flask
import redis

VERSION = 1

app = flask.Flask(__name__)
store = redis.Redis(host="redis")   # by the name of its service


@app.get("/")
def visit():
    told = f"told by version {VERSION} of the application in {socket.gethostname()}"
    return f"<!doctype html><title>Visits</title><h1>Visit {store.incr('visits')}</h1><p>Counted by Redis, {told}.</p>\n"


@app.get("/alive")
def alive():
    store.ping()
    return "alive\n"

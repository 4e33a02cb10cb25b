"""A guest book, as Flask or Django would hand it to a server: a WSGI application."""

import json
import os
import sqlite3

path = os.path.join(os.environ.get("APPTRACKER_SHARED_DIR", "."), "guests.sqlite")


def application(environ, start_response):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IF NOT EXISTS guests (name TEXT)")
        if environ["REQUEST_METHOD"] == "POST":
            size = min(int(environ.get("CONTENT_LENGTH") or 0), 1000)
            database.execute("INSERT INTO guests VALUES (?)", [environ["wsgi.input"].read(size).decode()])
        names = [name for (name,) in database.execute("SELECT name FROM guests ORDER BY rowid DESC LIMIT 20")]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"guests": names}).encode()]

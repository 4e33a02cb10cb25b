"""Serves a WSGI application, named as `module:variable`: guestbook-serve app:application --port 8080"""

import argparse
import importlib
import os
import socketserver
import sys
from wsgiref.simple_server import WSGIServer, make_server


class ThreadedServer(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("application")
    parser.add_argument("--port", type=int, required=True)
    words = parser.parse_args()
    sys.path.insert(0, os.getcwd())
    module, variable = words.application.split(":")
    application = getattr(importlib.import_module(module), variable)
    make_server("0.0.0.0", words.port, application, ThreadedServer).serve_forever()

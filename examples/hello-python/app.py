"""The smallest Python service worth deploying: greets over HTTP and says which version it is."""

import json
import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from greetings import greet

from settings import LANGUAGE

PORT = int(os.environ.get("PORT", "8080"))


def read_version():
    """Every artifact says of itself what it is."""
    try:
        with open(".artifact.json", encoding="utf-8") as manifest:
            return json.load(manifest)["version"]
    except FileNotFoundError:
        return "development"


VERSION = read_version()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.answer("ok\n")
        self.answer(f"{greet(LANGUAGE, socket.gethostname())} I am {VERSION}.\n")

    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        if self.path != "/healthz":
            print(f"{self.command} {self.path} {code}", flush=True)


def main():
    server = ThreadingHTTPServer(("", PORT), Handler)

    def stop(_signal, _frame):
        print("stopping", flush=True)
        # shutdown() waits for the loop below, which this handler interrupts.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    print(f"hello-python {VERSION} listens on port {PORT}", flush=True)
    server.serve_forever()
    print("stopped", flush=True)


if __name__ == "__main__":
    main()

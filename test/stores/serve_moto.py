"""moto's server on a free port of loopback, with one request to DynamoDB at a time: moto checks a condition and writes without a lock."""

import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

moto = DomainDispatcherApplication(create_backend_app)
dynamodb = threading.Lock()


def serve(environ, start_response):
    if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB"):
        return moto(environ, start_response)
    with dynamodb:
        return moto(environ, start_response)


run_simple("127.0.0.1", 0, serve, threaded=True)

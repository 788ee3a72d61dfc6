"""Reports what an engine runs to flowprof: copy `Reporter` into your engine. Python 3.9, no dependencies.

    python3 examples/callbacks/report.py [http://127.0.0.1:7420]       (FLOWPROF_API_KEY, FLOWPROF_WORKSPACE: one of several)
"""

import datetime
import json
import os
import queue
import random
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

PASSES = {429, 502, 503, 504, 507}


class Reporter:
    """Sends callbacks in batches, in the background, and again until they are stored: the same twice does no harm."""

    def __init__(self, url, workspace=None, key=None, batch=200, attempts=8, size=100_000):
        self._url, self._batch, self._attempts = url + "/api/v1/callbacks", batch, attempts
        self._headers = {"content-type": "application/json"}
        if workspace:
            self._headers["x-workspace-slug"] = workspace
        if key:
            self._headers["authorization"] = "Bearer " + key
        self._queue = queue.Queue(size)
        threading.Thread(target=self._run, daemon=True).start()

    def report(self, callback):
        """Never raises and never waits: reporting must not hold up what it reports."""
        try:
            self._queue.put_nowait(callback)
        except queue.Full:
            print("flowprof: the queue is full", file=sys.stderr)

    def flush(self):
        """Returns once all that was reported is stored or given up: call it before the process ends."""
        self._queue.join()

    def _run(self):
        while True:
            callbacks = [self._queue.get()]
            time.sleep(0.1)
            while len(callbacks) < self._batch and not self._queue.empty():
                callbacks.append(self._queue.get())
            self._send(callbacks)
            for _ in callbacks:
                self._queue.task_done()

    def _send(self, callbacks):
        body = json.dumps({"callbacks": callbacks}).encode()
        for attempt in range(1, self._attempts + 1):
            wait = min(10, 0.1 * 2**attempt) * random.uniform(0.5, 1)
            try:
                with urllib.request.urlopen(urllib.request.Request(self._url, body, self._headers), timeout=30) as answer:
                    for rejection in json.load(answer)["rejections"]:
                        print("flowprof:", rejection["pointer"], rejection["detail"], file=sys.stderr)
                return
            except urllib.error.HTTPError as error:
                if error.code not in PASSES:
                    print("flowprof:", error.code, error.read().decode(), file=sys.stderr)
                    return
                wait = float(error.headers.get("retry-after") or wait)
            except OSError:
                pass
            time.sleep(wait)
        print("flowprof: gave up on", len(callbacks), "callbacks", file=sys.stderr)


def run_order(reporter):
    """A toy engine: two nodes, one after the other, each with the phases that an engine knows of."""
    start = time.time()
    at = lambda: round((time.time() - start) * 1000, 3)
    moment = datetime.datetime.fromtimestamp(start, datetime.timezone.utc).isoformat()
    about = {"execution_id": str(uuid.uuid4()), "workflow": "example_order", "source": "example-engine", "started_at": moment}
    nodes = [{"key": "charge", "type": "http"}, {"key": "ship", "type": "http", "depends_on": ["charge"]}]
    reporter.report({**about, "nodes": nodes})
    for node in nodes:
        began, spans = at(), []
        for name, seconds in {"queue_wait": 0.02, "expression_eval": 0.005, "http_request": 0.06, "callback": 0.01}.items():
            since = at()
            time.sleep(seconds)
            spans.append({"name": name, "start_ms": since, "duration_ms": at() - since})
        result = {"node_key": node["key"], "status": "completed", "start_ms": began, "duration_ms": at() - began}
        reporter.report({**about, "results": [{**result, "output": {"status": 200}, "spans": spans}]})
    reporter.report({**about, "finished": {"status": "completed", "duration_ms": at()}})
    return about["execution_id"]


if __name__ == "__main__":
    env = os.environ
    own = Reporter(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7420", env.get("FLOWPROF_WORKSPACE"), env.get("FLOWPROF_API_KEY"))
    execution_id = run_order(own)
    own.flush()
    print(execution_id)

"""Prints how long each step of an execution took: FLOWPROF_URL, WORKSPACE_ID and EXECUTION_ID come from the environment."""

import os

import requests

base_url = os.environ.get("FLOWPROF_URL", "http://127.0.0.1:7420")
workspace_id = os.environ["WORKSPACE_ID"]
execution_id = os.environ["EXECUTION_ID"]

response = requests.get(
    f"{base_url}/api/workflows/executions/{execution_id}/timeline",
    headers={"X-Workspace-Id": workspace_id}
)
timeline = response.json()

# Process timeline
for step in timeline["step_timeline"]:
    print(f"{step['step_name']}: {step['duration_seconds']}s")

"""Prints how a workflow does: FLOWPROF_URL, WORKSPACE_ID and WORKFLOW_ID come from the environment."""

import os

import requests

base_url = os.environ.get("FLOWPROF_URL", "http://127.0.0.1:7420")
workspace_id = os.environ["WORKSPACE_ID"]
workflow_id = os.environ["WORKFLOW_ID"]

response = requests.get(
    f"{base_url}/api/workflows/{workflow_id}/metrics",
    headers={"X-Workspace-Id": workspace_id}
)
metrics = response.json()

print(f"Success Rate: {metrics['success_rate']:.1f}%")
print(f"Avg Duration: {metrics['average_duration_seconds']:.1f}s")

/** The REST API by its description. Made by `npm run client -w flowprof`; not to be changed by hand. */

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests can be served */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get figures for Prometheus
         * @description In local mode without a credential, else with `Authorization: Bearer <FLOWPROF_METRICS_TOKEN>`.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say who I am, and what I may do where */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workspaces that the caller has a role in */
        get: operations["listWorkspaces"];
        put?: never;
        /** Create a workspace; whoever does is its admin */
        post: operations["createWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a workspace */
        get: operations["getWorkspace"];
        /** Change the name or slug of a workspace */
        put: operations["updateWorkspace"];
        post?: never;
        /** Delete a workspace with all that is in it, for good */
        delete: operations["deleteWorkspace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a workspace, the oldest first */
        get: operations["listMembers"];
        put?: never;
        /** Give someone a role in a workspace */
        post: operations["addMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give a member another role; the last admin stays one */
        put: operations["setMemberRole"];
        post?: never;
        /** Take a member out of a workspace; the last admin stays */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys of a workspace, the newest first */
        get: operations["listKeys"];
        put?: never;
        /** Create an API key; its text is answered once and not kept */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key for good; every server refuses it within seconds */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was changed in a workspace or refused, the newest first */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the projects of a workspace */
        get: operations["listProjects"];
        put?: never;
        /** Create a project */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a project by its id or slug */
        get: operations["getProject"];
        /** Change a project */
        put: operations["updateProject"];
        post?: never;
        /** Delete a project that has no workflows, or with them */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workflows of a workspace */
        get: operations["listWorkflows"];
        put?: never;
        /** Create a workflow */
        post: operations["createWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a workflow */
        get: operations["getWorkflow"];
        /** Change a workflow; another definition makes a new version */
        put: operations["updateWorkflow"];
        post?: never;
        /** Delete a workflow with its executions */
        delete: operations["deleteWorkflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/node-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the node types that workflows can use, with the schemas of their parameters */
        get: operations["listNodeTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a workflow file by all the rules of the engine, and keep nothing */
        post: operations["validateWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a workflow, newest first */
        get: operations["listWorkflowVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a version of a workflow with its definition */
        get: operations["getWorkflowVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the definition of a version the newest again, as a new version
         * @description Where it equals the newest, nothing is changed.
         */
        post: operations["restoreWorkflowVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a workflow */
        post: operations["executeWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the executions of a workflow */
        get: operations["listWorkflowExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what the executions of a workflow come to */
        get: operations["getWorkflowMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/executions/{execution_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an execution with its steps */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/executions/{execution_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the timeline of an execution */
        get: operations["getExecutionTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the executions of all workflows */
        get: operations["listExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/executions/{execution_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an execution; answered once that is stored */
        post: operations["cancelExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/executions/{execution_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let an execution go on that failed, was cancelled, timed out or was interrupted
         * @description Goes on under the same id and number, without running again what is done. Answered once that is stored.
         */
        post: operations["resumeExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/executions/{execution_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run an execution that has ended once more, as a new one with the same inputs */
        post: operations["retryExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get statistics of a workflow: runs, errors, what it uses most, its newest executions */
        get: operations["getWorkflowStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project_id}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get statistics of all workflows of a project */
        get: operations["getProjectStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get statistics of all workflows of a workspace, and when executions started */
        get: operations["getWorkspaceStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/statistics/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare the statistics of a workspace with its executions, and mend what differs */
        post: operations["rebuildStatistics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the last executions of a workflow with what their time went to, and a node over them */
        get: operations["getHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/regressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find out whether a workflow got slower, since when, and what made it so */
        get: operations["getRegressions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/cohorts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find out what tells slow or failed executions of a workflow from the others */
        get: operations["getCohorts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/critical-path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find out how often each node of a workflow is on the critical path */
        get: operations["getPathFrequency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/flame-graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the last executions of a workflow that completed, merged by the names that stand above each other */
        get: operations["getWorkflowFlameGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/projection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find out when an execution will probably end, and how it stands among those before it */
        get: operations["getProjection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/baselines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the baselines of a workflow, or of all; oldest first */
        get: operations["listBaselines"];
        put?: never;
        /** Make a baseline out of executions of a workflow */
        post: operations["createBaseline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/baselines/{baseline}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a baseline with its executions as they were when it was made */
        get: operations["getBaseline"];
        /** Change a baseline, or make it anew out of other executions */
        put: operations["updateBaseline"];
        post?: never;
        /** Delete a baseline; the executions stay */
        delete: operations["deleteBaseline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the notes on an execution, in the order of time */
        get: operations["listNotes"];
        put?: never;
        /** Write a note on a stretch of an execution's time */
        post: operations["createNote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/notes/{note}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a note; what is absent stays */
        put: operations["updateNote"];
        post?: never;
        /** Delete a note */
        delete: operations["deleteNote"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/flame-chart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the spans of an execution, nested; all of them as Arrow columns with the Accept header */
        get: operations["getFlameChart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what an execution comes to: accounting, critical path, bottlenecks, advice */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/hotspots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what took most time over all instances of a name, and with a name who calls it and whom it calls */
        get: operations["getHotspots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Predict what an execution would have taken with some changes; without any, what would help most */
        post: operations["predictWhatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what an execution took more or less than another, in parts that add up */
        get: operations["compareExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an execution as a file for another tool; one that runs as far as it has come */
        get: operations["exportExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the triggers of a workflow, oldest first */
        get: operations["listTriggers"];
        put?: never;
        /** Create a trigger; the secret of a webhook is shown only here */
        post: operations["createTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/triggers/{trigger_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a trigger */
        get: operations["getTrigger"];
        /** Change a trigger; its configuration is replaced as a whole */
        put: operations["updateTrigger"];
        post?: never;
        /** Delete a trigger; its executions stay */
        delete: operations["deleteTrigger"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/triggers/{trigger_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a webhook a new secret, which is shown only here; those before still count for a while */
        post: operations["rotateTriggerSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/triggers/{trigger_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch a trigger on */
        post: operations["enableTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/triggers/{trigger_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch a trigger off */
        post: operations["disableTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{workspace_id}/{trigger_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver to a webhook
         * @description Signed as Standard Webhooks say (`webhook-id`, `webhook-timestamp`, `webhook-signature`), or with `X-Hub-Signature-256` where the webhook is configured so. The same delivery again gives the execution that it has started.
         */
        post: operations["receiveDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the alert rules of a workspace: those that fire, then by name */
        get: operations["listAlerts"];
        put?: never;
        /** Create an alert rule; it looks at executions that end from now on */
        post: operations["createAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alerts/{alert}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an alert rule */
        get: operations["getAlert"];
        /** Change an alert rule; with another configuration, or switched on or off, it begins anew */
        put: operations["updateAlert"];
        post?: never;
        /** Delete an alert rule with its events; what is not delivered yet is not any more */
        delete: operations["deleteAlert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alerts/{alert}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell no channel for a while that an alert rule fires */
        post: operations["muteAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alerts/{alert}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that somebody knows of the alert that fires; whoever does so first stays */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alerts/{alert}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test to the channels that an alert rule tells */
        post: operations["testAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alert-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List when alerts began and were over, the newest first; the last 500 of each rule are kept */
        get: operations["listAlertEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alert-channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the webhooks that alerts are told to, by name */
        get: operations["listAlertChannels"];
        put?: never;
        /** Add a webhook that alerts are told to; the secret is shown only here */
        post: operations["createAlertChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alert-channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook that alerts are told to */
        get: operations["getAlertChannel"];
        /** Change a webhook that alerts are told to */
        put: operations["updateAlertChannel"];
        post?: never;
        /** Delete a webhook with what it was to be told */
        delete: operations["deleteAlertChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alert-channels/{channel}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test to a webhook */
        post: operations["testAlertChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alert-channels/{channel}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a webhook a new secret, which is shown only here; those before sign along for a while */
        post: operations["rotateAlertChannelSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/alert-channels/{channel}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a webhook was told or is to be, the newest first */
        get: operations["listAlertDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/temporal/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the connections to Temporal servers, by name, with how far their sync is */
        get: operations["listTemporalConnections"];
        put?: never;
        /** Connect a Temporal server; executions of its namespace are synced from then on */
        post: operations["createTemporalConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/temporal/connections/{connection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a connection to a Temporal server, with how far its sync is */
        get: operations["getTemporalConnection"];
        /** Change a connection to a Temporal server; what is absent stays as it is */
        put: operations["updateTemporalConnection"];
        post?: never;
        /** Remove a connection to a Temporal server, and the events that were kept of it */
        delete: operations["deleteTemporalConnection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/temporal/connections/{connection}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a connection: whether the server is reached, lets one in, and has the namespace */
        post: operations["checkTemporalConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/temporal/connections/{connection}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** List the executions of a connection now, and wait a while for them to be synced */
        post: operations["syncTemporalConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/executions/{execution}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read an execution from Temporal now; answered once that is stored */
        post: operations["syncExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import a trace file of any supported format, packed with gzip or not, as the body itself */
        post: operations["importTraces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/callbacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report what an engine runs: executions, nodes, results, spans; in any order, and again where in doubt */
        post: operations["reportCallbacks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/temporal/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report attempts of activities, as workers of Temporal see them
         * @description What the interceptors of `flowprof/temporal-worker` send. Answered once it is durable. The same again changes nothing; an attempt that has ended replaces the same one while it ran. A run that is not known yet gets its attempts when it is.
         */
        post: operations["reportAttempts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/temporal/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report attempts of activities to a workspace that the path names
         * @description What the interceptors of `flowprof/temporal-worker` send. Answered once it is durable. The same again changes nothing; an attempt that has ended replaces the same one while it ran. A run that is not known yet gets its attempts when it is.
         */
        post: operations["reportAttemptsTo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/imports/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files that are on their way in or were, the newest first */
        get: operations["listUploads"];
        put?: never;
        /** Begin to upload a trace file in parts, or go on with it */
        post: operations["beginUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/imports/uploads/{upload}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get how far a file is: what was received, read and stored */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /** Cancel an upload, or take one that has ended off the list; executions that are stored stay */
        delete: operations["cancelUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/imports/uploads/{upload}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Send the next part of a file; the last one has it read. The same part again changes nothing */
        put: operations["uploadPart"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send spans of OpenTelemetry
         * @description OTLP/HTTP of OpenTelemetry: `ExportTraceServiceRequest` in protocol buffers or JSON, packed with gzip or not. It is answered once the spans are durable. Spans that are wrong are left out and counted in `partialSuccess`. Errors are `google.rpc.Status`, in the encoding of the request.
         */
        post: operations["exportSpans"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/otlp/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send spans of OpenTelemetry to a workspace that the path names, for exporters that set no headers
         * @description OTLP/HTTP of OpenTelemetry: `ExportTraceServiceRequest` in protocol buffers or JSON, packed with gzip or not. It is answered once the spans are durable. Spans that are wrong are left out and counted in `partialSuccess`. Errors are `google.rpc.Status`, in the encoding of the request.
         */
        post: operations["exportSpansTo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what a workspace keeps for how long, how much is stored, and what was removed last */
        get: operations["getWorkspaceSettings"];
        /** Set what a workspace keeps for how long */
        put: operations["setWorkspaceSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what run time and tokens cost; prices are null where none are set */
        get: operations["getPrices"];
        /** Set what run time and tokens cost; null removes the prices */
        put: operations["setPrices"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what the last executions of a workflow cost, each and together */
        get: operations["getWorkflowCost"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the events of a workflow after a number, as its WebSocket sends them */
        get: operations["listWorkflowEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        BaselineSourceInput: {
            /** @constant */
            kind: "execution";
            execution_id: string;
        } | {
            /** @constant */
            kind: "list";
            execution_ids: string[];
        } | {
            /** @constant */
            kind: "last";
            /**
             * @description How many at most
             * @default 20
             */
            runs: number;
        } | {
            /** @constant */
            kind: "version";
            version: number;
            /**
             * @description How many at most
             * @default 50
             */
            runs: number;
        };
        PricesInput: {
            currency: string;
            /**
             * @description By the type of a node
             * @default {}
             */
            node_types: {
                [key: string]: {
                    /** @description Of run time; waits cost nothing */
                    per_hour?: number;
                    per_second?: number;
                    /** @description For every attempt */
                    per_run?: number;
                };
            };
            /**
             * @description By the name of a model, or by its beginning with a * behind
             * @default {}
             */
            models: {
                [key: string]: {
                    input_per_million?: number;
                    output_per_million?: number;
                    /** @description As other input where it is not given */
                    cached_input_per_million?: number;
                };
            };
            /** @description For types that are not listed, and for spans that are no nodes */
            default?: {
                /** @description Of run time; waits cost nothing */
                per_hour?: number;
                per_second?: number;
                /** @description For every attempt */
                per_run?: number;
            };
        };
        DurationLimitConfigInput: {
            /** @description Longer than this is a breach */
            limit_ms: number;
            /**
             * @description The key of a node; null for the whole run
             * @default null
             */
            node: string | null;
        };
        SlowerThanUsualConfigInput: {
            /**
             * @description So much more than usual is a breach, if it is no noise
             * @default 20
             */
            percent: number;
            /**
             * @description Usual is the median of so many completed runs before
             * @default 20
             */
            runs: number;
            /**
             * @description Compare with a baseline instead
             * @default null
             */
            baseline_id: string | null;
            /**
             * @description One slow run is no breach: the last ones together must be slower, beyond chance
             * @default false
             */
            sustained: boolean;
            /**
             * @description The key of a node; null for the whole run
             * @default null
             */
            node: string | null;
        };
        FailureRateConfigInput: {
            /** @description More than this share of failed runs is a breach */
            percent: number;
            /**
             * @description Of the last so many
             * @default 20
             */
            runs: number;
            /**
             * @description With fewer nothing is said
             * @default 5
             */
            min_runs: number;
        };
        UnexpectedRetriesConfigInput: {
            /**
             * @description More nodes than this are a breach
             * @default 0
             */
            more_than: number;
            /**
             * @description The key of a node; null for the whole run
             * @default null
             */
            node: string | null;
        };
        DeadlineConfigInput: {
            /** @description A run is to be done so long after its start */
            limit_ms: number;
            /**
             * @description Tell as soon as it is so likely to be missed; null waits until it is
             * @default null
             */
            risk_percent: number | null;
        };
        CostConfigInput: {
            /** @description More than this is a breach, in the currency of the prices */
            limit: number;
            /**
             * @description Prices of its own; null for those of the workspace, as they are when a run is judged
             * @default null
             */
            prices: components["schemas"]["PricesInput"] | null;
        };
        WebhookConfigInput: {
            /**
             * @description The input of the workflow; its strings may hold `${...}` over `payload` and `headers`
             * @default {}
             */
            input: {
                [key: string]: unknown;
            };
            /**
             * @description An expression over `payload` and `headers`; where it is false nothing is started
             * @default null
             */
            filter: string | null;
            /**
             * @description The headers that expressions can read, by their names in lower case
             * @default []
             */
            headers: string[];
            /**
             * @description `standard`: Standard Webhooks, which also proves id and time; `github`: `X-Hub-Signature-256`
             * @default standard
             * @enum {string}
             */
            signature: "standard" | "github";
            /**
             * @description The key of its node in the trace
             * @default webhook_1
             */
            node_key: string;
            /** @default 600 */
            rate_limit_per_minute: number;
        };
        ScheduleConfigInput: {
            /** @description Minute, hour, day of the month, month, day of the week; a sixth field in front is the second */
            cron: string;
            /**
             * @description A time zone of the IANA database
             * @default UTC
             */
            timezone: string;
            /**
             * @description The input of the workflow, as it is
             * @default {}
             */
            input: {
                [key: string]: unknown;
            };
            /**
             * @description What becomes of times that passed while no server ran
             * @default run_once
             * @enum {string}
             */
            misfire: "run_once" | "skip" | "run_all";
            /**
             * @description Whether it starts while an execution that it started has not ended
             * @default allow
             * @enum {string}
             */
            overlap: "allow" | "skip";
            /**
             * @description Up to how much later than its time it starts
             * @default 0
             */
            jitter_seconds: number;
        };
        TemporalAttemptInput: {
            /**
             * Format: uuid
             * @description Of the workflow run: the execution has this id
             */
            run_id: string;
            workflow_id: string;
            namespace: string;
            activity_id: string;
            activity_type: string;
            attempt: number;
            /** @default false */
            is_local: boolean;
            /**
             * @description When the activity was scheduled
             * @default null
             */
            scheduled_ms: number | null;
            /**
             * @description When this attempt was scheduled: after its backoff
             * @default null
             */
            attempt_scheduled_ms: number | null;
            /** @description Milliseconds since 1970-01-01T00:00:00Z, with fractions */
            started_ms: number;
            /**
             * @description Null while it runs, and where it is completed elsewhere
             * @default null
             */
            ended_ms: number | null;
            /** @enum {string} */
            status: "running" | "completed" | "failed" | "cancelled" | "timeout";
            /** @default null */
            error: {
                code: string;
                message: string;
            } | null;
            /** @default null */
            task_queue: string | null;
            /**
             * @description Of the worker
             * @default null
             */
            identity: string | null;
            /**
             * @description Of the worker
             * @default null
             */
            build_id: string | null;
            /**
             * @description When the first of them were
             * @default []
             */
            heartbeats_ms: number[];
            /**
             * @description How many there were
             * @default 0
             */
            heartbeat_count: number;
        };
        WhatIfChangeInput: {
            /** @constant */
            kind: "speed";
            factor: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "duration";
            duration_ms: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "remove";
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "no_retries";
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "backoff";
            factor: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "no_queue";
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "phase";
            phase: string;
            factor: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "limit";
            /** @enum {string} */
            limit: "concurrency" | "type" | "pool" | "loop" | "rate_limit";
            /** @description The type, pool, loop or rate limit; none for the concurrency of the run */
            name?: string;
            /** @description Places; starts a second of a rate limit */
            value: number;
            /** @description Of a rate limit */
            burst?: number;
        } | {
            /** @constant */
            kind: "unlimited";
        } | {
            /** @constant */
            kind: "drop_dependency";
            node: string;
            on: string;
        } | {
            /** @constant */
            kind: "add_dependency";
            node: string;
            on: string;
        };
        BaselineSource: {
            /** @constant */
            kind: "execution";
            execution_id: string;
        } | {
            /** @constant */
            kind: "list";
            execution_ids: string[];
        } | {
            /** @constant */
            kind: "last";
            /**
             * @description How many at most
             * @default 20
             */
            runs: number;
        } | {
            /** @constant */
            kind: "version";
            version: number;
            /**
             * @description How many at most
             * @default 50
             */
            runs: number;
        };
        /** @description RFC 9457: what went wrong */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Holds the id of the request */
            instance: string;
            /** @description Stable; see docs/errors.md */
            code: string;
            errors?: {
                /** @description A JSON pointer into the body, or into the part that `in` names */
                pointer: string;
                code: string;
                detail: string;
                /** @enum {string} */
                in?: "query" | "path" | "headers";
                line?: number;
                column?: number;
                expected?: string;
            }[];
            /** @description `malformed_json`, `too_deep`: the byte at which that shows */
            offset?: number;
            /** @description `too_deep`: how deep a body may be nested */
            max_depth?: number;
            /** @description `body_too_large` */
            limit_bytes?: number;
            /** @description `rate_limited`: how many requests a minute are allowed */
            limit?: number;
            /** @description `rate_limited`: how many of them are left */
            remaining?: number;
            /** @description `rate_limited`: seconds until there are more */
            reset?: number;
        } & {
            [key: string]: unknown;
        };
        Prices: {
            currency: string;
            /**
             * @description By the type of a node
             * @default {}
             */
            node_types: {
                [key: string]: {
                    /** @description Of run time; waits cost nothing */
                    per_hour?: number;
                    per_second?: number;
                    /** @description For every attempt */
                    per_run?: number;
                };
            };
            /**
             * @description By the name of a model, or by its beginning with a * behind
             * @default {}
             */
            models: {
                [key: string]: {
                    input_per_million?: number;
                    output_per_million?: number;
                    /** @description As other input where it is not given */
                    cached_input_per_million?: number;
                };
            };
            /** @description For types that are not listed, and for spans that are no nodes */
            default?: {
                /** @description Of run time; waits cost nothing */
                per_hour?: number;
                per_second?: number;
                /** @description For every attempt */
                per_run?: number;
            };
        };
        Cost: {
            currency: string | null;
            cost: {
                total: number | null;
                runtime: number | null;
                tokens: number | null;
                /** @description What of the total failed attempts cost */
                failed_attempts: number | null;
            };
            tokens: {
                input: number;
                cached_input: number;
                output: number;
            };
            readonly models: {
                model: string;
                requested_model: string | null;
                calls: number;
                calls_without_tokens: number;
                tokens: {
                    input: number;
                    cached_input: number;
                    output: number;
                };
                cost: number | null;
            }[];
            unpriced: {
                readonly node_types: (string | null)[];
                readonly models: string[];
            };
            readonly nodes: {
                id: string;
                name: string;
                type: string | null;
                count: number;
                attempts: number;
                run_ms: number;
                input_tokens: number;
                output_tokens: number;
                cost: {
                    total: number | null;
                    runtime: number | null;
                    tokens: number | null;
                    /** @description What of the total failed attempts cost */
                    failed_attempts: number | null;
                };
            }[];
            node_count: number;
        };
        WorkflowCost: {
            /** @description Executions that are counted */
            runs: number;
            /** @description Of all of them; null where there is neither a price list nor a call of a model */
            cost: {
                currency: string | null;
                cost: {
                    total: number | null;
                    runtime: number | null;
                    tokens: number | null;
                    /** @description What of the total failed attempts cost */
                    failed_attempts: number | null;
                };
                tokens: {
                    input: number;
                    cached_input: number;
                    output: number;
                };
                readonly models: {
                    model: string;
                    requested_model: string | null;
                    calls: number;
                    calls_without_tokens: number;
                    tokens: {
                        input: number;
                        cached_input: number;
                        output: number;
                    };
                    cost: number | null;
                }[];
                unpriced: {
                    readonly node_types: (string | null)[];
                    readonly models: string[];
                };
            } | null;
            /** @description Of the executions whose cost is known */
            mean: number | null;
            /** @description Oldest first */
            readonly executions: {
                execution_id: string;
                number: number | null;
                total: number | null;
                failed_attempts: number | null;
            }[];
            /** @description Executions that could not be summed up, or not within one request */
            incomplete: number;
        };
        Profile: {
            execution: {
                id: string | null;
                external_id: string | null;
                name: string;
                workflow: string | null;
                /** @enum {string} */
                status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
                source_format: string;
                started_at: string | null;
                ended_at: string | null;
                recorded_duration_ms: number | null;
            };
            counts: {
                nodes: number;
                leaf_nodes: number;
                attempts: number;
                spans: number;
                events: number;
                edges: number;
            };
            makespan_ms: number | null;
            work_ms: number | null;
            span_ms: number | null;
            span_released_ms: number | null;
            lower_bound_ms: number | null;
            parallelism: number | null;
            efficiency_percent: number | null;
            utilisation_percent: number | null;
            workers: number | null;
            peak_concurrency: number | null;
            queue_wait_ms: number | null;
            parallelisation: {
                /** @description milliseconds, with at most three decimals */
                makespan_ms: number;
                /** @description milliseconds, with at most three decimals */
                work_ms: number;
                /** @description milliseconds, with at most three decimals */
                span_ms: number;
                /** @description milliseconds, with at most three decimals */
                span_released_ms: number;
                parallelism: number | null;
                efficiency_percent: number | null;
                utilisation_percent: number | null;
                workers: number;
                peak_concurrency: number;
                readonly lower_bounds: {
                    workers: number;
                    /** @description milliseconds, with at most three decimals */
                    lower_bound_ms: number;
                }[];
                /** @description How many ran at once over time, in buckets of equal width of which the last may be cut off */
                concurrency: {
                    /** @description milliseconds, with at most three decimals */
                    from_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    bucket_ms: number;
                    readonly mean: number[];
                    readonly peak: number[];
                };
                /** @description How long 0, 1, 2, ... ran at once */
                readonly levels: {
                    from: number;
                    to: number;
                    /** @description milliseconds, with at most three decimals */
                    time_ms: number;
                    percent: number;
                }[];
                idle_percent: number;
                readonly serial_steps: {
                    id: string;
                    name: string;
                    span_id: string;
                    after_id: string;
                    after_name: string;
                    /** @description milliseconds, with at most three decimals */
                    ready_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    start_ms: number;
                    /** @description By how much the makespan would shrink if it started when it was ready */
                    cost_ms: number;
                }[];
                /** @description milliseconds, with at most three decimals */
                serial_cost_ms: number;
            } | null;
            critical_path: {
                /** @enum {string} */
                kind: "dependencies" | "spans";
                readonly items: {
                    id: string;
                    name: string;
                    span_id: string;
                    /** @description What it is a part of; null where the source knows no nodes */
                    node: {
                        id: string;
                        name: string;
                    } | null;
                    /** @description milliseconds, with at most three decimals */
                    start_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    duration_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    gap_before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    self_ms: number;
                    /** @description How much later it could end without a later end of the execution */
                    slack_ms: number | null;
                    /** @description How much earlier the execution would end if it took no time */
                    drag_ms: number | null;
                    /** @description What it waited for on the path */
                    readonly waits: {
                        /** @enum {string} */
                        cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                        reason: string | null;
                        name: string | null;
                        limit: number | null;
                        /** @description milliseconds, with at most three decimals */
                        ms: number;
                    }[];
                }[];
                item_count: number;
                /** @description milliseconds, with at most three decimals */
                on_path_ms: number;
                /** @description milliseconds, with at most three decimals */
                gaps_ms: number;
                /** @description milliseconds, with at most three decimals */
                lead_ms: number;
                negative_gaps: number;
            } | null;
            /** @description The critical path that the source itself records */
            recorded_critical_path: {
                readonly items: {
                    id: string;
                    name: string;
                    span_id: string;
                    /** @description milliseconds, with at most three decimals */
                    start_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    duration_ms: number;
                }[];
                item_count: number;
                /** @description milliseconds, with at most three decimals */
                sum_ms: number;
                /** @description milliseconds, with at most three decimals */
                extent_ms: number;
            } | null;
            near_critical_paths: {
                /** @description By how much the critical path has to get faster for this to be it */
                slack_ms: number;
                /** @description What of it is not on the critical path */
                readonly items: {
                    id: string;
                    name: string;
                    span_id: string;
                    /** @description milliseconds, with at most three decimals */
                    start_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    duration_ms: number;
                }[];
                item_count: number;
                after_id: string | null;
                before_id: string | null;
            }[] | null;
            accounting: {
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                causes: {
                    [key: string]: number;
                };
            } | null;
            node_accounts: {
                readonly items: {
                    id: string;
                    name: string;
                    type: string | null;
                    count: number;
                    failed: number;
                    attempts: number;
                    /** @description The time of all instances by what it went to */
                    times_ms: {
                        [key: string]: number;
                    };
                    /** @description The part of the makespan that they held by what it went to */
                    on_path_ms: {
                        [key: string]: number;
                    };
                }[];
                item_count: number;
                /** @description The sum of the nodes not listed */
                others: {
                    times_ms: {
                        [key: string]: number;
                    };
                    on_path_ms: {
                        [key: string]: number;
                    };
                };
                /** @description What of the makespan belongs to no node */
                no_node_ms: {
                    [key: string]: number;
                };
            } | null;
            readonly bottlenecks: {
                id: string;
                name: string;
                span_id: string;
                count: number;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description milliseconds, with at most three decimals */
                self_ms: number;
                /** @description milliseconds, with at most three decimals */
                critical_ms: number;
                percent_of_makespan: number | null;
                total_percent_of_makespan: number | null;
                /** @description The least slack of its instances */
                slack_ms: number | null;
                /** @description How much earlier the execution would end if none of them took any time */
                drag_ms: number | null;
            }[];
            readonly waits: {
                /** @enum {string} */
                cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                reason: string | null;
                name: string | null;
                limit: number | null;
                count: number;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description milliseconds, with at most three decimals */
                critical_ms: number;
            }[];
            readonly retries: {
                id: string;
                name: string;
                attempts: number;
                /** @enum {string} */
                verdict: "expected" | "unexpected" | "unknown";
                reason: string;
                /** @description Failed attempts and the waits between attempts */
                cost_ms: number;
                /** @description What of them held the critical path */
                critical_ms: number;
            }[];
            readonly insights: {
                rule: string;
                /** @enum {string} */
                severity: "high" | "medium" | "low";
                title: string;
                advice: string;
                gain_ms: number | null;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description Null where there is neither a price list nor a call of a model */
            cost: components["schemas"]["Cost"] | null;
            readonly warnings: {
                code: string;
                count: number;
                example: string;
            }[];
        };
        Import: {
            items: {
                id: string;
                name: string;
                source_format: string;
                /** @description It was imported before; nothing was written */
                known: boolean;
                spans: number;
                /** @description Every repair that was made while reading */
                warnings: {
                    code: string;
                    count: number;
                    example: string;
                }[];
            }[];
        };
        Upload: {
            id: string;
            /**
             * @description `waiting` once all of it is here, `working` while it is read and stored
             * @enum {string}
             */
            state: "uploading" | "waiting" | "working" | "completed" | "failed" | "cancelled";
            file_name: string | null;
            format: string;
            fingerprint: string | null;
            size_bytes: number;
            /** @description Where the next part begins */
            received_bytes: number;
            /** @description How large a part may be */
            part_bytes: number;
            /** @description Null until the file has been read */
            executions_total: number | null;
            executions_done: number;
            spans_total: number | null;
            spans_done: number;
            /** @description The executions that are stored, as `importTraces` answers them */
            readonly items: unknown[];
            error: {
                code: string;
                message: string;
            } | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        /** @description An alert rule, and its state */
        Alert: {
            id: string;
            workspace_id: string;
            workflow_id: string;
            workflow_name: string;
            name: string;
            /** @enum {string} */
            kind: "duration_limit" | "slower_than_usual" | "failure_rate" | "unexpected_retries" | "deadline" | "cost";
            /** @description As it was asked for, with every default filled in */
            config: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            severity: "high" | "medium" | "low";
            enabled: boolean;
            /** @description It fires after so many breaches in a row */
            fire_after: number;
            /** @description It is over after so many fine runs in a row */
            resolve_after: number;
            /** @description The channels that are told; null for all */
            channel_ids: string[] | null;
            /** @enum {string} */
            state: "ok" | "firing";
            /** @description Since when; null before the first change */
            since: string | null;
            /** @description The execution that made it so */
            execution_id: string | null;
            /** @description No channel is told that it fires until then */
            muted_until: string | null;
            /** @description Of the alert that fires */
            acknowledged_at: string | null;
            acknowledged_by: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        AlertEvent: {
            id: string;
            /** @enum {string} */
            type: "fired" | "resolved";
            alert_id: string;
            alert_name: string;
            workflow_id: string;
            workflow_name: string;
            /** @enum {string} */
            severity: "high" | "medium" | "low";
            execution_id: string | null;
            sentence: string;
            /** @description The numbers that decided */
            evidence: {
                [key: string]: unknown;
            };
            /** @description Where the web app shows it, from the root of the server on */
            path: string;
            /** @description The same as an address */
            link: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            deliveries: {
                waiting: number;
                delivered: number;
                /** @description Given up */
                dead: number;
            };
        };
        /** @description A webhook that alerts are told to */
        AlertChannel: {
            id: string;
            name: string;
            /** @description Without its query and long parts of its path, which may be secret */
            url: string;
            enabled: boolean;
            /** @description Why the server has switched it off */
            off_reason: string | null;
            /** @description How many deliveries wait for a further try */
            waiting: number;
            last_try_at: string | null;
            /** @description What the last try was answered */
            last_status: number | null;
            last_error: string | null;
            last_success_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        CreatedAlertChannel: {
            id: string;
            name: string;
            /** @description Without its query and long parts of its path, which may be secret */
            url: string;
            enabled: boolean;
            /** @description Why the server has switched it off */
            off_reason: string | null;
            /** @description How many deliveries wait for a further try */
            waiting: number;
            last_try_at: string | null;
            /** @description What the last try was answered */
            last_status: number | null;
            last_error: string | null;
            last_success_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
            /** @description What deliveries are signed with. It is shown here once and never again */
            secret: string;
        };
        AlertDelivery: {
            /** @description `webhook-id` is `msg_` and this, at each try */
            id: string;
            /** @description Null for a test */
            event_id: string | null;
            /** @enum {string} */
            state: "waiting" | "delivered" | "dead";
            attempts: number;
            next_try_at: string | null;
            last_status: number | null;
            last_error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            ended_at: string | null;
        };
        /** @description One for each channel that is told */
        SentAlertTests: {
            deliveries: components["schemas"]["AlertDelivery"][];
        };
        Trigger: {
            id: string;
            workspace_id: string;
            workflow_id: string;
            /** @enum {string} */
            kind: "webhook" | "schedule";
            name: string;
            enabled: boolean;
            /** @description As it was asked for, with every default filled in */
            config: {
                [key: string]: unknown;
            };
            /** @description Where deliveries to a webhook are sent; null for a schedule */
            hook_path: string | null;
            /** @description The next time of a schedule */
            next_run_at: string | null;
            /** @description The next times of a schedule */
            next_runs: string[];
            /** @description The time that its last execution is for, or of its last delivery */
            last_run_at: string | null;
            last_error: string | null;
            last_error_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        CreatedTrigger: {
            id: string;
            workspace_id: string;
            workflow_id: string;
            /** @enum {string} */
            kind: "webhook" | "schedule";
            name: string;
            enabled: boolean;
            /** @description As it was asked for, with every default filled in */
            config: {
                [key: string]: unknown;
            };
            /** @description Where deliveries to a webhook are sent; null for a schedule */
            hook_path: string | null;
            /** @description The next time of a schedule */
            next_run_at: string | null;
            /** @description The next times of a schedule */
            next_runs: string[];
            /** @description The time that its last execution is for, or of its last delivery */
            last_run_at: string | null;
            last_error: string | null;
            last_error_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
            secret: string | null;
        };
        RotatedSecret: {
            /** @description What deliveries are signed with. It is shown here once and never again */
            secret: string;
        };
        Delivery: {
            execution_id: string;
            workflow_id: string;
            trigger_id: string;
            delivery_id: string;
            execution_number: number;
        };
        IgnoredDelivery: {
            /** @constant */
            ignored: true;
        };
        CallbackSummary: {
            /** @description Items that were sent: nodes, results, spans, annotations, ends, and callbacks */
            received: number;
            /** @description Items that are durable now */
            stored: number;
            /** @description Items that will never be stored as they are */
            rejected: number;
            /** @description Why, for the first hundred */
            rejections: {
                /** @description Where it stands in the body; what is in it is not stored either */
                pointer: string;
                code: string;
                detail: string;
            }[];
        };
        Me: {
            /** @enum {string} */
            kind: "local" | "key" | "user";
            /** @description Of the key or member; null in local mode */
            id: string | null;
            name: string | null;
            email: string | null;
            /** @description Whether the server asks for no credential */
            local_mode: boolean;
            /** @description Until when the credential counts; null where it has no end */
            expires_at: string | null;
            readonly workspaces: {
                id: string;
                slug: string;
                name: string;
                /**
                 * @description viewer: reads; editor: also writes; admin: also administers
                 * @enum {string}
                 */
                role: "viewer" | "editor" | "admin";
                /** @description All that the role may do */
                readonly scopes: ("read" | "write" | "admin")[];
            }[];
        };
        Member: {
            /** @description The same in every workspace */
            id: string;
            issuer: string;
            subject: string;
            email: string | null;
            name: string | null;
            /**
             * @description viewer: reads; editor: also writes; admin: also administers
             * @enum {string}
             */
            role: "viewer" | "editor" | "admin";
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        ApiKey: {
            id: string;
            name: string;
            /**
             * @description viewer: reads; editor: also writes; admin: also administers
             * @enum {string}
             */
            role: "viewer" | "editor" | "admin";
            /** @description All that the role may do */
            readonly scopes: ("read" | "write" | "admin")[];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            created_by: string;
            expires_at: string | null;
            /** @description To within a minute */
            last_used_at: string | null;
            revoked_at: string | null;
        };
        NewApiKey: {
            id: string;
            name: string;
            /**
             * @description viewer: reads; editor: also writes; admin: also administers
             * @enum {string}
             */
            role: "viewer" | "editor" | "admin";
            /** @description All that the role may do */
            readonly scopes: ("read" | "write" | "admin")[];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            created_by: string;
            expires_at: string | null;
            /** @description To within a minute */
            last_used_at: string | null;
            revoked_at: string | null;
            /** @description The key itself, told here and never again: `fp_<id>_<secret>` */
            key: string;
            /** @description Whether this is the first key of the server, which from now on asks for a credential */
            ends_local_mode: boolean;
        };
        AuditEntry: {
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            at: string;
            actor: {
                /** @enum {string} */
                kind: "local" | "key" | "user";
                id: string | null;
                name: string | null;
            };
            method: string;
            /** @description The pattern that matched */
            route: string;
            /** @description The operation */
            action: string;
            /** @description The ids in the path */
            resources: {
                [key: string]: string;
            };
            /** @description Of the answer; 403 for what was refused */
            status: number;
            request_id: string;
        };
        Comparison: {
            before: {
                id: string | null;
                external_id: string | null;
                name: string;
                workflow: string | null;
                /** @enum {string} */
                status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
                source_format: string;
                started_at: string | null;
                ended_at: string | null;
                recorded_duration_ms: number | null;
                makespan_ms: number | null;
                node_count: number;
                span_count: number;
            };
            after: {
                id: string | null;
                external_id: string | null;
                name: string;
                workflow: string | null;
                /** @enum {string} */
                status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
                source_format: string;
                started_at: string | null;
                ended_at: string | null;
                recorded_duration_ms: number | null;
                makespan_ms: number | null;
                node_count: number;
                span_count: number;
            };
            makespan: {
                /** @description milliseconds, with at most three decimals */
                before_ms: number;
                /** @description milliseconds, with at most three decimals */
                after_ms: number;
                /** @description `after_ms` less `before_ms` */
                difference_ms: number;
                difference_percent: number | null;
            };
            /** @enum {string} */
            verdict: "slower" | "faster" | "same" | "unknown";
            /** @description milliseconds, with at most three decimals */
            tolerance_ms: number;
            summary: string;
            readonly findings: {
                /** @enum {string} */
                kind: "node" | "between" | "path_shift";
                id: string | null;
                name: string | null;
                /** @description milliseconds, with at most three decimals */
                difference_ms: number;
                text: string;
            }[];
            attribution: {
                readonly parts: {
                    /** @enum {string} */
                    kind: "node" | "between" | "path_shift";
                    id: string | null;
                    name: string | null;
                    cause: ("work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted") | null;
                    move: ("stayed" | "left" | "came") | null;
                    presence: ("both" | "new" | "removed" | "not_run_before" | "not_run_after") | null;
                    /** @description milliseconds, with at most three decimals */
                    before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    after_ms: number;
                    /** @description `after_ms` less `before_ms` */
                    difference_ms: number;
                    reason: {
                        kind: string;
                        name: string | null;
                        limit: number | null;
                    } | null;
                    readonly left: {
                        id: string;
                        name: string;
                    }[];
                    readonly came: {
                        id: string;
                        name: string;
                    }[];
                    text: string;
                }[];
                other: {
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    after_ms: number;
                    /** @description `after_ms` less `before_ms` */
                    difference_ms: number;
                };
            };
            readonly causes: {
                /** @enum {string} */
                cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                /** @description milliseconds, with at most three decimals */
                before_ms: number;
                /** @description milliseconds, with at most three decimals */
                after_ms: number;
                /** @description `after_ms` less `before_ms` */
                difference_ms: number;
            }[];
            nodes: {
                readonly items: {
                    id: string;
                    name: string;
                    type: string | null;
                    /** @enum {string} */
                    presence: "both" | "new" | "removed" | "not_run_before" | "not_run_after";
                    matched_by: ("id" | "name" | "structure") | null;
                    renamed_from: string | null;
                    before: {
                        instances: number;
                        failed: number;
                        attempts: number;
                    } | null;
                    after: {
                        instances: number;
                        failed: number;
                        attempts: number;
                    } | null;
                    total: {
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                    };
                    on_path: {
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                    };
                    readonly causes: {
                        /** @enum {string} */
                        cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                    }[];
                    readonly phases: {
                        name: string;
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                    }[];
                    readonly instances: {
                        id: string;
                        name: string;
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                        ran_before: boolean;
                        ran_after: boolean;
                        span_id_before: string | null;
                        span_id_after: string | null;
                        readonly attempts: {
                            attempt: number;
                            before_ms: number | null;
                            after_ms: number | null;
                            status_before: ("pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped") | null;
                            status_after: ("pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped") | null;
                        }[];
                    }[];
                }[];
                changed_count: number;
                unchanged_count: number;
                other: {
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    after_ms: number;
                    /** @description `after_ms` less `before_ms` */
                    difference_ms: number;
                };
            };
            readonly retries: {
                id: string;
                name: string;
                attempts_before: number;
                attempts_after: number;
                failed_before: number;
                failed_after: number;
                cost: {
                    /** @description milliseconds, with at most three decimals */
                    before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    after_ms: number;
                    /** @description `after_ms` less `before_ms` */
                    difference_ms: number;
                };
            }[];
            structure: {
                readonly changes: {
                    /** @enum {string} */
                    kind: "node_added" | "node_removed" | "node_renamed" | "type_changed" | "dependency_added" | "dependency_removed" | "limit_changed" | "instances_changed" | "now_parallel" | "now_serial";
                    id: string;
                    other: string | null;
                    before: string | number | null;
                    after: string | number | null;
                }[];
                change_count: number;
                readonly shape: {
                    /** @enum {string} */
                    measure: "work_ms" | "span_ms" | "parallelism" | "peak_concurrency" | "concurrency";
                    before: number | null;
                    after: number | null;
                }[];
            };
            flame_graph: {
                total: {
                    /** @description milliseconds, with at most three decimals */
                    before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    after_ms: number;
                    /** @description `after_ms` less `before_ms` */
                    difference_ms: number;
                };
                readonly nodes: {
                    /** @description The position of the stack around it in this list, which stands before it */
                    parent: number | null;
                    name: string;
                    count_before: number;
                    count_after: number;
                    self: {
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                    };
                    total: {
                        /** @description milliseconds, with at most three decimals */
                        before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        after_ms: number;
                        /** @description `after_ms` less `before_ms` */
                        difference_ms: number;
                    };
                    share_before_percent: number;
                    share_after_percent: number;
                    share_difference_percent: number;
                    /** @enum {string} */
                    presence: "both" | "new" | "removed";
                }[];
                node_count: number;
                other: {
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    before_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    after_ms: number;
                    /** @description `after_ms` less `before_ms` */
                    difference_ms: number;
                };
            } | null;
        };
        TemporalSyncState: {
            /**
             * @description `off`: not enabled; `waiting`: nothing was listed yet; `failing`: the connection itself does not work; `behind`: executions have been due for more than a minute
             * @enum {string}
             */
            state: "off" | "waiting" | "failing" | "behind" | "up_to_date";
            /** @description Executions that began or ended before then are known */
            listed_until: string | null;
            last_listed_at: string | null;
            /** @description What is wrong with the connection itself */
            error: {
                /** @description Stable; see docs/temporal.md */
                code: string;
                message: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 in UTC with milliseconds
                 */
                at: string;
            } | null;
            /** @description How many executions of it are known */
            runs: number;
            /** @description How many are due or under way */
            waiting: number;
            /** @description How many could not be synced when that was tried last */
            failing: number;
            /** @description For how long the one has been due that waits longest */
            lag_ms: number | null;
        };
        TemporalConnection: {
            id: string;
            name: string;
            address: string;
            namespace: string;
            tls: boolean;
            server_name: string | null;
            codec_url: string | null;
            web_url: string | null;
            enabled: boolean;
            query: string | null;
            backfill_days: number;
            /**
             * @description What runs the sync in the background: this server, or a system workflow on the Temporal server itself
             * @enum {string}
             */
            coordinator: "in_process" | "temporal";
            /** @description Which secrets are kept */
            has_secrets: {
                api_key: boolean;
                client_certificate: boolean;
                client_key: boolean;
                server_ca: boolean;
                codec_authorization: boolean;
            };
            sync: components["schemas"]["TemporalSyncState"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        TemporalCheck: {
            /** @description Whether executions can be listed and read, and payloads decoded */
            ok: boolean;
            server_version: string | null;
            /** @description How long Temporal keeps executions that have ended */
            retention_days: number | null;
            /** @description Of a short request, there and back */
            latency_ms: number | null;
            can_list: boolean;
            /** @description What was tried, in order; nothing comes after a `connect` that failed */
            steps: {
                /** @enum {string} */
                step: "connect" | "namespace" | "list" | "read";
                error: {
                    /** @description Stable; see docs/temporal.md */
                    code: string;
                    message: string;
                } | null;
            }[];
            /**
             * @description The codec server
             * @enum {string}
             */
            codec: "none" | "ok" | "failing";
            /** @description The first of what is wrong */
            error: {
                /** @description Stable; see docs/temporal.md */
                code: string;
                message: string;
            } | null;
        };
        TemporalSynced: {
            /** @description How many executions Temporal listed, of 10,000 at most */
            found: number;
            /** @description How many of them were new or have changed */
            changed: number;
            /** @description How many are still due or under way: of the connection, or of the workflow id */
            waiting: number;
            /** @description How many could not be synced: of the connection, or of the workflow id */
            failing: number;
        };
        TemporalExecution: {
            connection_id: string;
            connection_name: string;
            namespace: string;
            workflow_id: string;
            run_id: string;
            workflow_type: string;
            task_queue: string | null;
            /** @description Temporal’s word: `running`, `completed`, `continued_as_new`, … */
            status: string;
            /** @description To Temporal’s own page; null where `web_url` is not set */
            link: string | null;
            history_length: number | null;
            /** @description How many events are kept */
            events: number;
            synced_at: string | null;
            /** @description Whether it has ended, with all of its events kept: nothing more is to be synced */
            is_complete: boolean;
            /**
             * @description `stale`: it may have gone on since; `failing`: it could not be synced when that was tried last
             * @enum {string}
             */
            sync: "fresh" | "stale" | "failing";
            /** @description Why it could not be synced */
            error: {
                /** @description Stable; see docs/temporal.md */
                code: string;
                message: string;
            } | null;
            parent: {
                workflow_id: string | null;
                run_id: string;
                /** @description Null where it is not synced */
                execution_id: string | null;
                /** @description To Temporal’s own page */
                link: string | null;
            } | null;
            /** @description That of the whole tree; null where it is this one */
            root: {
                workflow_id: string | null;
                run_id: string;
                /** @description Null where it is not synced */
                execution_id: string | null;
                /** @description To Temporal’s own page */
                link: string | null;
            } | null;
            /** @description The runs before and after it under the same workflow id */
            chain: {
                first: {
                    workflow_id: string | null;
                    run_id: string;
                    /** @description Null where it is not synced */
                    execution_id: string | null;
                    /** @description To Temporal’s own page */
                    link: string | null;
                } | null;
                previous: {
                    workflow_id: string | null;
                    run_id: string;
                    /** @description Null where it is not synced */
                    execution_id: string | null;
                    /** @description To Temporal’s own page */
                    link: string | null;
                } | null;
                next: {
                    workflow_id: string | null;
                    run_id: string;
                    /** @description Null where it is not synced */
                    execution_id: string | null;
                    /** @description To Temporal’s own page */
                    link: string | null;
                } | null;
                /** @description Why there is a run before: `continue_as_new`, `retry`, `cron`, `reset`; null where there is none */
                reason: string | null;
            };
            /** @description Up to 100 */
            children: {
                workflow_id: string | null;
                run_id: string;
                /** @description Null where it is not synced */
                execution_id: string | null;
                /** @description To Temporal’s own page */
                link: string | null;
                workflow_type: string;
                status: string;
                started_at: string | null;
            }[];
            children_left_out: number;
        };
        Execution: {
            id: string;
            workflow_id: string;
            workflow_name: string;
            workflow_version: number;
            workspace_id: string;
            project_id: string;
            /** @description The id in its source, where others ran it */
            external_id: string | null;
            /** @description What its source calls it, or else the name of the workflow */
            name: string;
            /** @description Sequential per workflow */
            execution_number: number;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            /** @description What started it: `manual`, `webhook`, `schedule`, `retry`, `import`, `callback`, ... */
            trigger: string;
            /** @description What more is known of that: `trigger_id`, `delivery_id`, `scheduled_for`, `retry_of`, ... */
            trigger_details: {
                [key: string]: unknown;
            };
            started_at: string | null;
            completed_at: string | null;
            duration: number | null;
            input_variables: {
                [key: string]: unknown;
            };
            /** @description any JSON */
            results: unknown;
            error_message: string | null;
            error_code: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        StepExecution: {
            id: string;
            execution_id: string;
            /** @description The node's key in the workflow */
            step_id: string;
            step_name: string;
            step_type: string;
            step_order: number;
            iteration: number | null;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            started_at: string | null;
            completed_at: string | null;
            duration: number | null;
            retry_count: number;
            error_message: string | null;
            /** @description The code of the error */
            error_type: string | null;
            /** @description Whether its retry policy foresaw what happened; null where nothing was retried, or that is not known */
            retries_expected: boolean | null;
            /** @description Why that is so */
            retry_reason: string | null;
            input_data: {
                [key: string]: unknown;
            } | null;
            output_data: {
                [key: string]: unknown;
            } | null;
        };
        ExecutionDetails: {
            id: string;
            workflow_id: string;
            workflow_name: string;
            workflow_version: number;
            workspace_id: string;
            project_id: string;
            /** @description The id in its source, where others ran it */
            external_id: string | null;
            /** @description What its source calls it, or else the name of the workflow */
            name: string;
            /** @description Sequential per workflow */
            execution_number: number;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            /** @description What started it: `manual`, `webhook`, `schedule`, `retry`, `import`, `callback`, ... */
            trigger: string;
            /** @description What more is known of that: `trigger_id`, `delivery_id`, `scheduled_for`, `retry_of`, ... */
            trigger_details: {
                [key: string]: unknown;
            };
            started_at: string | null;
            completed_at: string | null;
            duration: number | null;
            input_variables: {
                [key: string]: unknown;
            };
            /** @description any JSON */
            results: unknown;
            error_message: string | null;
            error_code: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
            error_details: {
                code: string;
                node_key: string | null;
            } | null;
            step_executions: components["schemas"]["StepExecution"][];
            /** @description How many steps come after those that are listed, 5000 at most; steps_skip asks for them */
            steps_left_out: number;
            /** @description What Temporal knows of it; null where it did not run there */
            temporal: components["schemas"]["TemporalExecution"] | null;
        };
        TimelineEntry: {
            step_id: string;
            step_name: string;
            step_order: number;
            step_type: string;
            iteration: number | null;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            started_at: string | null;
            completed_at: string | null;
            duration_seconds: number | null;
            retry_count: number;
            error_message: string | null;
            input_summary: {
                [key: string]: unknown;
            } | null;
            output_summary: {
                [key: string]: unknown;
            } | null;
        };
        Timeline: {
            execution_id: string;
            workflow_id: string;
            workflow_name: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            started_at: string | null;
            completed_at: string | null;
            total_duration_seconds: number | null;
            step_count: number;
            completed_step_count: number;
            /** @description Failed or timed out */
            failed_step_count: number;
            skipped_step_count: number;
            step_timeline: components["schemas"]["TimelineEntry"][];
            /** @description How many steps come after those that are listed, 5000 at most; steps_skip asks for them */
            steps_left_out: number;
            error_message: string | null;
        };
        HistoryRun: {
            execution_id: string;
            number: number | null;
            version: number | null;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            started_at: string | null;
            makespan_ms: number | null;
        };
        /** @description Where a difference of makespans comes from; the parts add up */
        Attribution: {
            /** @description milliseconds, with at most three decimals */
            before_ms: number;
            /** @description milliseconds, with at most three decimals */
            after_ms: number;
            /** @description The sum of `nodes` and `rest_ms` */
            difference_ms: number;
            readonly nodes: {
                id: string;
                name: string;
                /** @description milliseconds, with at most three decimals */
                difference_ms: number;
                readonly causes: {
                    /** @enum {string} */
                    cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                    /** @enum {string} */
                    group: "work" | "waits" | "retries";
                    /** @description milliseconds, with at most three decimals */
                    difference_ms: number;
                }[];
                /** @description milliseconds, with at most three decimals */
                before_ms: number;
                /** @description milliseconds, with at most three decimals */
                after_ms: number;
                p_value: number;
                attempts_before: number | null;
                attempts_after: number | null;
            }[];
            /** @description milliseconds, with at most three decimals */
            rest_ms: number;
        };
        /** @description Where times went to another level, oldest first */
        ChangePoints: {
            runs: number;
            readonly changes: {
                /** @enum {string} */
                kind: "step" | "drift";
                /** @enum {string} */
                direction: "slower" | "faster";
                /** @description The first execution at the new level; of a drift, where it begins */
                first_run: string;
                first_run_number: number | null;
                last_good_run: string;
                last_run: string;
                confidence: number;
                /** @description Median */
                before_ms: number;
                /** @description Median */
                after_ms: number;
                /** @description Estimate of the difference (Hodges and Lehmann) */
                shift_ms: number;
                /** @description The interval that holds it in 95% of cases */
                shift_low_ms: number;
                /** @description milliseconds, with at most three decimals */
                shift_high_ms: number;
                shift_percent: number | null;
                /** @description Of the two-sided Mann-Whitney test */
                p_value: number;
                cliffs_delta: number;
                /** @description How far the later times lie from the earlier ones, in standard errors */
                score: number;
                attribution: components["schemas"]["Attribution"] | null;
            }[];
            readonly levels: {
                first_run: string;
                last_run: string;
                runs: number;
                /** @description milliseconds, with at most three decimals */
                median_ms: number;
                /** @description milliseconds, with at most three decimals */
                p10_ms: number;
                /** @description milliseconds, with at most three decimals */
                p90_ms: number;
            }[];
        };
        /** @description Where times lie */
        Bands: {
            runs: number;
            /** @description milliseconds, with at most three decimals */
            min_ms: number;
            /** @description milliseconds, with at most three decimals */
            p10_ms: number;
            /** @description milliseconds, with at most three decimals */
            p25_ms: number;
            /** @description milliseconds, with at most three decimals */
            p50_ms: number;
            /** @description milliseconds, with at most three decimals */
            p75_ms: number;
            /** @description milliseconds, with at most three decimals */
            p90_ms: number;
            /** @description milliseconds, with at most three decimals */
            max_ms: number;
        };
        History: {
            /** @description Oldest first */
            readonly runs: {
                execution_id: string;
                number: number | null;
                version: number | null;
                /** @enum {string} */
                status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
                started_at: string | null;
                makespan_ms: number | null;
                work_ms: number | null;
                queue_wait_ms: number | null;
                /** @description The makespan by cause; a cause that took none is left out */
                causes: {
                    [key: string]: number;
                };
                /** @description The median of those before it; null with fewer than 5, or unless it completed */
                usual_ms: number | null;
                /** @description The part of those that were faster */
                percentile_percent: number | null;
                is_anomaly: boolean | null;
            }[];
            /** @description Of the makespans of completed executions */
            bands: components["schemas"]["Bands"] | null;
            change_points: components["schemas"]["ChangePoints"];
            /** @description What held the path longest comes first, at most 100; medians over the executions that they took part in */
            readonly nodes: {
                id: string;
                name: string;
                runs: number;
                /** @description milliseconds, with at most three decimals */
                time_ms: number;
                /** @description milliseconds, with at most three decimals */
                on_path_ms: number;
                /** @description In each of `runs`, null where it took no part; of as many nodes as `trends` says */
                times_ms: (number | null)[] | null;
            }[];
            /** @description The node that was asked for */
            node: {
                id: string;
                name: string | null;
                readonly runs: {
                    execution_id: string;
                    /** @description With all its instances and waits */
                    time_ms: number;
                    /** @description How much of the makespan it held */
                    on_path_ms: number;
                    count: number;
                    failed: number;
                    attempts: number;
                    causes: {
                        [key: string]: number;
                    };
                }[];
                bands: components["schemas"]["Bands"] | null;
                change_points: components["schemas"]["ChangePoints"];
            } | null;
            /** @description Executions that could not be summed up, or not within one request; asked again, there are fewer */
            incomplete: number;
        };
        Regression: {
            against: {
                /** @enum {string} */
                kind: "previous" | "last" | "baseline" | "version";
                runs: number | null;
                version: number | null;
                baseline_id: string | null;
                baseline_name: string | null;
            };
            /** @enum {string} */
            verdict: "slower" | "faster" | "suspect" | "unchanged" | "unknown";
            scope: ("execution" | "node") | null;
            rule: ("rank_test" | "separation" | "previous_run") | null;
            severity: ("high" | "medium" | "low") | null;
            readonly reference_runs: string[];
            readonly candidate_runs: string[];
            makespan: {
                /** @description Median */
                before_ms: number;
                /** @description Median */
                after_ms: number;
                /** @description Estimate of the difference (Hodges and Lehmann) */
                shift_ms: number;
                /** @description The interval that holds it in 95% of cases */
                shift_low_ms: number;
                /** @description milliseconds, with at most three decimals */
                shift_high_ms: number;
                shift_percent: number | null;
                /** @description Of the two-sided Mann-Whitney test */
                p_value: number;
                cliffs_delta: number;
                /** @description How far the later times lie from the earlier ones, in standard errors */
                score: number;
            } | null;
            /** @description The nodes that changed beyond chance */
            readonly nodes: {
                id: string;
                name: string;
                /** @description Median */
                before_ms: number;
                /** @description Median */
                after_ms: number;
                /** @description Estimate of the difference (Hodges and Lehmann) */
                shift_ms: number;
                /** @description The interval that holds it in 95% of cases */
                shift_low_ms: number;
                /** @description milliseconds, with at most three decimals */
                shift_high_ms: number;
                shift_percent: number | null;
                /** @description Of the two-sided Mann-Whitney test */
                p_value: number;
                cliffs_delta: number;
                /** @description How far the later times lie from the earlier ones, in standard errors */
                score: number;
            }[];
            attribution: components["schemas"]["Attribution"] | null;
            /** @description The first execution of the last change to the slower */
            first_bad_run: {
                execution_id: string;
                number: number | null;
            } | null;
            change_points: components["schemas"]["ChangePoints"];
            /** @description Executions that could not be summed up, or not within one request; asked again, there are fewer */
            incomplete: number;
        };
        Cohorts: {
            split: {
                /** @constant */
                kind: "quantile";
                share: number;
            } | {
                /** @constant */
                kind: "change_point";
                /** @description Null where there was no change */
                first_run: string | null;
            } | {
                /** @constant */
                kind: "failure";
            };
            worse: {
                runs: number;
                median_ms: number | null;
            };
            others: {
                runs: number;
                median_ms: number | null;
            };
            /** @description What one cohort has more often than the other, beyond chance */
            readonly labels: {
                label: string;
                value: string;
                worse: number;
                others: number;
                /** @description percent */
                worse_percent: number;
                /** @description percent */
                others_percent: number;
                odds_ratio: number;
                p_value: number;
                corrected_p_value: number;
            }[];
            /** @description Labels with numbers that go with the makespan */
            readonly correlations: {
                label: string;
                runs: number;
                rho: number;
                p_value: number;
                corrected_p_value: number;
            }[];
            readonly failing_nodes: {
                id: string;
                name: string;
                worse: number;
                others: number;
                p_value: number;
                corrected_p_value: number;
            }[];
            attribution: components["schemas"]["Attribution"] | null;
            left_out: number;
            /** @description Executions that could not be summed up, or not within one request; asked again, there are fewer */
            incomplete: number;
        };
        PathFrequency: {
            executions: number;
            /** @description Executions of which no makespan is known */
            left_out: number;
            /** @description percent */
            min_share_percent: number;
            readonly nodes: {
                id: string;
                name: string;
                on_path_count: number;
                /** @description percent */
                on_path_percent: number;
                /** @description percent */
                mean_share_percent: number;
                /** @description percent */
                max_share_percent: number;
                /** @description milliseconds, with at most three decimals */
                mean_on_path_ms: number;
            }[];
            node_count: number;
            readonly paths: {
                readonly nodes: string[];
                count: number;
                /** @description percent */
                percent: number;
                /** @description milliseconds, with at most three decimals */
                mean_makespan_ms: number;
                last_execution: string;
            }[];
            path_count: number;
            /** @description Executions that could not be summed up, or not within one request; asked again, there are fewer */
            incomplete: number;
        };
        Projection: {
            execution_id: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            /** @description How far it is, from its start */
            now_ms: number;
            /** @description Why there is no projection; null where there is one */
            reason: ("ended" | "too_little_history" | "not_started") | null;
            /** @description How many executions it rests upon */
            runs: number;
            /** @description One of ten ends before this */
            p10_ms: number | null;
            p50_ms: number | null;
            p90_ms: number | null;
            remaining_ms: number | null;
            projected_end: string | null;
            percentile_so_far: number | null;
            percentile_projected: number | null;
            /** @description What most probably holds the end */
            blocker: {
                id: string;
                name: string;
                /** @enum {string} */
                state: "running" | "waiting" | "ready";
                cause: ("work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted") | null;
                reason: string | null;
                reason_name: string | null;
                limit: number | null;
                elapsed_ms: number | null;
                usual_ms: number | null;
                /** @description percent */
                share_percent: number;
            } | null;
            readonly remaining_path: string[];
            unknown_nodes: number;
            /** @description How an execution that has completed stands among those before it */
            standing: {
                run_id: string;
                history: number;
                /** @description milliseconds, with at most three decimals */
                time_ms: number;
                /** @description milliseconds, with at most three decimals */
                usual_ms: number;
                deviations: number;
                /** @description percent */
                percentile_percent: number;
                is_anomaly: boolean;
                readonly nodes: {
                    id: string;
                    name: string;
                    /** @description milliseconds, with at most three decimals */
                    time_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    usual_ms: number;
                    deviations: number;
                    /** @description percent */
                    percentile_percent: number;
                    is_anomaly: boolean;
                }[];
            } | null;
            /** @description Executions that could not be summed up, or not within one request; asked again, there are fewer */
            incomplete: number;
        };
        WorkflowFlameGraph: {
            /** @description How many executions are in it; times are of all together */
            runs: number;
            /** @description Each after the one that it is in */
            readonly blocks: {
                /** @description The position of the block around, which stands before it */
                parent: number | null;
                name: string;
                /** @description Null where its spans belong to no node, or to several */
                node_key: string | null;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description Outside of the spans in it */
                self_ms: number;
                /** @description How many spans */
                count: number;
                /** @description In how many of the executions */
                runs: number;
            }[];
            block_count: number;
            /** @description Blocks that are not listed; each is smaller than all that are */
            other: {
                count: number;
                /** @description milliseconds, with at most three decimals */
                self_ms: number;
            };
            /** @description Executions that were not looked at, since there are too many spans, or that have gone */
            left_out: number;
        };
        Baseline: {
            id: string;
            workspace_id: string;
            workflow_id: string;
            name: string;
            /** @description What the workflow is compared with where nothing is named; one of a workflow is */
            is_default: boolean;
            made_of: components["schemas"]["BaselineSource"];
            run_count: number;
            created_by: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        BaselineWithRuns: {
            id: string;
            workspace_id: string;
            workflow_id: string;
            name: string;
            /** @description What the workflow is compared with where nothing is named; one of a workflow is */
            is_default: boolean;
            made_of: components["schemas"]["BaselineSource"];
            run_count: number;
            created_by: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
            /** @description As they were when it was made, oldest first */
            runs: components["schemas"]["HistoryRun"][];
            /** @description Of the makespans of those that completed */
            bands: components["schemas"]["Bands"] | null;
        };
        Note: {
            id: string;
            execution_id: string;
            /** @description milliseconds from the execution's start, with at most three decimals */
            from_ms: number;
            /** @description milliseconds from the execution's start, with at most three decimals */
            to_ms: number;
            span_id: string | null;
            text: string;
            /** @description Who wrote it, in words */
            author: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        ExportTraceServiceResponse: {
            partialSuccess?: {
                /** @description How many spans are not kept and are not to be sent again, as decimal digits */
                rejectedSpans: string;
                errorMessage: string;
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /** @description google.rpc.Status: what went wrong */
        RpcStatus: {
            /** @description A code of gRPC */
            code: number;
            message: string;
            /** @description `ErrorInfo`, whose reason is a code of docs/errors.md, and `RetryInfo` */
            details: ({
                "@type": string;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        Workspace: {
            id: string;
            slug: string;
            name: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
        };
        Project: {
            id: string;
            workspace_id: string;
            slug: string;
            name: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        WorkspaceSettings: {
            retention: {
                /** @description Spans, annotations and journals of executions that have ended, as rows; their trace stays */
                rows: {
                    /** @description Days since it was stored; null is no limit */
                    max_days: number | null;
                    /** @description Of all of the workspace, the oldest goes first; null is no limit */
                    max_bytes: number | null;
                };
                /** @description Whole executions with their trace, and their part in the statistics */
                profiles: {
                    /** @description Days since it was stored; null is no limit */
                    max_days: number | null;
                    /** @description Of all of the workspace, the oldest goes first; null is no limit */
                    max_bytes: number | null;
                };
            };
            /** @description Null while the defaults hold */
            updated_at: string | null;
            /** @description As retention measures it: a span in rows counts 500 bytes, a trace what it takes */
            stored: {
                rows_bytes: number;
                profiles_bytes: number;
            };
            last_retention: {
                /**
                 * Format: date-time
                 * @description ISO 8601 in UTC with milliseconds
                 */
                started_at: string;
                /** @description Null while it goes on, and where it was cut off */
                ended_at: string | null;
                /** @description Executions whose rows were removed */
                trimmed_executions: number;
                removed_rows: number;
                removed_executions: number;
            } | null;
        };
        WorkflowMetrics: {
            /** @description Of all executions that have ended */
            total_duration_seconds: number;
            /** @description Percent of the executions that completed or failed; 0 when none did */
            success_rate: number;
            total_executions: number;
            successful_executions: number;
            /** @description Failed or timed out */
            failed_executions: number;
            cancelled_executions: number;
            /** @description These are among `failed_executions` */
            timeout_executions: number;
            running_executions: number;
            pending_executions: number;
            average_duration_seconds: number;
            min_duration_seconds: number | null;
            max_duration_seconds: number | null;
            /** @description By nearest rank, at most 1.1% off */
            p50_duration_seconds: number | null;
            /** @description By nearest rank, at most 1.1% off */
            p95_duration_seconds: number | null;
            /** @description By nearest rank, at most 1.1% off */
            p99_duration_seconds: number | null;
        };
        UsageStatistics: {
            /** @description Its first 200 characters */
            name: string;
            /** @description Steps that started, of executions that have ended */
            runs: number;
            /** @description Of these, how many failed or timed out */
            errors: number;
            retries: number;
            total_duration_seconds: number;
            average_duration_seconds: number;
        };
        WorkflowStatistics: {
            workflow_id: string;
            workflow_name: string;
            total_runs: number;
            /** @description Executions that failed or timed out */
            error_count: number;
            /** @description Of the executions that have ended */
            average_duration_seconds: number;
            /** @description Percent of the executions that completed or failed; 0 when none did */
            success_rate: number;
            most_used_component: components["schemas"]["UsageStatistics"] | null;
            /** @description A task queue is the pool of a workflow file, or one of Temporal */
            most_used_task_queue: components["schemas"]["UsageStatistics"] | null;
            /** @description The ten with the most runs */
            components: components["schemas"]["UsageStatistics"][];
            task_queues: components["schemas"]["UsageStatistics"][];
            /** @description The newest ten */
            recent_executions: components["schemas"]["Execution"][];
            metrics: components["schemas"]["WorkflowMetrics"];
        };
        ProjectStatistics: {
            project_id: string;
            project_name: string;
            total_workflows: number;
            total_executions: number;
            /** @description Executions that failed or timed out */
            total_errors: number;
            /** @description Of the executions that have ended */
            average_duration_seconds: number;
            /** @description Percent of the executions that completed or failed; 0 when none did */
            success_rate: number;
            most_used_component: components["schemas"]["UsageStatistics"] | null;
            /** @description A task queue is the pool of a workflow file, or one of Temporal */
            most_used_task_queue: components["schemas"]["UsageStatistics"] | null;
            /** @description The ten with the most runs */
            components: components["schemas"]["UsageStatistics"][];
            task_queues: components["schemas"]["UsageStatistics"][];
            /** @description The newest ten */
            recent_executions: components["schemas"]["Execution"][];
            metrics: components["schemas"]["WorkflowMetrics"];
            most_used_workflow: {
                id: string;
                name: string;
                executions: number;
            } | null;
            /** @description Of the executions that have ended */
            longest_run: components["schemas"]["Execution"] | null;
        };
        WorkflowTotals: {
            id: string;
            name: string;
            executions: number;
            /** @description Executions that failed or timed out */
            errors: number;
            /** @description Percent of the executions that completed or failed; 0 when none did */
            success_rate: number;
            /** @description Of the executions that have ended */
            average_duration_seconds: number | null;
        };
        WorkspaceStatistics: {
            workspace_id: string;
            total_projects: number;
            total_workflows: number;
            total_executions: number;
            /** @description Executions that failed or timed out */
            total_errors: number;
            /** @description Of the executions that have ended */
            average_duration_seconds: number;
            /** @description Percent of the executions that completed or failed; 0 when none did */
            success_rate: number;
            most_used_component: components["schemas"]["UsageStatistics"] | null;
            /** @description A task queue is the pool of a workflow file, or one of Temporal */
            most_used_task_queue: components["schemas"]["UsageStatistics"] | null;
            /** @description The ten with the most runs */
            components: components["schemas"]["UsageStatistics"][];
            task_queues: components["schemas"]["UsageStatistics"][];
            /** @description The newest ten */
            recent_executions: components["schemas"]["Execution"][];
            metrics: components["schemas"]["WorkflowMetrics"];
            most_used_workflow: {
                id: string;
                name: string;
                executions: number;
            } | null;
            /** @description Of the executions that have ended */
            longest_run: components["schemas"]["Execution"] | null;
            /** @description Those with the most executions */
            busiest_workflows: components["schemas"]["WorkflowTotals"][];
            /** @description Those that take longest on average */
            slowest_workflows: components["schemas"]["WorkflowTotals"][];
            /** @description Those with the most errors */
            failing_workflows: components["schemas"]["WorkflowTotals"][];
            /** @description When executions started; parts in which none did are left out */
            activity: {
                /**
                 * Format: date-time
                 * @description ISO 8601 in UTC with milliseconds
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description The end of the day that `until` is in, in UTC
                 */
                to: string;
                /** @description How long each part is: an hour, a day or a week */
                step_seconds: number;
                slots: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 in UTC with milliseconds
                     */
                    from: string;
                    /** @description By their status now */
                    executions: {
                        [key: string]: number;
                    };
                }[];
                /** @description Whether there are more than were counted, the newest 200,000 */
                is_capped: boolean;
            };
        };
        StatisticsReport: {
            workflows: number;
            executions: number;
            difference_count: number;
            /** @description The first 1000 */
            differences: {
                workflow_id: string;
                table: string;
                /** @description The row of the table: a bucket, or kind and name of what was used */
                key: string;
                column: string;
                stored: number;
                /** @description What the rows come to */
                expected: number;
            }[];
        };
        TemporalAttemptsKept: {
            /** @description All of them are durable; what was known already changed nothing */
            received: number;
        };
        FlameChartSpan: {
            id: string;
            name: string;
            node_key?: string;
            iteration?: number;
            /** @enum {string} */
            type: "node" | "attempt" | "phase" | "system";
            /** @description milliseconds, with at most three decimals */
            start_ms: number;
            /** @description milliseconds, with at most three decimals */
            duration_ms: number;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            track?: string;
            readonly children: components["schemas"]["FlameChartSpan"][];
            readonly annotations?: {
                /** @description milliseconds, with at most three decimals */
                time_ms: number;
                label: string;
                type: string;
                metadata?: {
                    [key: string]: unknown;
                };
            }[];
            metadata?: {
                [key: string]: unknown;
            };
        };
        FlameChart: {
            execution_id: string;
            name: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            /** @description milliseconds, with at most three decimals */
            total_duration_ms: number;
            started_at: string | null;
            readonly spans: components["schemas"]["FlameChartSpan"][];
            readonly annotations: {
                /** @description milliseconds, with at most three decimals */
                time_ms: number;
                label: string;
                type: string;
                metadata?: {
                    [key: string]: unknown;
                };
            }[];
            readonly nodes_not_started: {
                node_key: string;
                name: string;
                type: string;
                iteration: number | null;
                /** @enum {string} */
                status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
            }[];
            /** @description What was left out, and why; null when everything is there */
            truncated: {
                spans_left_out: number;
                by_depth: number;
                by_min_duration: number;
                by_window: number;
                by_max_spans: number;
                nodes_not_started_left_out: number;
            } | null;
        };
        Hotspots: {
            readonly nodes: {
                id: string;
                name: string;
                count: number;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description milliseconds, with at most three decimals */
                self_ms: number;
                /** @description milliseconds, with at most three decimals */
                critical_ms: number;
                /** @description milliseconds, with at most three decimals */
                mean_ms: number;
                /** @description milliseconds, with at most three decimals */
                p50_ms: number;
                /** @description milliseconds, with at most three decimals */
                p95_ms: number;
                /** @description milliseconds, with at most three decimals */
                max_ms: number;
                /** @description How many times as long as the middle one those at 95% take */
                spread: number | null;
                percent_of_work: number | null;
                percent_of_makespan: number | null;
                /** @description The longest instance */
                span_id: string;
            }[];
            readonly types: {
                id: string;
                name: string;
                count: number;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description milliseconds, with at most three decimals */
                self_ms: number;
                /** @description milliseconds, with at most three decimals */
                critical_ms: number;
                /** @description milliseconds, with at most three decimals */
                mean_ms: number;
                /** @description milliseconds, with at most three decimals */
                p50_ms: number;
                /** @description milliseconds, with at most three decimals */
                p95_ms: number;
                /** @description milliseconds, with at most three decimals */
                max_ms: number;
                /** @description How many times as long as the middle one those at 95% take */
                spread: number | null;
                percent_of_work: number | null;
                percent_of_makespan: number | null;
                /** @description The longest instance */
                span_id: string;
            }[];
            readonly spans: {
                id: string;
                name: string;
                count: number;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description milliseconds, with at most three decimals */
                self_ms: number;
                /** @description milliseconds, with at most three decimals */
                critical_ms: number;
                /** @description milliseconds, with at most three decimals */
                mean_ms: number;
                /** @description milliseconds, with at most three decimals */
                p50_ms: number;
                /** @description milliseconds, with at most three decimals */
                p95_ms: number;
                /** @description milliseconds, with at most three decimals */
                max_ms: number;
                /** @description How many times as long as the middle one those at 95% take */
                spread: number | null;
                percent_of_work: number | null;
                percent_of_makespan: number | null;
                /** @description The longest instance */
                span_id: string;
                /** @enum {string} */
                kind: "node" | "attempt" | "phase" | "system";
            }[];
            node_count: number;
            type_count: number;
            span_name_count: number;
            /** @description Null where no name was asked for, and where there is no such span */
            sandwich: {
                name: string;
                count: number;
                /** @description milliseconds, with at most three decimals */
                total_ms: number;
                /** @description milliseconds, with at most three decimals */
                self_ms: number;
                /** @description A tree as a list: each place stands before those that hang from it, the largest first */
                callers: {
                    readonly nodes: {
                        name: string;
                        /** @description The position in the list of what it hangs from */
                        parent: number;
                        depth: number;
                        /** @description milliseconds, with at most three decimals */
                        total_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        self_ms: number;
                        count: number;
                    }[];
                    truncated: boolean;
                };
                /** @description A tree as a list: each place stands before those that hang from it, the largest first */
                callees: {
                    readonly nodes: {
                        name: string;
                        /** @description The position in the list of what it hangs from */
                        parent: number;
                        depth: number;
                        /** @description milliseconds, with at most three decimals */
                        total_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        self_ms: number;
                        count: number;
                    }[];
                    truncated: boolean;
                };
            } | null;
        };
        WhatIfChange: {
            /** @constant */
            kind: "speed";
            factor: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "duration";
            duration_ms: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "remove";
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "no_retries";
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "backoff";
            factor: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "no_queue";
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "phase";
            phase: string;
            factor: number;
            /** @description The key of a node, all its instances; the name of a span where there are no nodes */
            node?: string;
            /** @description All nodes of a type */
            type?: string;
        } | {
            /** @constant */
            kind: "limit";
            /** @enum {string} */
            limit: "concurrency" | "type" | "pool" | "loop" | "rate_limit";
            /** @description The type, pool, loop or rate limit; none for the concurrency of the run */
            name?: string;
            /** @description Places; starts a second of a rate limit */
            value: number;
            /** @description Of a rate limit */
            burst?: number;
        } | {
            /** @constant */
            kind: "unlimited";
        } | {
            /** @constant */
            kind: "drop_dependency";
            node: string;
            on: string;
        } | {
            /** @constant */
            kind: "add_dependency";
            node: string;
            on: string;
        };
        WhatIf: {
            execution: {
                id: string | null;
                external_id: string | null;
                name: string;
                workflow: string | null;
                /** @enum {string} */
                status: "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped";
                source_format: string;
                started_at: string | null;
                ended_at: string | null;
                recorded_duration_ms: number | null;
            };
            readonly changes: {
                change: components["schemas"]["WhatIfChange"];
                text: string;
            }[];
            /** @description milliseconds, with at most three decimals */
            observed_ms: number;
            /** @description milliseconds, with at most three decimals */
            predicted_ms: number;
            /** @description Negative: shorter */
            difference_ms: number;
            difference_percent: number | null;
            fidelity: {
                /** @description milliseconds, with at most three decimals */
                replayed_ms: number;
                /** @description How far the simulation without a change is off */
                error_percent: number;
                /** @enum {string} */
                limits: "simulated" | "fixed" | "none";
            };
            readonly warnings: {
                code: string;
                message: string;
            }[];
            before: {
                makespan_ms: number | null;
                work_ms: number | null;
                span_ms: number | null;
                parallelism: number | null;
                efficiency_percent: number | null;
                utilisation_percent: number | null;
                workers: number | null;
                peak_concurrency: number | null;
                critical_path: {
                    /** @enum {string} */
                    kind: "dependencies" | "spans";
                    readonly items: {
                        id: string;
                        name: string;
                        span_id: string;
                        /** @description What it is a part of; null where the source knows no nodes */
                        node: {
                            id: string;
                            name: string;
                        } | null;
                        /** @description milliseconds, with at most three decimals */
                        start_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        duration_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        gap_before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        self_ms: number;
                        /** @description How much later it could end without a later end of the execution */
                        slack_ms: number | null;
                        /** @description How much earlier the execution would end if it took no time */
                        drag_ms: number | null;
                        /** @description What it waited for on the path */
                        readonly waits: {
                            /** @enum {string} */
                            cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                            reason: string | null;
                            name: string | null;
                            limit: number | null;
                            /** @description milliseconds, with at most three decimals */
                            ms: number;
                        }[];
                    }[];
                    item_count: number;
                    /** @description milliseconds, with at most three decimals */
                    on_path_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    gaps_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    lead_ms: number;
                    negative_gaps: number;
                } | null;
                near_critical_paths: {
                    /** @description By how much the critical path has to get faster for this to be it */
                    slack_ms: number;
                    /** @description What of it is not on the critical path */
                    readonly items: {
                        id: string;
                        name: string;
                        span_id: string;
                        /** @description milliseconds, with at most three decimals */
                        start_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        duration_ms: number;
                    }[];
                    item_count: number;
                    after_id: string | null;
                    before_id: string | null;
                }[] | null;
                accounting: {
                    /** @description milliseconds, with at most three decimals */
                    total_ms: number;
                    causes: {
                        [key: string]: number;
                    };
                } | null;
                readonly bottlenecks: {
                    id: string;
                    name: string;
                    span_id: string;
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    total_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    self_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    critical_ms: number;
                    percent_of_makespan: number | null;
                    total_percent_of_makespan: number | null;
                    /** @description The least slack of its instances */
                    slack_ms: number | null;
                    /** @description How much earlier the execution would end if none of them took any time */
                    drag_ms: number | null;
                }[];
                readonly waits: {
                    /** @enum {string} */
                    cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                    reason: string | null;
                    name: string | null;
                    limit: number | null;
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    total_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    critical_ms: number;
                }[];
                held_by: {
                    /** @enum {string} */
                    kind: "node" | "wait";
                    id: string;
                    name: string | null;
                    /** @description milliseconds, with at most three decimals */
                    critical_ms: number;
                    percent_of_makespan: number | null;
                } | null;
            };
            after: {
                makespan_ms: number | null;
                work_ms: number | null;
                span_ms: number | null;
                parallelism: number | null;
                efficiency_percent: number | null;
                utilisation_percent: number | null;
                workers: number | null;
                peak_concurrency: number | null;
                critical_path: {
                    /** @enum {string} */
                    kind: "dependencies" | "spans";
                    readonly items: {
                        id: string;
                        name: string;
                        span_id: string;
                        /** @description What it is a part of; null where the source knows no nodes */
                        node: {
                            id: string;
                            name: string;
                        } | null;
                        /** @description milliseconds, with at most three decimals */
                        start_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        duration_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        gap_before_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        self_ms: number;
                        /** @description How much later it could end without a later end of the execution */
                        slack_ms: number | null;
                        /** @description How much earlier the execution would end if it took no time */
                        drag_ms: number | null;
                        /** @description What it waited for on the path */
                        readonly waits: {
                            /** @enum {string} */
                            cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                            reason: string | null;
                            name: string | null;
                            limit: number | null;
                            /** @description milliseconds, with at most three decimals */
                            ms: number;
                        }[];
                    }[];
                    item_count: number;
                    /** @description milliseconds, with at most three decimals */
                    on_path_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    gaps_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    lead_ms: number;
                    negative_gaps: number;
                } | null;
                near_critical_paths: {
                    /** @description By how much the critical path has to get faster for this to be it */
                    slack_ms: number;
                    /** @description What of it is not on the critical path */
                    readonly items: {
                        id: string;
                        name: string;
                        span_id: string;
                        /** @description milliseconds, with at most three decimals */
                        start_ms: number;
                        /** @description milliseconds, with at most three decimals */
                        duration_ms: number;
                    }[];
                    item_count: number;
                    after_id: string | null;
                    before_id: string | null;
                }[] | null;
                accounting: {
                    /** @description milliseconds, with at most three decimals */
                    total_ms: number;
                    causes: {
                        [key: string]: number;
                    };
                } | null;
                readonly bottlenecks: {
                    id: string;
                    name: string;
                    span_id: string;
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    total_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    self_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    critical_ms: number;
                    percent_of_makespan: number | null;
                    total_percent_of_makespan: number | null;
                    /** @description The least slack of its instances */
                    slack_ms: number | null;
                    /** @description How much earlier the execution would end if none of them took any time */
                    drag_ms: number | null;
                }[];
                readonly waits: {
                    /** @enum {string} */
                    cause: "work" | "queue" | "rate_limit" | "retry_backoff" | "failed_attempts" | "sleep" | "callback" | "engine" | "unaccounted";
                    reason: string | null;
                    name: string | null;
                    limit: number | null;
                    count: number;
                    /** @description milliseconds, with at most three decimals */
                    total_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    critical_ms: number;
                }[];
                held_by: {
                    /** @enum {string} */
                    kind: "node" | "wait";
                    id: string;
                    name: string | null;
                    /** @description milliseconds, with at most three decimals */
                    critical_ms: number;
                    percent_of_makespan: number | null;
                } | null;
            };
            runs: {
                count: number;
                skipped: number;
                observed_ms: {
                    /** @description milliseconds, with at most three decimals */
                    min: number;
                    /** @description milliseconds, with at most three decimals */
                    p50: number;
                    /** @description milliseconds, with at most three decimals */
                    p90: number;
                    /** @description milliseconds, with at most three decimals */
                    max: number;
                };
                predicted_ms: {
                    /** @description milliseconds, with at most three decimals */
                    min: number;
                    /** @description milliseconds, with at most three decimals */
                    p50: number;
                    /** @description milliseconds, with at most three decimals */
                    p90: number;
                    /** @description milliseconds, with at most three decimals */
                    max: number;
                };
                difference_ms: {
                    /** @description milliseconds, with at most three decimals */
                    min: number;
                    /** @description milliseconds, with at most three decimals */
                    p50: number;
                    /** @description milliseconds, with at most three decimals */
                    p90: number;
                    /** @description milliseconds, with at most three decimals */
                    max: number;
                };
                readonly items: {
                    id: string | null;
                    started_at: string | null;
                    /** @description milliseconds, with at most three decimals */
                    observed_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    replayed_ms: number;
                    /** @description milliseconds, with at most three decimals */
                    predicted_ms: number;
                }[];
            } | null;
            readonly suggestions: {
                change: components["schemas"]["WhatIfChange"];
                text: string;
                /** @description milliseconds, with at most three decimals */
                predicted_ms: number;
                /** @description milliseconds, with at most three decimals */
                gain_ms: number;
                gain_percent: number | null;
            }[];
            readonly limits: string[];
            predicted_chart: components["schemas"]["FlameChart"] | null;
        };
        WorkflowVerdict: {
            valid: boolean;
            /** @description At most 20 */
            readonly faults: {
                code: string;
                /** @description What is wrong, in words; it may repeat names of the definition */
                message: string;
                /** @description JSON pointer into the definition; empty for the whole of it */
                pointer: string;
                /** @description Where in the string that the pointer leads to; null where it is not inside one */
                place: {
                    line: number;
                    column: number;
                } | null;
            }[];
        };
        NodeType: {
            name: string;
            /** @description The JSON Schema of `with`; null for a type that has none */
            params: {
                [key: string]: unknown;
            } | null;
            /** @description The fields that a node of it can have, besides `id` and `type` */
            readonly fields: string[];
        };
        Workflow: {
            id: string;
            workspace_id: string;
            project_id: string;
            name: string;
            description: string | null;
            /** @description From 1; every change of the definition makes a new one */
            version: number;
            definition: {
                [key: string]: unknown;
            };
            /** @description Whether it may be started */
            enabled: boolean;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            updated_at: string;
        };
        WorkflowVersion: {
            /** @description The number of the version */
            id: string;
            workflow_id: string;
            version: number;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /** @description Who made it; null where that is not known */
            created_by: string | null;
            /** @description Why, in the words of whoever made it */
            message: string | null;
        };
        WorkflowVersionDetails: {
            /** @description The number of the version */
            id: string;
            workflow_id: string;
            version: number;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC with milliseconds
             */
            created_at: string;
            /** @description Who made it; null where that is not known */
            created_by: string | null;
            /** @description Why, in the words of whoever made it */
            message: string | null;
            definition: {
                [key: string]: unknown;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The id under which the log of the server knows the request */
        "X-Request-Id": string;
        /** @description How many requests a minute are allowed */
        "RateLimit-Limit": string;
        /** @description How many of them are left */
        "RateLimit-Remaining": string;
        /** @description Seconds until there are more */
        "RateLimit-Reset": string;
        /** @description Seconds after which to try again */
        "Retry-After": string;
        /** @description The scheme that is asked for */
        "WWW-Authenticate": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready";
                        database: {
                            /** @enum {string} */
                            backend: "embedded" | "server" | "citus";
                            version: string;
                        };
                        executions: {
                            waiting: number;
                            running: number;
                        };
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "key",
                     *       "id": "key-1",
                     *       "name": "ci",
                     *       "email": null,
                     *       "local_mode": false,
                     *       "expires_at": null,
                     *       "workspaces": [
                     *         {
                     *           "id": "workspace-1",
                     *           "slug": "shop",
                     *           "name": "Shop",
                     *           "role": "editor",
                     *           "scopes": [
                     *             "read",
                     *             "write"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkspaces: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "workspace-1",
                     *           "slug": "shop",
                     *           "name": "Shop",
                     *           "created_at": "2024-01-15T10:00:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 100
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Workspace"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slug": "shop",
                 *       "name": "Shop"
                 *     }
                 */
                "application/json": {
                    slug: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workspace-1",
                     *       "slug": "shop",
                     *       "name": "Shop",
                     *       "created_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workspace-1",
                     *       "slug": "shop",
                     *       "name": "Shop",
                     *       "created_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Shop"
                 *     }
                 */
                "application/json": {
                    slug?: string;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workspace-1",
                     *       "slug": "shop",
                     *       "name": "Shop",
                     *       "created_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWorkspace: {
        parameters: {
            query?: {
                /** @description The slug of the workspace once more, or its id */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "member-1",
                     *           "issuer": "https://id.example.org",
                     *           "subject": "ann-1",
                     *           "email": "ann@example.org",
                     *           "name": null,
                     *           "role": "editor",
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subject": "ann-1",
                 *       "email": "ann@example.org",
                 *       "role": "editor"
                 *     }
                 */
                "application/json": {
                    /** @description The `sub` of their tokens */
                    subject: string;
                    /**
                     * Format: uri
                     * @description The `iss` of their tokens; that of the server when absent
                     */
                    issuer?: string;
                    /** @description For people to read */
                    email?: string | null;
                    /** @description For people to read */
                    name?: string | null;
                    /**
                     * @description viewer: reads; editor: also writes; admin: also administers
                     * @enum {string}
                     */
                    role: "viewer" | "editor" | "admin";
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "member-1",
                     *       "issuer": "https://id.example.org",
                     *       "subject": "ann-1",
                     *       "email": "ann@example.org",
                     *       "name": null,
                     *       "role": "editor",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setMemberRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description member */
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "editor"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description viewer: reads; editor: also writes; admin: also administers
                     * @enum {string}
                     */
                    role: "viewer" | "editor" | "admin";
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "member-1",
                     *       "issuer": "https://id.example.org",
                     *       "subject": "ann-1",
                     *       "email": "ann@example.org",
                     *       "name": null,
                     *       "role": "editor",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description member */
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "key-1",
                     *           "name": "ci",
                     *           "role": "editor",
                     *           "scopes": [
                     *             "read",
                     *             "write"
                     *           ],
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "created_by": "ann@example.org",
                     *           "expires_at": "2024-04-14T10:00:00.000Z",
                     *           "last_used_at": null,
                     *           "revoked_at": null
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ci",
                 *       "scopes": [
                 *         "read",
                 *         "write"
                 *       ],
                 *       "expires_at": "2024-04-14T10:00:00Z"
                 *     }
                 */
                "application/json": {
                    /** @description What the key is for */
                    name: string;
                    /**
                     * @description The highest includes the others
                     * @default [
                     *       "read"
                     *     ]
                     */
                    scopes?: ("read" | "write" | "admin")[];
                    /** @description Until when it counts; for ever when absent */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key-1",
                     *       "name": "ci",
                     *       "role": "editor",
                     *       "scopes": [
                     *         "read",
                     *         "write"
                     *       ],
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "created_by": "ann@example.org",
                     *       "expires_at": "2024-04-14T10:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "key": "fp_<id>_<secret>",
                     *       "ends_local_mode": false
                     *     }
                     */
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description key */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key-1",
                     *       "name": "ci",
                     *       "role": "editor",
                     *       "scopes": [
                     *         "read",
                     *         "write"
                     *       ],
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "created_by": "ann@example.org",
                     *       "expires_at": "2024-04-14T10:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditEntries: {
        parameters: {
            query?: {
                /** @description How many entries at most */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description The id of a key or member */
                actor?: string;
                /** @description What kind of actor */
                kind?: "local" | "key" | "user";
                /** @description Entries from this moment on */
                from?: string;
                /** @description Entries before this moment */
                to?: string;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "entry-1",
                     *           "at": "2024-01-15T10:00:00.000Z",
                     *           "actor": {
                     *             "kind": "key",
                     *             "id": "key-1",
                     *             "name": "ci"
                     *           },
                     *           "method": "POST",
                     *           "route": "/api/workflows/:workflow_id/execute",
                     *           "action": "executeWorkflow",
                     *           "resources": {
                     *             "workflow_id": "workflow-456"
                     *           },
                     *           "status": 201,
                     *           "request_id": "request-1"
                     *         }
                     *       ],
                     *       "limit": 50,
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        limit: number;
                        /** @description Where the next page begins; null on the last */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description `next_cursor` of the page before, with the same filters */
                cursor?: string;
                /** @description A text in the name, whatever the case */
                search?: string;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "project-1",
                     *           "workspace_id": "workspace-1",
                     *           "slug": "orders",
                     *           "name": "Orders",
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10,
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Project"][];
                        total: number;
                        skip: number;
                        limit: number;
                        /** @description Where the next page begins; null after the last */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slug": "orders",
                 *       "name": "Orders"
                 *     }
                 */
                "application/json": {
                    slug: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "project-1",
                     *       "workspace_id": "workspace-1",
                     *       "slug": "orders",
                     *       "name": "Orders",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description An id or a slug */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "project-1",
                     *       "workspace_id": "workspace-1",
                     *       "slug": "orders",
                     *       "name": "Orders",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description An id or a slug */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Orders"
                 *     }
                 */
                "application/json": {
                    slug?: string;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "project-1",
                     *       "workspace_id": "workspace-1",
                     *       "slug": "orders",
                     *       "name": "Orders",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: {
                /** @description Whether to delete its workflows with their executions, cancelling what runs */
                force?: "true" | "false";
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description An id or a slug */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflows: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description `next_cursor` of the page before, with the same filters */
                cursor?: string;
                /** @description A text in the name, whatever the case */
                search?: string;
                /** @description Id of the project */
                project_id?: string;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "workflow-456",
                     *           "workspace_id": "workspace-1",
                     *           "project_id": "project-1",
                     *           "name": "double",
                     *           "description": "Doubles a number.",
                     *           "version": 1,
                     *           "definition": {
                     *             "name": "double",
                     *             "inputs": {
                     *               "n": {
                     *                 "type": "number",
                     *                 "default": 21
                     *               }
                     *             },
                     *             "nodes": [
                     *               {
                     *                 "id": "double",
                     *                 "type": "transform",
                     *                 "with": {
                     *                   "value": "${input.n * 2}"
                     *                 }
                     *               }
                     *             ]
                     *           },
                     *           "enabled": true,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10,
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Workflow"][];
                        total: number;
                        skip: number;
                        limit: number;
                        /** @description Where the next page begins; null after the last */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "definition": {
                 *         "name": "double",
                 *         "inputs": {
                 *           "n": {
                 *             "type": "number",
                 *             "default": 21
                 *           }
                 *         },
                 *         "nodes": [
                 *           {
                 *             "id": "double",
                 *             "type": "transform",
                 *             "with": {
                 *               "value": "${input.n * 2}"
                 *             }
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description What the definition calls itself when absent */
                    name?: string;
                    description?: string | null;
                    /** @description A workflow file */
                    definition: {
                        [key: string]: unknown;
                    };
                    /** @description The workspace's first project when absent */
                    project_id?: string;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workflow-456",
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "name": "double",
                     *       "description": "Doubles a number.",
                     *       "version": 1,
                     *       "definition": {
                     *         "name": "double",
                     *         "inputs": {
                     *           "n": {
                     *             "type": "number",
                     *             "default": 21
                     *           }
                     *         },
                     *         "nodes": [
                     *           {
                     *             "id": "double",
                     *             "type": "transform",
                     *             "with": {
                     *               "value": "${input.n * 2}"
                     *             }
                     *           }
                     *         ]
                     *       },
                     *       "enabled": true,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workflow-456",
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "name": "double",
                     *       "description": "Doubles a number.",
                     *       "version": 1,
                     *       "definition": {
                     *         "name": "double",
                     *         "inputs": {
                     *           "n": {
                     *             "type": "number",
                     *             "default": 21
                     *           }
                     *         },
                     *         "nodes": [
                     *           {
                     *             "id": "double",
                     *             "type": "transform",
                     *             "with": {
                     *               "value": "${input.n * 2}"
                     *             }
                     *           }
                     *         ]
                     *       },
                     *       "enabled": true,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
                /** @description The `ETag` of the workflow that the change was made from */
                "if-match"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "double"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    description?: string | null;
                    definition?: {
                        [key: string]: unknown;
                    };
                    /** @description Whether it may be started */
                    enabled?: boolean;
                    /**
                     * Format: uuid
                     * @description The project that it is moved to
                     */
                    project_id?: string;
                    /** @description The newest version that the change was made from, as `If-Match` says it */
                    expected_version?: number;
                    /** @description Why the new version is made */
                    message?: string;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workflow-456",
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "name": "double",
                     *       "description": "Doubles a number.",
                     *       "version": 1,
                     *       "definition": {
                     *         "name": "double",
                     *         "inputs": {
                     *           "n": {
                     *             "type": "number",
                     *             "default": 21
                     *           }
                     *         },
                     *         "nodes": [
                     *           {
                     *             "id": "double",
                     *             "type": "transform",
                     *             "with": {
                     *               "value": "${input.n * 2}"
                     *             }
                     *           }
                     *         ]
                     *       },
                     *       "enabled": true,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNodeTypes: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "node_types": [
                     *         {
                     *           "name": "delay",
                     *           "params": {
                     *             "type": "object",
                     *             "properties": {
                     *               "ms": {
                     *                 "type": "number",
                     *                 "minimum": 0
                     *               }
                     *             },
                     *             "required": [
                     *               "ms"
                     *             ]
                     *           },
                     *           "fields": [
                     *             "name",
                     *             "dependsOn",
                     *             "when",
                     *             "with",
                     *             "retry",
                     *             "timeoutMs",
                     *             "priority",
                     *             "pool"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        readonly node_types: components["schemas"]["NodeType"][];
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validateWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "definition": {
                 *         "name": "double",
                 *         "nodes": [
                 *           {
                 *             "id": "double",
                 *             "type": "transfrom",
                 *             "with": {
                 *               "value": 2
                 *             }
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description A workflow file */
                    definition: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "valid": false,
                     *       "faults": [
                     *         {
                     *           "code": "unknown_node_type",
                     *           "message": "there is no node type \"transfrom\"; did you mean \"transform\"?",
                     *           "pointer": "/nodes/0/type",
                     *           "place": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WorkflowVerdict"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflowVersions: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "1",
                     *           "workflow_id": "workflow-456",
                     *           "version": 1,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "created_by": null,
                     *           "message": null
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["WorkflowVersion"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description version */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "1",
                     *       "workflow_id": "workflow-456",
                     *       "version": 1,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "created_by": null,
                     *       "message": null,
                     *       "definition": {
                     *         "name": "double",
                     *         "inputs": {
                     *           "n": {
                     *             "type": "number",
                     *             "default": 21
                     *           }
                     *         },
                     *         "nodes": [
                     *           {
                     *             "id": "double",
                     *             "type": "transform",
                     *             "with": {
                     *               "value": "${input.n * 2}"
                     *             }
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WorkflowVersionDetails"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreWorkflowVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description version */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Why the new version is made */
                    message?: string;
                } | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "workflow-456",
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "name": "double",
                     *       "description": "Doubles a number.",
                     *       "version": 3,
                     *       "definition": {
                     *         "name": "double",
                     *         "inputs": {
                     *           "n": {
                     *             "type": "number",
                     *             "default": 21
                     *           }
                     *         },
                     *         "nodes": [
                     *           {
                     *             "id": "double",
                     *             "type": "transform",
                     *             "with": {
                     *               "value": "${input.n * 2}"
                     *             }
                     *           }
                     *         ]
                     *       },
                     *       "enabled": true,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    executeWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
                /** @description The same request again under this key gives the execution that the first has started */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "input_variables": {
                 *         "mode": "standard"
                 *       }
                 *     }
                 */
                "application/json": {
                    input_variables?: {
                        [key: string]: unknown;
                    };
                    /** @description The newest when absent */
                    workflow_version?: number | "newest";
                } | null;
            };
        };
        responses: {
            /** @description Accepted and stored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exec-001",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "workflow_version": 1,
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "external_id": null,
                     *       "name": "double",
                     *       "execution_number": 1,
                     *       "status": "pending",
                     *       "trigger": "manual",
                     *       "trigger_details": {},
                     *       "started_at": null,
                     *       "completed_at": null,
                     *       "duration": null,
                     *       "input_variables": {
                     *         "mode": "standard"
                     *       },
                     *       "results": null,
                     *       "error_message": null,
                     *       "error_code": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflowExecutions: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description `next_cursor` of the page before, with the same filters */
                cursor?: string;
                /** @description One or several states */
                status?: ("pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped")[];
                /** @description sort */
                sort?: "newest" | "oldest" | "longest" | "shortest";
                /** @description Started at this time or later */
                started_from?: string;
                /** @description Started before this time */
                started_to?: string;
                /** @description In seconds */
                min_duration?: number;
                /** @description In seconds */
                max_duration?: number;
                /** @description `#12`, the beginning of an id, an external id, or a text in the name of the workflow or the message of the error */
                search?: string;
                /** @description The id in their source */
                external_id?: string;
                /** @description workflow_version */
                workflow_version?: number;
                /** @description How they were started, e.g. `manual` */
                trigger?: string;
                /** @description The trigger that started them */
                trigger_id?: string;
                /** @description Id of the project */
                project_id?: string;
                /** @description `path:value`, e.g. `mode:fast` or `order.size:3`; several must all hold */
                input?: string[];
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "exec-001",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "double",
                     *           "workflow_version": 1,
                     *           "workspace_id": "workspace-1",
                     *           "project_id": "project-1",
                     *           "external_id": null,
                     *           "name": "double",
                     *           "execution_number": 1,
                     *           "status": "completed",
                     *           "trigger": "manual",
                     *           "trigger_details": {},
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:02:30.000Z",
                     *           "duration": 150,
                     *           "input_variables": {
                     *             "mode": "standard"
                     *           },
                     *           "results": {
                     *             "output": "success"
                     *           },
                     *           "error_message": null,
                     *           "error_code": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10,
                     *       "next_cursor": null,
                     *       "total_is_capped": false
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Execution"][];
                        total: number;
                        skip: number;
                        limit: number;
                        /** @description Where the next page begins; null after the last. A page may hold fewer than `limit` and not be the last */
                        next_cursor: string | null;
                        /** @description `total` counts the first 10,000 executions only */
                        total_is_capped: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "total_duration_seconds": 450.75,
                     *       "success_rate": 80,
                     *       "total_executions": 10,
                     *       "successful_executions": 8,
                     *       "failed_executions": 2,
                     *       "cancelled_executions": 0,
                     *       "timeout_executions": 1,
                     *       "running_executions": 0,
                     *       "pending_executions": 0,
                     *       "average_duration_seconds": 45.075,
                     *       "min_duration_seconds": 25.3,
                     *       "max_duration_seconds": 120.5,
                     *       "p50_duration_seconds": 41.2,
                     *       "p95_duration_seconds": 118.9,
                     *       "p99_duration_seconds": 120.5
                     *     }
                     */
                    "application/json": components["schemas"]["WorkflowMetrics"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecution: {
        parameters: {
            query?: {
                /** @description How many steps are left out at the beginning */
                steps_skip?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the execution */
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exec-001",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "workflow_version": 1,
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "external_id": null,
                     *       "name": "double",
                     *       "execution_number": 1,
                     *       "status": "completed",
                     *       "trigger": "manual",
                     *       "trigger_details": {},
                     *       "started_at": "2024-01-15T10:00:00.000Z",
                     *       "completed_at": "2024-01-15T10:02:30.000Z",
                     *       "duration": 150,
                     *       "input_variables": {
                     *         "mode": "standard"
                     *       },
                     *       "results": {
                     *         "output": "success"
                     *       },
                     *       "error_message": null,
                     *       "error_code": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z",
                     *       "error_details": null,
                     *       "step_executions": [
                     *         {
                     *           "id": "step-exec-001",
                     *           "execution_id": "exec-001",
                     *           "step_id": "step-001",
                     *           "step_name": "initialize",
                     *           "step_type": "transform",
                     *           "step_order": 1,
                     *           "iteration": null,
                     *           "status": "completed",
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:00:30.000Z",
                     *           "duration": 30,
                     *           "retry_count": 0,
                     *           "error_message": null,
                     *           "error_type": null,
                     *           "retries_expected": null,
                     *           "retry_reason": null,
                     *           "input_data": {
                     *             "data_size": 1024
                     *           },
                     *           "output_data": {
                     *             "records": 100
                     *           }
                     *         }
                     *       ],
                     *       "steps_left_out": 0,
                     *       "temporal": null
                     *     }
                     */
                    "application/json": components["schemas"]["ExecutionDetails"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecutionTimeline: {
        parameters: {
            query?: {
                /** @description How many steps are left out at the beginning */
                steps_skip?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the execution */
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "execution_id": "exec-123",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "status": "completed",
                     *       "started_at": "2024-01-15T10:00:00.000Z",
                     *       "completed_at": "2024-01-15T10:02:30.000Z",
                     *       "total_duration_seconds": 150.5,
                     *       "step_count": 2,
                     *       "completed_step_count": 2,
                     *       "failed_step_count": 0,
                     *       "skipped_step_count": 0,
                     *       "step_timeline": [
                     *         {
                     *           "step_id": "step-001",
                     *           "step_name": "initialize",
                     *           "step_order": 1,
                     *           "step_type": "transform",
                     *           "iteration": null,
                     *           "status": "completed",
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:00:30.000Z",
                     *           "duration_seconds": 30,
                     *           "retry_count": 0,
                     *           "error_message": null,
                     *           "input_summary": {
                     *             "data_size": 1024
                     *           },
                     *           "output_summary": {
                     *             "processed_records": 100
                     *           }
                     *         },
                     *         {
                     *           "step_id": "step-002",
                     *           "step_name": "process",
                     *           "step_order": 2,
                     *           "step_type": "transform",
                     *           "iteration": null,
                     *           "status": "completed",
                     *           "started_at": "2024-01-15T10:00:30.000Z",
                     *           "completed_at": "2024-01-15T10:02:00.000Z",
                     *           "duration_seconds": 90,
                     *           "retry_count": 1,
                     *           "error_message": null,
                     *           "input_summary": {
                     *             "batch_size": 100
                     *           },
                     *           "output_summary": {
                     *             "results": "success"
                     *           }
                     *         }
                     *       ],
                     *       "steps_left_out": 0,
                     *       "error_message": null
                     *     }
                     */
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExecutions: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description `next_cursor` of the page before, with the same filters */
                cursor?: string;
                /** @description One or several states */
                status?: ("pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "skipped")[];
                /** @description sort */
                sort?: "newest" | "oldest" | "longest" | "shortest";
                /** @description Started at this time or later */
                started_from?: string;
                /** @description Started before this time */
                started_to?: string;
                /** @description In seconds */
                min_duration?: number;
                /** @description In seconds */
                max_duration?: number;
                /** @description `#12`, the beginning of an id, an external id, or a text in the name of the workflow or the message of the error */
                search?: string;
                /** @description The id in their source */
                external_id?: string;
                /** @description workflow_version */
                workflow_version?: number;
                /** @description How they were started, e.g. `manual` */
                trigger?: string;
                /** @description The trigger that started them */
                trigger_id?: string;
                /** @description Id of the project */
                project_id?: string;
                /** @description `path:value`, e.g. `mode:fast` or `order.size:3`; several must all hold */
                input?: string[];
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "exec-001",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "double",
                     *           "workflow_version": 1,
                     *           "workspace_id": "workspace-1",
                     *           "project_id": "project-1",
                     *           "external_id": null,
                     *           "name": "double",
                     *           "execution_number": 1,
                     *           "status": "completed",
                     *           "trigger": "manual",
                     *           "trigger_details": {},
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:02:30.000Z",
                     *           "duration": 150,
                     *           "input_variables": {
                     *             "mode": "standard"
                     *           },
                     *           "results": {
                     *             "output": "success"
                     *           },
                     *           "error_message": null,
                     *           "error_code": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10,
                     *       "next_cursor": null,
                     *       "total_is_capped": false
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Execution"][];
                        total: number;
                        skip: number;
                        limit: number;
                        /** @description Where the next page begins; null after the last. A page may hold fewer than `limit` and not be the last */
                        next_cursor: string | null;
                        /** @description `total` counts the first 10,000 executions only */
                        total_is_capped: boolean;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the execution */
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exec-001",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "workflow_version": 1,
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "external_id": null,
                     *       "name": "double",
                     *       "execution_number": 1,
                     *       "status": "cancelled",
                     *       "trigger": "manual",
                     *       "trigger_details": {},
                     *       "started_at": "2024-01-15T10:00:00.000Z",
                     *       "completed_at": "2024-01-15T10:02:30.000Z",
                     *       "duration": 150,
                     *       "input_variables": {
                     *         "mode": "standard"
                     *       },
                     *       "results": null,
                     *       "error_message": null,
                     *       "error_code": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the execution */
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "input_variables": {
                 *         "token": "given again"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The secret inputs, which are not kept */
                    input_variables?: {
                        [key: string]: unknown;
                    };
                } | null;
            };
        };
        responses: {
            /** @description Accepted and stored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exec-001",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "workflow_version": 1,
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "external_id": null,
                     *       "name": "double",
                     *       "execution_number": 1,
                     *       "status": "pending",
                     *       "trigger": "manual",
                     *       "trigger_details": {},
                     *       "started_at": null,
                     *       "completed_at": null,
                     *       "duration": null,
                     *       "input_variables": {
                     *         "mode": "standard"
                     *       },
                     *       "results": null,
                     *       "error_message": null,
                     *       "error_code": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
                /** @description The same request again under this key gives the execution that the first has started */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Id of the execution */
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "workflow_version": "newest"
                 *     }
                 */
                "application/json": {
                    /** @description The secret inputs, which are not kept */
                    input_variables?: {
                        [key: string]: unknown;
                    };
                    /** @description That of the execution when absent */
                    workflow_version?: number | "newest";
                } | null;
            };
        };
        responses: {
            /** @description Accepted and stored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exec-002",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "workflow_version": 1,
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "external_id": null,
                     *       "name": "double",
                     *       "execution_number": 2,
                     *       "status": "pending",
                     *       "trigger": "retry",
                     *       "trigger_details": {
                     *         "retry_of": "exec-001",
                     *         "retry_of_number": 1
                     *       },
                     *       "started_at": null,
                     *       "completed_at": null,
                     *       "duration": null,
                     *       "input_variables": {
                     *         "mode": "standard"
                     *       },
                     *       "results": null,
                     *       "error_message": null,
                     *       "error_code": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowStatistics: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "total_runs": 10,
                     *       "error_count": 2,
                     *       "average_duration_seconds": 45.075,
                     *       "success_rate": 80,
                     *       "most_used_component": {
                     *         "name": "double",
                     *         "runs": 10,
                     *         "errors": 2,
                     *         "retries": 3,
                     *         "total_duration_seconds": 410.2,
                     *         "average_duration_seconds": 41.02
                     *       },
                     *       "most_used_task_queue": null,
                     *       "components": [
                     *         {
                     *           "name": "double",
                     *           "runs": 10,
                     *           "errors": 2,
                     *           "retries": 3,
                     *           "total_duration_seconds": 410.2,
                     *           "average_duration_seconds": 41.02
                     *         }
                     *       ],
                     *       "task_queues": [],
                     *       "recent_executions": [
                     *         {
                     *           "id": "exec-001",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "double",
                     *           "workflow_version": 1,
                     *           "workspace_id": "workspace-1",
                     *           "project_id": "project-1",
                     *           "external_id": null,
                     *           "name": "double",
                     *           "execution_number": 1,
                     *           "status": "completed",
                     *           "trigger": "manual",
                     *           "trigger_details": {},
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:02:30.000Z",
                     *           "duration": 150,
                     *           "input_variables": {
                     *             "mode": "standard"
                     *           },
                     *           "results": {
                     *             "output": "success"
                     *           },
                     *           "error_message": null,
                     *           "error_code": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "total_duration_seconds": 450.75,
                     *         "success_rate": 80,
                     *         "total_executions": 10,
                     *         "successful_executions": 8,
                     *         "failed_executions": 2,
                     *         "cancelled_executions": 0,
                     *         "timeout_executions": 1,
                     *         "running_executions": 0,
                     *         "pending_executions": 0,
                     *         "average_duration_seconds": 45.075,
                     *         "min_duration_seconds": 25.3,
                     *         "max_duration_seconds": 120.5,
                     *         "p50_duration_seconds": 41.2,
                     *         "p95_duration_seconds": 118.9,
                     *         "p99_duration_seconds": 120.5
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WorkflowStatistics"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProjectStatistics: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the project */
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "project_id": "project-1",
                     *       "project_name": "Orders",
                     *       "total_workflows": 1,
                     *       "total_executions": 10,
                     *       "total_errors": 2,
                     *       "average_duration_seconds": 45.075,
                     *       "success_rate": 80,
                     *       "most_used_component": {
                     *         "name": "double",
                     *         "runs": 10,
                     *         "errors": 2,
                     *         "retries": 3,
                     *         "total_duration_seconds": 410.2,
                     *         "average_duration_seconds": 41.02
                     *       },
                     *       "most_used_task_queue": null,
                     *       "components": [
                     *         {
                     *           "name": "double",
                     *           "runs": 10,
                     *           "errors": 2,
                     *           "retries": 3,
                     *           "total_duration_seconds": 410.2,
                     *           "average_duration_seconds": 41.02
                     *         }
                     *       ],
                     *       "task_queues": [],
                     *       "recent_executions": [
                     *         {
                     *           "id": "exec-001",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "double",
                     *           "workflow_version": 1,
                     *           "workspace_id": "workspace-1",
                     *           "project_id": "project-1",
                     *           "external_id": null,
                     *           "name": "double",
                     *           "execution_number": 1,
                     *           "status": "completed",
                     *           "trigger": "manual",
                     *           "trigger_details": {},
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:02:30.000Z",
                     *           "duration": 150,
                     *           "input_variables": {
                     *             "mode": "standard"
                     *           },
                     *           "results": {
                     *             "output": "success"
                     *           },
                     *           "error_message": null,
                     *           "error_code": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "total_duration_seconds": 450.75,
                     *         "success_rate": 80,
                     *         "total_executions": 10,
                     *         "successful_executions": 8,
                     *         "failed_executions": 2,
                     *         "cancelled_executions": 0,
                     *         "timeout_executions": 1,
                     *         "running_executions": 0,
                     *         "pending_executions": 0,
                     *         "average_duration_seconds": 45.075,
                     *         "min_duration_seconds": 25.3,
                     *         "max_duration_seconds": 120.5,
                     *         "p50_duration_seconds": 41.2,
                     *         "p95_duration_seconds": 118.9,
                     *         "p99_duration_seconds": 120.5
                     *       },
                     *       "most_used_workflow": {
                     *         "id": "workflow-456",
                     *         "name": "double",
                     *         "executions": 10
                     *       },
                     *       "longest_run": {
                     *         "id": "exec-001",
                     *         "workflow_id": "workflow-456",
                     *         "workflow_name": "double",
                     *         "workflow_version": 1,
                     *         "workspace_id": "workspace-1",
                     *         "project_id": "project-1",
                     *         "external_id": null,
                     *         "name": "double",
                     *         "execution_number": 1,
                     *         "status": "completed",
                     *         "trigger": "manual",
                     *         "trigger_details": {},
                     *         "started_at": "2024-01-15T10:00:00.000Z",
                     *         "completed_at": "2024-01-15T10:02:30.000Z",
                     *         "duration": 150,
                     *         "input_variables": {
                     *           "mode": "standard"
                     *         },
                     *         "results": {
                     *           "output": "success"
                     *         },
                     *         "error_message": null,
                     *         "error_code": null,
                     *         "created_at": "2024-01-15T10:00:00.000Z",
                     *         "updated_at": "2024-01-15T10:02:30.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ProjectStatistics"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspaceStatistics: {
        parameters: {
            query?: {
                /** @description How many days `activity` tells of */
                days?: number;
                /** @description A moment in the last of these days; now when absent */
                until?: string;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "workspace_id": "workspace-1",
                     *       "total_projects": 1,
                     *       "total_workflows": 1,
                     *       "total_executions": 10,
                     *       "total_errors": 2,
                     *       "most_used_workflow": {
                     *         "id": "workflow-456",
                     *         "name": "double",
                     *         "executions": 10
                     *       },
                     *       "busiest_workflows": [
                     *         {
                     *           "id": "workflow-456",
                     *           "name": "double",
                     *           "executions": 10,
                     *           "errors": 2,
                     *           "success_rate": 80,
                     *           "average_duration_seconds": 45.075
                     *         }
                     *       ],
                     *       "slowest_workflows": [
                     *         {
                     *           "id": "workflow-456",
                     *           "name": "double",
                     *           "executions": 10,
                     *           "errors": 2,
                     *           "success_rate": 80,
                     *           "average_duration_seconds": 45.075
                     *         }
                     *       ],
                     *       "failing_workflows": [
                     *         {
                     *           "id": "workflow-456",
                     *           "name": "double",
                     *           "executions": 10,
                     *           "errors": 2,
                     *           "success_rate": 80,
                     *           "average_duration_seconds": 45.075
                     *         }
                     *       ],
                     *       "activity": {
                     *         "from": "2024-01-09T00:00:00.000Z",
                     *         "to": "2024-01-16T00:00:00.000Z",
                     *         "step_seconds": 86400,
                     *         "slots": [
                     *           {
                     *             "from": "2024-01-15T00:00:00.000Z",
                     *             "executions": {
                     *               "completed": 8,
                     *               "failed": 1,
                     *               "timeout": 1
                     *             }
                     *           }
                     *         ],
                     *         "is_capped": false
                     *       },
                     *       "average_duration_seconds": 45.075,
                     *       "success_rate": 80,
                     *       "most_used_component": {
                     *         "name": "double",
                     *         "runs": 10,
                     *         "errors": 2,
                     *         "retries": 3,
                     *         "total_duration_seconds": 410.2,
                     *         "average_duration_seconds": 41.02
                     *       },
                     *       "most_used_task_queue": null,
                     *       "components": [
                     *         {
                     *           "name": "double",
                     *           "runs": 10,
                     *           "errors": 2,
                     *           "retries": 3,
                     *           "total_duration_seconds": 410.2,
                     *           "average_duration_seconds": 41.02
                     *         }
                     *       ],
                     *       "task_queues": [],
                     *       "recent_executions": [
                     *         {
                     *           "id": "exec-001",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "double",
                     *           "workflow_version": 1,
                     *           "workspace_id": "workspace-1",
                     *           "project_id": "project-1",
                     *           "external_id": null,
                     *           "name": "double",
                     *           "execution_number": 1,
                     *           "status": "completed",
                     *           "trigger": "manual",
                     *           "trigger_details": {},
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:02:30.000Z",
                     *           "duration": 150,
                     *           "input_variables": {
                     *             "mode": "standard"
                     *           },
                     *           "results": {
                     *             "output": "success"
                     *           },
                     *           "error_message": null,
                     *           "error_code": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "total_duration_seconds": 450.75,
                     *         "success_rate": 80,
                     *         "total_executions": 10,
                     *         "successful_executions": 8,
                     *         "failed_executions": 2,
                     *         "cancelled_executions": 0,
                     *         "timeout_executions": 1,
                     *         "running_executions": 0,
                     *         "pending_executions": 0,
                     *         "average_duration_seconds": 45.075,
                     *         "min_duration_seconds": 25.3,
                     *         "max_duration_seconds": 120.5,
                     *         "p50_duration_seconds": 41.2,
                     *         "p95_duration_seconds": 118.9,
                     *         "p99_duration_seconds": 120.5
                     *       },
                     *       "longest_run": {
                     *         "id": "exec-001",
                     *         "workflow_id": "workflow-456",
                     *         "workflow_name": "double",
                     *         "workflow_version": 1,
                     *         "workspace_id": "workspace-1",
                     *         "project_id": "project-1",
                     *         "external_id": null,
                     *         "name": "double",
                     *         "execution_number": 1,
                     *         "status": "completed",
                     *         "trigger": "manual",
                     *         "trigger_details": {},
                     *         "started_at": "2024-01-15T10:00:00.000Z",
                     *         "completed_at": "2024-01-15T10:02:30.000Z",
                     *         "duration": 150,
                     *         "input_variables": {
                     *           "mode": "standard"
                     *         },
                     *         "results": {
                     *           "output": "success"
                     *         },
                     *         "error_message": null,
                     *         "error_code": null,
                     *         "created_at": "2024-01-15T10:00:00.000Z",
                     *         "updated_at": "2024-01-15T10:02:30.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WorkspaceStatistics"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rebuildStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Only compare
                     * @default false
                     */
                    check?: boolean;
                } | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatisticsReport"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHistory: {
        parameters: {
            query?: {
                /** @description How many executions are looked at */
                limit?: number;
                /** @description Only executions of this version of the workflow */
                version?: number;
                /** @description Only what ran before this execution */
                before?: string;
                /** @description The key of a node that is looked at */
                node?: string;
                /** @description Of how many nodes their time in each execution is told, of those that held the path longest */
                trends?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runs": [
                     *         {
                     *           "execution_id": "exec-021",
                     *           "number": 21,
                     *           "version": 2,
                     *           "status": "completed",
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "makespan_ms": 912,
                     *           "work_ms": 1047,
                     *           "queue_wait_ms": 12,
                     *           "causes": {
                     *             "work": 900,
                     *             "queue": 12
                     *           },
                     *           "usual_ms": 683,
                     *           "percentile_percent": 94.7,
                     *           "is_anomaly": true
                     *         }
                     *       ],
                     *       "bands": {
                     *         "runs": 39,
                     *         "min_ms": 660,
                     *         "p10_ms": 668,
                     *         "p25_ms": 683,
                     *         "p50_ms": 890,
                     *         "p75_ms": 905,
                     *         "p90_ms": 911,
                     *         "max_ms": 1647
                     *       },
                     *       "change_points": {
                     *         "runs": 39,
                     *         "changes": [
                     *           {
                     *             "kind": "step",
                     *             "direction": "slower",
                     *             "first_run": "exec-021",
                     *             "first_run_number": 21,
                     *             "last_good_run": "exec-020",
                     *             "last_run": "exec-021",
                     *             "confidence": 0.9999,
                     *             "before_ms": 683,
                     *             "after_ms": 902.5,
                     *             "shift_ms": 222,
                     *             "shift_low_ms": 212,
                     *             "shift_high_ms": 227,
                     *             "shift_percent": 32.5,
                     *             "p_value": 7.3e-8,
                     *             "cliffs_delta": 0.895,
                     *             "score": 10.9,
                     *             "attribution": {
                     *               "before_ms": 683.8,
                     *               "after_ms": 902.8,
                     *               "difference_ms": 219,
                     *               "nodes": [
                     *                 {
                     *                   "id": "charge",
                     *                   "name": "Charge the card",
                     *                   "difference_ms": 219,
                     *                   "causes": [
                     *                     {
                     *                       "cause": "work",
                     *                       "group": "work",
                     *                       "difference_ms": 219
                     *                     }
                     *                   ],
                     *                   "before_ms": 430,
                     *                   "after_ms": 651.5,
                     *                   "p_value": 7.9e-8,
                     *                   "attempts_before": 1,
                     *                   "attempts_after": 1
                     *                 }
                     *               ],
                     *               "rest_ms": 0
                     *             }
                     *           }
                     *         ],
                     *         "levels": [
                     *           {
                     *             "first_run": "exec-001",
                     *             "last_run": "exec-020",
                     *             "runs": 19,
                     *             "median_ms": 683,
                     *             "p10_ms": 666.8,
                     *             "p90_ms": 689
                     *           },
                     *           {
                     *             "first_run": "exec-021",
                     *             "last_run": "exec-040",
                     *             "runs": 20,
                     *             "median_ms": 902.5,
                     *             "p10_ms": 890.9,
                     *             "p90_ms": 912.1
                     *           }
                     *         ]
                     *       },
                     *       "nodes": [
                     *         {
                     *           "id": "charge",
                     *           "name": "Charge the card",
                     *           "runs": 39,
                     *           "time_ms": 640,
                     *           "on_path_ms": 640,
                     *           "times_ms": [
                     *             651.5
                     *           ]
                     *         }
                     *       ],
                     *       "node": {
                     *         "id": "charge",
                     *         "name": "Charge the card",
                     *         "runs": [
                     *           {
                     *             "execution_id": "exec-021",
                     *             "time_ms": 651.5,
                     *             "on_path_ms": 651.5,
                     *             "count": 1,
                     *             "failed": 0,
                     *             "attempts": 1,
                     *             "causes": {
                     *               "work": 651.5
                     *             }
                     *           }
                     *         ],
                     *         "bands": {
                     *           "runs": 39,
                     *           "min_ms": 660,
                     *           "p10_ms": 668,
                     *           "p25_ms": 683,
                     *           "p50_ms": 890,
                     *           "p75_ms": 905,
                     *           "p90_ms": 911,
                     *           "max_ms": 1647
                     *         },
                     *         "change_points": {
                     *           "runs": 39,
                     *           "changes": [],
                     *           "levels": [
                     *             {
                     *               "first_run": "exec-001",
                     *               "last_run": "exec-020",
                     *               "runs": 19,
                     *               "median_ms": 683,
                     *               "p10_ms": 666.8,
                     *               "p90_ms": 689
                     *             }
                     *           ]
                     *         }
                     *       },
                     *       "incomplete": 0
                     *     }
                     */
                    "application/json": components["schemas"]["History"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRegressions: {
        parameters: {
            query?: {
                /** @description The default baseline when absent, or `last` where there is none */
                against?: "previous" | "last" | "version" | "baseline";
                /** @description How many, with `last` and `version` */
                runs?: number;
                /** @description Which, with `version` */
                version?: number;
                /** @description Which, with `baseline`; the default one when absent */
                baseline?: string;
                /** @description The execution that is judged; the newest ones when absent */
                execution_id?: string;
                /** @description How many executions are looked at */
                limit?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "against": {
                     *         "kind": "last",
                     *         "runs": 50,
                     *         "version": null,
                     *         "baseline_id": null,
                     *         "baseline_name": null
                     *       },
                     *       "verdict": "slower",
                     *       "scope": "execution",
                     *       "rule": "rank_test",
                     *       "severity": "high",
                     *       "reference_runs": [
                     *         "exec-001",
                     *         "exec-002"
                     *       ],
                     *       "candidate_runs": [
                     *         "exec-021",
                     *         "exec-022"
                     *       ],
                     *       "makespan": {
                     *         "before_ms": 683,
                     *         "after_ms": 902.5,
                     *         "shift_ms": 222,
                     *         "shift_low_ms": 212,
                     *         "shift_high_ms": 227,
                     *         "shift_percent": 32.5,
                     *         "p_value": 7.3e-8,
                     *         "cliffs_delta": 0.895,
                     *         "score": 10.9
                     *       },
                     *       "nodes": [
                     *         {
                     *           "id": "charge",
                     *           "name": "Charge the card",
                     *           "before_ms": 683,
                     *           "after_ms": 902.5,
                     *           "shift_ms": 222,
                     *           "shift_low_ms": 212,
                     *           "shift_high_ms": 227,
                     *           "shift_percent": 32.5,
                     *           "p_value": 7.3e-8,
                     *           "cliffs_delta": 0.895,
                     *           "score": 10.9
                     *         }
                     *       ],
                     *       "attribution": {
                     *         "before_ms": 683.8,
                     *         "after_ms": 902.8,
                     *         "difference_ms": 219,
                     *         "nodes": [
                     *           {
                     *             "id": "charge",
                     *             "name": "Charge the card",
                     *             "difference_ms": 219,
                     *             "causes": [
                     *               {
                     *                 "cause": "work",
                     *                 "group": "work",
                     *                 "difference_ms": 219
                     *               }
                     *             ],
                     *             "before_ms": 430,
                     *             "after_ms": 651.5,
                     *             "p_value": 7.9e-8,
                     *             "attempts_before": 1,
                     *             "attempts_after": 1
                     *           }
                     *         ],
                     *         "rest_ms": 0
                     *       },
                     *       "first_bad_run": {
                     *         "execution_id": "exec-021",
                     *         "number": 21
                     *       },
                     *       "change_points": {
                     *         "runs": 39,
                     *         "changes": [
                     *           {
                     *             "kind": "step",
                     *             "direction": "slower",
                     *             "first_run": "exec-021",
                     *             "first_run_number": 21,
                     *             "last_good_run": "exec-020",
                     *             "last_run": "exec-021",
                     *             "confidence": 0.9999,
                     *             "before_ms": 683,
                     *             "after_ms": 902.5,
                     *             "shift_ms": 222,
                     *             "shift_low_ms": 212,
                     *             "shift_high_ms": 227,
                     *             "shift_percent": 32.5,
                     *             "p_value": 7.3e-8,
                     *             "cliffs_delta": 0.895,
                     *             "score": 10.9,
                     *             "attribution": {
                     *               "before_ms": 683.8,
                     *               "after_ms": 902.8,
                     *               "difference_ms": 219,
                     *               "nodes": [
                     *                 {
                     *                   "id": "charge",
                     *                   "name": "Charge the card",
                     *                   "difference_ms": 219,
                     *                   "causes": [
                     *                     {
                     *                       "cause": "work",
                     *                       "group": "work",
                     *                       "difference_ms": 219
                     *                     }
                     *                   ],
                     *                   "before_ms": 430,
                     *                   "after_ms": 651.5,
                     *                   "p_value": 7.9e-8,
                     *                   "attempts_before": 1,
                     *                   "attempts_after": 1
                     *                 }
                     *               ],
                     *               "rest_ms": 0
                     *             }
                     *           }
                     *         ],
                     *         "levels": [
                     *           {
                     *             "first_run": "exec-001",
                     *             "last_run": "exec-020",
                     *             "runs": 19,
                     *             "median_ms": 683,
                     *             "p10_ms": 666.8,
                     *             "p90_ms": 689
                     *           },
                     *           {
                     *             "first_run": "exec-021",
                     *             "last_run": "exec-040",
                     *             "runs": 20,
                     *             "median_ms": 902.5,
                     *             "p10_ms": 890.9,
                     *             "p90_ms": 912.1
                     *           }
                     *         ]
                     *       },
                     *       "incomplete": 0
                     *     }
                     */
                    "application/json": components["schemas"]["Regression"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCohorts: {
        parameters: {
            query?: {
                /** @description The slowest against the fastest, failed against completed, or after a change against before it */
                by?: "slow" | "failure" | "change_point";
                /** @description With `slow`, how large a part each is */
                share?: number;
                /** @description With `change_point`, the first execution after it; the last change when absent */
                execution_id?: string;
                /** @description How many executions are looked at */
                limit?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "split": {
                     *         "kind": "quantile",
                     *         "share": 0.25
                     *       },
                     *       "worse": {
                     *         "runs": 9,
                     *         "median_ms": 911
                     *       },
                     *       "others": {
                     *         "runs": 9,
                     *         "median_ms": 669
                     *       },
                     *       "labels": [
                     *         {
                     *           "label": "input.mode",
                     *           "value": "full",
                     *           "worse": 9,
                     *           "others": 0,
                     *           "worse_percent": 100,
                     *           "others_percent": 0,
                     *           "odds_ratio": 361,
                     *           "p_value": 0.00004,
                     *           "corrected_p_value": 0.00012
                     *         }
                     *       ],
                     *       "correlations": [
                     *         {
                     *           "label": "input.size",
                     *           "runs": 39,
                     *           "rho": 0.71,
                     *           "p_value": 0.00001,
                     *           "corrected_p_value": 0.00003
                     *         }
                     *       ],
                     *       "failing_nodes": [],
                     *       "attribution": {
                     *         "before_ms": 683.8,
                     *         "after_ms": 902.8,
                     *         "difference_ms": 219,
                     *         "nodes": [
                     *           {
                     *             "id": "charge",
                     *             "name": "Charge the card",
                     *             "difference_ms": 219,
                     *             "causes": [
                     *               {
                     *                 "cause": "work",
                     *                 "group": "work",
                     *                 "difference_ms": 219
                     *               }
                     *             ],
                     *             "before_ms": 430,
                     *             "after_ms": 651.5,
                     *             "p_value": 7.9e-8,
                     *             "attempts_before": 1,
                     *             "attempts_after": 1
                     *           }
                     *         ],
                     *         "rest_ms": 0
                     *       },
                     *       "left_out": 0,
                     *       "incomplete": 0
                     *     }
                     */
                    "application/json": components["schemas"]["Cohorts"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPathFrequency: {
        parameters: {
            query?: {
                /** @description How many completed executions are looked at */
                runs?: number;
                /** @description Only executions of this version of the workflow */
                version?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "executions": 39,
                     *       "left_out": 0,
                     *       "min_share_percent": 1,
                     *       "nodes": [
                     *         {
                     *           "id": "charge",
                     *           "name": "Charge the card",
                     *           "on_path_count": 39,
                     *           "on_path_percent": 100,
                     *           "mean_share_percent": 68.5,
                     *           "max_share_percent": 85,
                     *           "mean_on_path_ms": 568.9
                     *         }
                     *       ],
                     *       "node_count": 3,
                     *       "paths": [
                     *         {
                     *           "nodes": [
                     *             "fetch",
                     *             "charge"
                     *           ],
                     *           "count": 39,
                     *           "percent": 100,
                     *           "mean_makespan_ms": 817.8,
                     *           "last_execution": "exec-040"
                     *         }
                     *       ],
                     *       "path_count": 1,
                     *       "incomplete": 0
                     *     }
                     */
                    "application/json": components["schemas"]["PathFrequency"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowFlameGraph: {
        parameters: {
            query?: {
                /** @description How many completed executions are merged */
                runs?: number;
                /** @description Only executions of this version of the workflow */
                version?: number;
                /** @description How many blocks are listed */
                max_blocks?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runs": 39,
                     *       "blocks": [
                     *         {
                     *           "parent": null,
                     *           "name": "Charge the card",
                     *           "node_key": "charge",
                     *           "total_ms": 22186,
                     *           "self_ms": 1201,
                     *           "count": 39,
                     *           "runs": 39
                     *         },
                     *         {
                     *           "parent": 0,
                     *           "name": "http_request",
                     *           "node_key": "charge",
                     *           "total_ms": 20985,
                     *           "self_ms": 20985,
                     *           "count": 41,
                     *           "runs": 39
                     *         }
                     *       ],
                     *       "block_count": 2,
                     *       "other": {
                     *         "count": 0,
                     *         "self_ms": 0
                     *       },
                     *       "left_out": 0
                     *     }
                     */
                    "application/json": components["schemas"]["WorkflowFlameGraph"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProjection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "execution_id": "exec-041",
                     *       "status": "running",
                     *       "now_ms": 310,
                     *       "reason": null,
                     *       "runs": 20,
                     *       "p10_ms": 880,
                     *       "p50_ms": 905,
                     *       "p90_ms": 940,
                     *       "remaining_ms": 595,
                     *       "projected_end": "2024-01-15T10:00:00.905Z",
                     *       "percentile_so_far": 0,
                     *       "percentile_projected": 55,
                     *       "blocker": {
                     *         "id": "charge",
                     *         "name": "Charge the card",
                     *         "state": "running",
                     *         "cause": "work",
                     *         "reason": null,
                     *         "reason_name": null,
                     *         "limit": null,
                     *         "elapsed_ms": 120,
                     *         "usual_ms": 651.5,
                     *         "share_percent": 100
                     *       },
                     *       "remaining_path": [
                     *         "charge",
                     *         "close"
                     *       ],
                     *       "unknown_nodes": 0,
                     *       "standing": null,
                     *       "incomplete": 0
                     *     }
                     */
                    "application/json": components["schemas"]["Projection"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBaselines: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description Id of the workflow */
                workflow_id?: string;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "baseline-1",
                     *           "workspace_id": "workspace-1",
                     *           "workflow_id": "workflow-456",
                     *           "name": "before the move",
                     *           "is_default": true,
                     *           "made_of": {
                     *             "kind": "last",
                     *             "runs": 20
                     *           },
                     *           "run_count": 20,
                     *           "created_by": "ann@example.org",
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Baseline"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBaseline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workflow_id": "workflow-456",
                 *       "name": "before the move",
                 *       "is_default": true,
                 *       "made_of": {
                 *         "kind": "last",
                 *         "runs": 20
                 *       }
                 *     }
                 */
                "application/json": {
                    workflow_id: string;
                    name: string;
                    /** @default false */
                    is_default?: boolean;
                    made_of: components["schemas"]["BaselineSourceInput"];
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "baseline-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "name": "before the move",
                     *       "is_default": true,
                     *       "made_of": {
                     *         "kind": "last",
                     *         "runs": 20
                     *       },
                     *       "run_count": 20,
                     *       "created_by": "ann@example.org",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Baseline"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBaseline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description baseline */
                baseline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "baseline-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "name": "before the move",
                     *       "is_default": true,
                     *       "made_of": {
                     *         "kind": "last",
                     *         "runs": 20
                     *       },
                     *       "run_count": 20,
                     *       "created_by": "ann@example.org",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z",
                     *       "runs": [
                     *         {
                     *           "execution_id": "exec-001",
                     *           "number": 1,
                     *           "version": 1,
                     *           "status": "completed",
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "makespan_ms": 150000
                     *         }
                     *       ],
                     *       "bands": {
                     *         "runs": 39,
                     *         "min_ms": 660,
                     *         "p10_ms": 668,
                     *         "p25_ms": 683,
                     *         "p50_ms": 890,
                     *         "p75_ms": 905,
                     *         "p90_ms": 911,
                     *         "max_ms": 1647
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["BaselineWithRuns"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateBaseline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description baseline */
                baseline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "before the move",
                 *       "is_default": true
                 *     }
                 */
                "application/json": {
                    name?: string;
                    is_default?: boolean;
                    made_of?: components["schemas"]["BaselineSourceInput"];
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "baseline-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "name": "before the move",
                     *       "is_default": true,
                     *       "made_of": {
                     *         "kind": "last",
                     *         "runs": 20
                     *       },
                     *       "run_count": 20,
                     *       "created_by": "ann@example.org",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Baseline"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteBaseline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description baseline */
                baseline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotes: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "note-1",
                     *           "execution_id": "exec-001",
                     *           "from_ms": 120,
                     *           "to_ms": 480,
                     *           "span_id": "span-7",
                     *           "text": "The gateway was restarted here.",
                     *           "author": "ann@example.org",
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Note"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createNote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from_ms": 120,
                 *       "to_ms": 480,
                 *       "span_id": "span-7",
                 *       "text": "The gateway was restarted here."
                 *     }
                 */
                "application/json": {
                    /** @description milliseconds from the execution's start, with at most three decimals */
                    from_ms: number;
                    /** @description milliseconds from the execution's start, with at most three decimals */
                    to_ms: number;
                    /**
                     * @description The span that it is about
                     * @default null
                     */
                    span_id?: string | null;
                    /** @description Plain text */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "note-1",
                     *       "execution_id": "exec-001",
                     *       "from_ms": 120,
                     *       "to_ms": 480,
                     *       "span_id": "span-7",
                     *       "text": "The gateway was restarted here.",
                     *       "author": "ann@example.org",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateNote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
                /** @description note */
                note: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "The gateway was restarted here."
                 *     }
                 */
                "application/json": {
                    /** @description milliseconds from the execution's start, with at most three decimals */
                    from_ms?: number;
                    /** @description milliseconds from the execution's start, with at most three decimals */
                    to_ms?: number;
                    /** @description The span that it is about */
                    span_id?: string | null;
                    /** @description Plain text */
                    text?: string;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "note-1",
                     *       "execution_id": "exec-001",
                     *       "from_ms": 120,
                     *       "to_ms": 480,
                     *       "span_id": "span-7",
                     *       "text": "The gateway was restarted here.",
                     *       "author": "ann@example.org",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteNote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
                /** @description note */
                note: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFlameChart: {
        parameters: {
            query?: {
                /** @description Levels of spans */
                depth?: number;
                /** @description Leaves out shorter spans */
                min_duration_ms?: number;
                /** @description Only spans that touch the time from here */
                from_ms?: number;
                /** @description to here */
                to_ms?: number;
                /** @description At most so many spans; 20000 when absent */
                max_spans?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "execution_id": "exec-123",
                     *       "name": "order_fulfilment",
                     *       "status": "completed",
                     *       "total_duration_ms": 4520,
                     *       "started_at": "2024-01-15T10:00:00.000Z",
                     *       "spans": [
                     *         {
                     *           "id": "span_1",
                     *           "name": "webhook_trigger",
                     *           "node_key": "webhook_1",
                     *           "type": "node",
                     *           "start_ms": 0,
                     *           "duration_ms": 15,
                     *           "status": "completed",
                     *           "children": [
                     *             {
                     *               "id": "span_1a",
                     *               "name": "payload_parse",
                     *               "type": "phase",
                     *               "start_ms": 0,
                     *               "duration_ms": 5,
                     *               "status": "completed",
                     *               "children": []
                     *             },
                     *             {
                     *               "id": "span_1b",
                     *               "name": "expression_eval",
                     *               "type": "phase",
                     *               "start_ms": 5,
                     *               "duration_ms": 10,
                     *               "status": "completed",
                     *               "children": []
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "id": "span_2",
                     *           "name": "http_stripe",
                     *           "node_key": "http_1",
                     *           "type": "node",
                     *           "start_ms": 15,
                     *           "duration_ms": 3200,
                     *           "status": "completed",
                     *           "children": [
                     *             {
                     *               "id": "span_2a",
                     *               "name": "queue_wait",
                     *               "type": "phase",
                     *               "start_ms": 15,
                     *               "duration_ms": 50,
                     *               "status": "completed",
                     *               "children": []
                     *             },
                     *             {
                     *               "id": "span_2c",
                     *               "name": "http_request",
                     *               "type": "phase",
                     *               "start_ms": 73,
                     *               "duration_ms": 2900,
                     *               "status": "completed",
                     *               "children": [],
                     *               "metadata": {
                     *                 "url": "https://api.stripe.com/v1/charges",
                     *                 "status": 200
                     *               }
                     *             }
                     *           ],
                     *           "annotations": [
                     *             {
                     *               "time_ms": 1500,
                     *               "label": "DNS resolution",
                     *               "type": "info"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "annotations": [],
                     *       "nodes_not_started": [],
                     *       "truncated": null
                     *     }
                     */
                    "application/json": components["schemas"]["FlameChart"];
                    "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description What the client has still holds */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: {
                /** @description `csv` gives the nodes as a table, as does the Accept header */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                    "text/csv": string;
                };
            };
            /** @description What the client has still holds */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHotspots: {
        parameters: {
            query?: {
                /** @description How many nodes, types and names of spans */
                limit?: number;
                /** @description A name of spans, or the key of a node, whose callers and callees are wanted */
                name?: string;
                /** @description Of the tree of callers, and of callees */
                max_nodes?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hotspots"];
                };
            };
            /** @description What the client has still holds */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    predictWhatIf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "changes": [
                 *         {
                 *           "kind": "speed",
                 *           "node": "load",
                 *           "factor": 2
                 *         },
                 *         {
                 *           "kind": "limit",
                 *           "limit": "pool",
                 *           "name": "db",
                 *           "value": 4
                 *         }
                 *       ],
                 *       "runs": 10
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Made in this order; none: what would help
                     * @default []
                     */
                    changes?: components["schemas"]["WhatIfChangeInput"][];
                    /** @description Whether what would help is tried too; true when there are no changes */
                    suggest?: boolean;
                    /**
                     * @description To how many runs of the workflow the changes are made, this one among them
                     * @default 1
                     */
                    runs?: number;
                    /**
                     * @description Whether the predicted flame chart is wanted
                     * @default false
                     */
                    include_trace?: boolean;
                } | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIf"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compareExecutions: {
        parameters: {
            query: {
                /** @description The id of the execution before; `previous` is the last execution of the same workflow that started earlier and completed */
                base: string;
                /** @description `flame` adds the differential flame graph */
                diff?: "flame";
                /** @description How many stacks of the differential flame graph are listed, the largest */
                max_nodes?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "before": {
                     *         "id": "exec-020",
                     *         "external_id": null,
                     *         "name": "checkout",
                     *         "workflow": "checkout",
                     *         "status": "completed",
                     *         "source_format": "conductor",
                     *         "started_at": "2024-01-15T10:00:00.000Z",
                     *         "ended_at": "2024-01-15T10:00:00.680Z",
                     *         "recorded_duration_ms": 680,
                     *         "makespan_ms": 680,
                     *         "node_count": 4,
                     *         "span_count": 12
                     *       },
                     *       "after": {
                     *         "id": "exec-021",
                     *         "external_id": null,
                     *         "name": "checkout",
                     *         "workflow": "checkout",
                     *         "status": "completed",
                     *         "source_format": "conductor",
                     *         "started_at": "2024-01-15T10:00:00.000Z",
                     *         "ended_at": "2024-01-15T10:00:00.900Z",
                     *         "recorded_duration_ms": 900,
                     *         "makespan_ms": 900,
                     *         "node_count": 4,
                     *         "span_count": 12
                     *       },
                     *       "makespan": {
                     *         "before_ms": 680,
                     *         "after_ms": 900,
                     *         "difference_ms": 220,
                     *         "difference_percent": 32.4
                     *       },
                     *       "verdict": "slower",
                     *       "tolerance_ms": 7,
                     *       "summary": "It took longer: 900 ms against 680 ms, because \"Charge the card\" worked longer (+220 ms).",
                     *       "findings": [
                     *         {
                     *           "kind": "node",
                     *           "id": "charge",
                     *           "name": "Charge the card",
                     *           "difference_ms": 220,
                     *           "text": "\"Charge the card\" worked longer"
                     *         }
                     *       ],
                     *       "attribution": {
                     *         "parts": [
                     *           {
                     *             "kind": "node",
                     *             "id": "charge",
                     *             "name": "Charge the card",
                     *             "cause": "work",
                     *             "move": "stayed",
                     *             "presence": "both",
                     *             "before_ms": 420,
                     *             "after_ms": 640,
                     *             "difference_ms": 220,
                     *             "reason": null,
                     *             "left": [],
                     *             "came": [],
                     *             "text": "\"Charge the card\" worked longer"
                     *           }
                     *         ],
                     *         "other": {
                     *           "count": 0,
                     *           "before_ms": 0,
                     *           "after_ms": 0,
                     *           "difference_ms": 0
                     *         }
                     *       },
                     *       "causes": [
                     *         {
                     *           "cause": "work",
                     *           "before_ms": 680,
                     *           "after_ms": 900,
                     *           "difference_ms": 220
                     *         }
                     *       ],
                     *       "nodes": {
                     *         "items": [
                     *           {
                     *             "id": "charge",
                     *             "name": "Charge the card",
                     *             "type": "http",
                     *             "presence": "both",
                     *             "matched_by": "id",
                     *             "renamed_from": null,
                     *             "before": {
                     *               "instances": 1,
                     *               "failed": 0,
                     *               "attempts": 1
                     *             },
                     *             "after": {
                     *               "instances": 1,
                     *               "failed": 0,
                     *               "attempts": 1
                     *             },
                     *             "total": {
                     *               "before_ms": 420,
                     *               "after_ms": 640,
                     *               "difference_ms": 220
                     *             },
                     *             "on_path": {
                     *               "before_ms": 420,
                     *               "after_ms": 640,
                     *               "difference_ms": 220
                     *             },
                     *             "causes": [
                     *               {
                     *                 "cause": "work",
                     *                 "before_ms": 420,
                     *                 "after_ms": 640,
                     *                 "difference_ms": 220
                     *               }
                     *             ],
                     *             "phases": [],
                     *             "instances": []
                     *           }
                     *         ],
                     *         "changed_count": 1,
                     *         "unchanged_count": 3,
                     *         "other": {
                     *           "count": 0,
                     *           "before_ms": 0,
                     *           "after_ms": 0,
                     *           "difference_ms": 0
                     *         }
                     *       },
                     *       "retries": [],
                     *       "structure": {
                     *         "changes": [],
                     *         "change_count": 0,
                     *         "shape": [
                     *           {
                     *             "measure": "work_ms",
                     *             "before": 800,
                     *             "after": 1020
                     *           }
                     *         ]
                     *       },
                     *       "flame_graph": null
                     *     }
                     */
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description What the client has still holds */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportExecution: {
        parameters: {
            query?: {
                /** @description The kind of file; docs/formats says what each can hold */
                format?: "json" | "chrome" | "speedscope" | "pprof" | "arrow" | "csv" | "otlp" | "html";
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "application/gzip": string;
                    "application/vnd.apache.arrow.file": string;
                    "text/csv": string;
                    "text/html": string;
                };
            };
            /** @description What the client has still holds */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTriggers: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "trigger-1",
                     *           "workspace_id": "workspace-1",
                     *           "workflow_id": "workflow-456",
                     *           "enabled": true,
                     *           "last_run_at": null,
                     *           "last_error": null,
                     *           "last_error_at": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:00:00.000Z",
                     *           "kind": "schedule",
                     *           "name": "nightly",
                     *           "config": {
                     *             "cron": "30 2 * * *",
                     *             "timezone": "Europe/Berlin",
                     *             "input": {
                     *               "mode": "standard"
                     *             },
                     *             "misfire": "run_once",
                     *             "overlap": "skip",
                     *             "jitter_seconds": 0
                     *           },
                     *           "hook_path": null,
                     *           "next_run_at": "2024-01-16T01:30:00.000Z",
                     *           "next_runs": [
                     *             "2024-01-16T01:30:00.000Z",
                     *             "2024-01-17T01:30:00.000Z"
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Trigger"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "webhook",
                 *       "config": {
                 *         "input": {
                 *           "amount": "${payload.amount}"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    kind: "webhook";
                    /** @description Its kind when absent */
                    name?: string;
                    /** @default true */
                    enabled?: boolean;
                    config?: components["schemas"]["WebhookConfigInput"];
                } | {
                    /** @enum {string} */
                    kind: "schedule";
                    /** @description Its kind when absent */
                    name?: string;
                    /** @default true */
                    enabled?: boolean;
                    config: components["schemas"]["ScheduleConfigInput"];
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "trigger-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "enabled": true,
                     *       "last_run_at": null,
                     *       "last_error": null,
                     *       "last_error_at": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z",
                     *       "kind": "webhook",
                     *       "name": "payments",
                     *       "config": {
                     *         "input": {
                     *           "amount": "${payload.amount}"
                     *         },
                     *         "filter": null,
                     *         "headers": [],
                     *         "signature": "standard",
                     *         "node_key": "webhook_1",
                     *         "rate_limit_per_minute": 600
                     *       },
                     *       "hook_path": "/hooks/workspace-1/trigger-1",
                     *       "next_run_at": null,
                     *       "next_runs": [],
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedTrigger"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "trigger-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "enabled": true,
                     *       "last_run_at": null,
                     *       "last_error": null,
                     *       "last_error_at": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z",
                     *       "kind": "schedule",
                     *       "name": "nightly",
                     *       "config": {
                     *         "cron": "30 2 * * *",
                     *         "timezone": "Europe/Berlin",
                     *         "input": {
                     *           "mode": "standard"
                     *         },
                     *         "misfire": "run_once",
                     *         "overlap": "skip",
                     *         "jitter_seconds": 0
                     *       },
                     *       "hook_path": null,
                     *       "next_run_at": "2024-01-16T01:30:00.000Z",
                     *       "next_runs": [
                     *         "2024-01-16T01:30:00.000Z",
                     *         "2024-01-17T01:30:00.000Z"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Trigger"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "nightly"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    enabled?: boolean;
                    /** @description A `WebhookConfig` or `ScheduleConfig`, by the kind of the trigger */
                    config?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "trigger-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "enabled": true,
                     *       "last_run_at": null,
                     *       "last_error": null,
                     *       "last_error_at": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z",
                     *       "kind": "schedule",
                     *       "name": "nightly",
                     *       "config": {
                     *         "cron": "30 2 * * *",
                     *         "timezone": "Europe/Berlin",
                     *         "input": {
                     *           "mode": "standard"
                     *         },
                     *         "misfire": "run_once",
                     *         "overlap": "skip",
                     *         "jitter_seconds": 0
                     *       },
                     *       "hook_path": null,
                     *       "next_run_at": "2024-01-16T01:30:00.000Z",
                     *       "next_runs": [
                     *         "2024-01-16T01:30:00.000Z",
                     *         "2024-01-17T01:30:00.000Z"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Trigger"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateTriggerSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "keep_previous_seconds": 3600
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How long the secrets before still count
                     * @default 86400
                     */
                    keep_previous_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "trigger-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "enabled": true,
                     *       "last_run_at": null,
                     *       "last_error": null,
                     *       "last_error_at": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z",
                     *       "kind": "schedule",
                     *       "name": "nightly",
                     *       "config": {
                     *         "cron": "30 2 * * *",
                     *         "timezone": "Europe/Berlin",
                     *         "input": {
                     *           "mode": "standard"
                     *         },
                     *         "misfire": "run_once",
                     *         "overlap": "skip",
                     *         "jitter_seconds": 0
                     *       },
                     *       "hook_path": null,
                     *       "next_run_at": "2024-01-16T01:30:00.000Z",
                     *       "next_runs": [
                     *         "2024-01-16T01:30:00.000Z",
                     *         "2024-01-17T01:30:00.000Z"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Trigger"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableTrigger: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "trigger-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "enabled": false,
                     *       "last_run_at": null,
                     *       "last_error": null,
                     *       "last_error_at": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:00:00.000Z",
                     *       "kind": "schedule",
                     *       "name": "nightly",
                     *       "config": {
                     *         "cron": "30 2 * * *",
                     *         "timezone": "Europe/Berlin",
                     *         "input": {
                     *           "mode": "standard"
                     *         },
                     *         "misfire": "run_once",
                     *         "overlap": "skip",
                     *         "jitter_seconds": 0
                     *       },
                     *       "hook_path": null,
                     *       "next_run_at": null,
                     *       "next_runs": []
                     *     }
                     */
                    "application/json": components["schemas"]["Trigger"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description workspace_id */
                workspace_id: string;
                /** @description trigger_id */
                trigger_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgnoredDelivery"];
                };
            };
            /** @description Accepted and stored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description Id of the workflow */
                workflow_id?: string;
                /** @description state */
                state?: "ok" | "firing";
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "alert-1",
                     *           "workspace_id": "workspace-1",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "Nightly ETL",
                     *           "name": "Load takes too long",
                     *           "kind": "duration_limit",
                     *           "config": {
                     *             "limit_ms": 10000,
                     *             "node": "load"
                     *           },
                     *           "severity": "high",
                     *           "enabled": true,
                     *           "fire_after": 1,
                     *           "resolve_after": 2,
                     *           "channel_ids": null,
                     *           "state": "firing",
                     *           "since": "2024-01-15T10:02:30.000Z",
                     *           "execution_id": "exec-001",
                     *           "muted_until": null,
                     *           "acknowledged_at": null,
                     *           "acknowledged_by": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Alert"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workflow_id": "workflow-456",
                 *       "name": "Load takes too long",
                 *       "kind": "duration_limit",
                 *       "config": {
                 *         "limit_ms": 10000,
                 *         "node": "load"
                 *       },
                 *       "severity": "high"
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    kind: "duration_limit";
                    workflow_id: string;
                    name: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    severity?: "high" | "medium" | "low";
                    /** @default true */
                    enabled?: boolean;
                    /** @default 1 */
                    fire_after?: number;
                    /**
                     * @description With 2 or more, values that alternate are one alert
                     * @default 2
                     */
                    resolve_after?: number;
                    /**
                     * @description The channels that are told; null for all that there are
                     * @default null
                     */
                    channel_ids?: string[] | null;
                    config: components["schemas"]["DurationLimitConfigInput"];
                } | {
                    /** @enum {string} */
                    kind: "slower_than_usual";
                    workflow_id: string;
                    name: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    severity?: "high" | "medium" | "low";
                    /** @default true */
                    enabled?: boolean;
                    /** @default 1 */
                    fire_after?: number;
                    /**
                     * @description With 2 or more, values that alternate are one alert
                     * @default 2
                     */
                    resolve_after?: number;
                    /**
                     * @description The channels that are told; null for all that there are
                     * @default null
                     */
                    channel_ids?: string[] | null;
                    config?: components["schemas"]["SlowerThanUsualConfigInput"];
                } | {
                    /** @enum {string} */
                    kind: "failure_rate";
                    workflow_id: string;
                    name: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    severity?: "high" | "medium" | "low";
                    /** @default true */
                    enabled?: boolean;
                    /** @default 1 */
                    fire_after?: number;
                    /**
                     * @description With 2 or more, values that alternate are one alert
                     * @default 2
                     */
                    resolve_after?: number;
                    /**
                     * @description The channels that are told; null for all that there are
                     * @default null
                     */
                    channel_ids?: string[] | null;
                    config: components["schemas"]["FailureRateConfigInput"];
                } | {
                    /** @enum {string} */
                    kind: "unexpected_retries";
                    workflow_id: string;
                    name: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    severity?: "high" | "medium" | "low";
                    /** @default true */
                    enabled?: boolean;
                    /** @default 1 */
                    fire_after?: number;
                    /**
                     * @description With 2 or more, values that alternate are one alert
                     * @default 2
                     */
                    resolve_after?: number;
                    /**
                     * @description The channels that are told; null for all that there are
                     * @default null
                     */
                    channel_ids?: string[] | null;
                    config?: components["schemas"]["UnexpectedRetriesConfigInput"];
                } | {
                    /** @enum {string} */
                    kind: "deadline";
                    workflow_id: string;
                    name: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    severity?: "high" | "medium" | "low";
                    /** @default true */
                    enabled?: boolean;
                    /** @default 1 */
                    fire_after?: number;
                    /**
                     * @description With 2 or more, values that alternate are one alert
                     * @default 2
                     */
                    resolve_after?: number;
                    /**
                     * @description The channels that are told; null for all that there are
                     * @default null
                     */
                    channel_ids?: string[] | null;
                    config: components["schemas"]["DeadlineConfigInput"];
                } | {
                    /** @enum {string} */
                    kind: "cost";
                    workflow_id: string;
                    name: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    severity?: "high" | "medium" | "low";
                    /** @default true */
                    enabled?: boolean;
                    /** @default 1 */
                    fire_after?: number;
                    /**
                     * @description With 2 or more, values that alternate are one alert
                     * @default 2
                     */
                    resolve_after?: number;
                    /**
                     * @description The channels that are told; null for all that there are
                     * @default null
                     */
                    channel_ids?: string[] | null;
                    config: components["schemas"]["CostConfigInput"];
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "alert-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "Nightly ETL",
                     *       "name": "Load takes too long",
                     *       "kind": "duration_limit",
                     *       "config": {
                     *         "limit_ms": 10000,
                     *         "node": "load"
                     *       },
                     *       "severity": "high",
                     *       "enabled": true,
                     *       "fire_after": 1,
                     *       "resolve_after": 2,
                     *       "channel_ids": null,
                     *       "state": "ok",
                     *       "since": null,
                     *       "execution_id": null,
                     *       "muted_until": null,
                     *       "acknowledged_at": null,
                     *       "acknowledged_by": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description alert */
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "alert-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "Nightly ETL",
                     *       "name": "Load takes too long",
                     *       "kind": "duration_limit",
                     *       "config": {
                     *         "limit_ms": 10000,
                     *         "node": "load"
                     *       },
                     *       "severity": "high",
                     *       "enabled": true,
                     *       "fire_after": 1,
                     *       "resolve_after": 2,
                     *       "channel_ids": null,
                     *       "state": "firing",
                     *       "since": "2024-01-15T10:02:30.000Z",
                     *       "execution_id": "exec-001",
                     *       "muted_until": null,
                     *       "acknowledged_at": null,
                     *       "acknowledged_by": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description alert */
                alert: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "config": {
                 *         "limit_ms": 15000,
                 *         "node": "load"
                 *       }
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @enum {string} */
                    severity?: "high" | "medium" | "low";
                    enabled?: boolean;
                    fire_after?: number;
                    resolve_after?: number;
                    /** @description The channels that are told; null for all that there are */
                    channel_ids?: string[] | null;
                    /** @description By the kind of the rule */
                    config?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "alert-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "Nightly ETL",
                     *       "name": "Load takes too long",
                     *       "kind": "duration_limit",
                     *       "config": {
                     *         "limit_ms": 10000,
                     *         "node": "load"
                     *       },
                     *       "severity": "high",
                     *       "enabled": true,
                     *       "fire_after": 1,
                     *       "resolve_after": 2,
                     *       "channel_ids": null,
                     *       "state": "firing",
                     *       "since": "2024-01-15T10:02:30.000Z",
                     *       "execution_id": "exec-001",
                     *       "muted_until": null,
                     *       "acknowledged_at": null,
                     *       "acknowledged_by": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description alert */
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    muteAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description alert */
                alert: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "for_seconds": 3600
                 *     }
                 */
                "application/json": {
                    /** @description For so long; null ends it */
                    for_seconds: number | null;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "alert-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "Nightly ETL",
                     *       "name": "Load takes too long",
                     *       "kind": "duration_limit",
                     *       "config": {
                     *         "limit_ms": 10000,
                     *         "node": "load"
                     *       },
                     *       "severity": "high",
                     *       "enabled": true,
                     *       "fire_after": 1,
                     *       "resolve_after": 2,
                     *       "channel_ids": null,
                     *       "state": "firing",
                     *       "since": "2024-01-15T10:02:30.000Z",
                     *       "execution_id": "exec-001",
                     *       "muted_until": "2024-01-15T11:02:30.000Z",
                     *       "acknowledged_at": null,
                     *       "acknowledged_by": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description alert */
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "alert-1",
                     *       "workspace_id": "workspace-1",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "Nightly ETL",
                     *       "name": "Load takes too long",
                     *       "kind": "duration_limit",
                     *       "config": {
                     *         "limit_ms": 10000,
                     *         "node": "load"
                     *       },
                     *       "severity": "high",
                     *       "enabled": true,
                     *       "fire_after": 1,
                     *       "resolve_after": 2,
                     *       "channel_ids": null,
                     *       "state": "firing",
                     *       "since": "2024-01-15T10:02:30.000Z",
                     *       "execution_id": "exec-001",
                     *       "muted_until": null,
                     *       "acknowledged_at": "2024-01-15T10:02:30.000Z",
                     *       "acknowledged_by": "Ada",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description alert */
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Accepted and stored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deliveries": [
                     *         {
                     *           "id": "delivery-1",
                     *           "event_id": null,
                     *           "state": "waiting",
                     *           "attempts": 0,
                     *           "next_try_at": "2024-01-15T10:02:30.000Z",
                     *           "last_status": null,
                     *           "last_error": null,
                     *           "created_at": "2024-01-15T10:02:30.000Z",
                     *           "ended_at": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SentAlertTests"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlertEvents: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
                /** @description `next_cursor` of the page before, with the same filters */
                cursor?: string;
                /** @description alert_id */
                alert_id?: string;
                /** @description Id of the workflow */
                workflow_id?: string;
                /** @description type */
                type?: "fired" | "resolved";
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "event-1",
                     *           "type": "fired",
                     *           "alert_id": "alert-1",
                     *           "alert_name": "Load takes too long",
                     *           "workflow_id": "workflow-456",
                     *           "workflow_name": "Nightly ETL",
                     *           "severity": "high",
                     *           "execution_id": "exec-001",
                     *           "sentence": "Nightly ETL #42: the node Load took 12.2 s, limit 10 s.",
                     *           "evidence": {
                     *             "duration_ms": 12200,
                     *             "limit_ms": 10000,
                     *             "node": "load"
                     *           },
                     *           "path": "/executions/exec-001?workspace=shop&from=5000000&to=17200000&q=Load",
                     *           "link": "https://flowprof.example.org/executions/exec-001?workspace=shop&from=5000000&to=17200000&q=Load",
                     *           "created_at": "2024-01-15T10:02:30.000Z",
                     *           "deliveries": {
                     *             "waiting": 0,
                     *             "delivered": 1,
                     *             "dead": 0
                     *           }
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10,
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AlertEvent"][];
                        total: number;
                        skip: number;
                        limit: number;
                        /** @description Where the next page begins; null after the last */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlertChannels: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "channel-1",
                     *           "name": "On call",
                     *           "url": "https://hooks.example.org/services/…",
                     *           "enabled": true,
                     *           "off_reason": null,
                     *           "waiting": 0,
                     *           "last_try_at": "2024-01-15T10:02:30.000Z",
                     *           "last_status": 204,
                     *           "last_error": null,
                     *           "last_success_at": "2024-01-15T10:02:30.000Z",
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AlertChannel"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAlertChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "On call",
                 *       "url": "https://hooks.example.org/services/T0123456789ABCDEF"
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @description http or https, without name and password */
                    url: string;
                    /** @default true */
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "channel-1",
                     *       "name": "On call",
                     *       "url": "https://hooks.example.org/services/…",
                     *       "enabled": true,
                     *       "off_reason": null,
                     *       "waiting": 0,
                     *       "last_try_at": "2024-01-15T10:02:30.000Z",
                     *       "last_status": 204,
                     *       "last_error": null,
                     *       "last_success_at": "2024-01-15T10:02:30.000Z",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z",
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedAlertChannel"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlertChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description channel */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "channel-1",
                     *       "name": "On call",
                     *       "url": "https://hooks.example.org/services/…",
                     *       "enabled": true,
                     *       "off_reason": null,
                     *       "waiting": 0,
                     *       "last_try_at": "2024-01-15T10:02:30.000Z",
                     *       "last_status": 204,
                     *       "last_error": null,
                     *       "last_success_at": "2024-01-15T10:02:30.000Z",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AlertChannel"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAlertChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description channel */
                channel: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @description http or https, without name and password */
                    url?: string;
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "channel-1",
                     *       "name": "On call",
                     *       "url": "https://hooks.example.org/services/…",
                     *       "enabled": false,
                     *       "off_reason": null,
                     *       "waiting": 0,
                     *       "last_try_at": "2024-01-15T10:02:30.000Z",
                     *       "last_status": 204,
                     *       "last_error": null,
                     *       "last_success_at": "2024-01-15T10:02:30.000Z",
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AlertChannel"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAlertChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description channel */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testAlertChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description channel */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Accepted and stored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "delivery-1",
                     *       "event_id": null,
                     *       "state": "waiting",
                     *       "attempts": 0,
                     *       "next_try_at": "2024-01-15T10:02:30.000Z",
                     *       "last_status": null,
                     *       "last_error": null,
                     *       "created_at": "2024-01-15T10:02:30.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["AlertDelivery"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateAlertChannelSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description channel */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "keep_previous_seconds": 3600
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How long the secrets before still count
                     * @default 86400
                     */
                    keep_previous_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlertDeliveries: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description channel */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "delivery-1",
                     *           "event_id": "event-1",
                     *           "state": "delivered",
                     *           "attempts": 1,
                     *           "next_try_at": null,
                     *           "last_status": 204,
                     *           "last_error": null,
                     *           "created_at": "2024-01-15T10:02:30.000Z",
                     *           "ended_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AlertDelivery"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTemporalConnections: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "connection-1",
                     *           "name": "Orders",
                     *           "address": "temporal.example.org:7233",
                     *           "namespace": "default",
                     *           "tls": true,
                     *           "server_name": null,
                     *           "codec_url": null,
                     *           "web_url": "https://temporal.example.org",
                     *           "enabled": true,
                     *           "query": null,
                     *           "backfill_days": 7,
                     *           "coordinator": "in_process",
                     *           "has_secrets": {
                     *             "api_key": true,
                     *             "client_certificate": false,
                     *             "client_key": false,
                     *             "server_ca": false,
                     *             "codec_authorization": false
                     *           },
                     *           "sync": {
                     *             "state": "up_to_date",
                     *             "listed_until": "2024-01-15T10:02:30.000Z",
                     *             "last_listed_at": "2024-01-15T10:02:30.000Z",
                     *             "error": null,
                     *             "runs": 128,
                     *             "waiting": 2,
                     *             "failing": 0,
                     *             "lag_ms": 400
                     *           },
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["TemporalConnection"][];
                        total: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTemporalConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Orders",
                 *       "address": "temporal.example.org:7233",
                 *       "namespace": "default",
                 *       "tls": true,
                 *       "web_url": "https://temporal.example.org",
                 *       "secrets": {
                 *         "api_key": "from-temporal"
                 *       }
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @description `host:port` of the frontend, e.g. `temporal.example.org:7233` */
                    address: string;
                    /** @default default */
                    namespace?: string;
                    /** @default false */
                    tls?: boolean;
                    /**
                     * @description The name that the certificate of the server is for; null for that of its address
                     * @default null
                     */
                    server_name?: string | null;
                    /**
                     * @description A codec server that payloads are read through: they are posted to `<url>/decode`; null for none
                     * @default null
                     */
                    codec_url?: string | null;
                    /**
                     * @description Where Temporal’s own pages are, for links; null for none
                     * @default null
                     */
                    web_url?: string | null;
                    /**
                     * @description Whether executions are synced in the background
                     * @default true
                     */
                    enabled?: boolean;
                    /**
                     * @description What is synced, in Temporal’s list filter, e.g. `WorkflowType = "Order"`; null for all
                     * @default null
                     */
                    query?: string | null;
                    /**
                     * @description How many days back the first sync goes
                     * @default 7
                     */
                    backfill_days?: number;
                    /**
                     * @description What runs the sync in the background: this server, or a system workflow on the Temporal server itself
                     * @default in_process
                     * @enum {string}
                     */
                    coordinator?: "in_process" | "temporal";
                    /**
                     * @description Kept sealed and never shown again. What is absent stays as it is; null removes it
                     * @default {}
                     */
                    secrets?: {
                        api_key?: string | null;
                        /** @description In PEM */
                        client_certificate?: string | null;
                        /** @description In PEM */
                        client_key?: string | null;
                        /** @description In PEM; for a server whose certificate no public authority has signed */
                        server_ca?: string | null;
                        /** @description The `Authorization` header for the codec server */
                        codec_authorization?: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "connection-1",
                     *       "name": "Orders",
                     *       "address": "temporal.example.org:7233",
                     *       "namespace": "default",
                     *       "tls": true,
                     *       "server_name": null,
                     *       "codec_url": null,
                     *       "web_url": "https://temporal.example.org",
                     *       "enabled": true,
                     *       "query": null,
                     *       "backfill_days": 7,
                     *       "coordinator": "in_process",
                     *       "has_secrets": {
                     *         "api_key": true,
                     *         "client_certificate": false,
                     *         "client_key": false,
                     *         "server_ca": false,
                     *         "codec_authorization": false
                     *       },
                     *       "sync": {
                     *         "state": "up_to_date",
                     *         "listed_until": "2024-01-15T10:02:30.000Z",
                     *         "last_listed_at": "2024-01-15T10:02:30.000Z",
                     *         "error": null,
                     *         "runs": 128,
                     *         "waiting": 2,
                     *         "failing": 0,
                     *         "lag_ms": 400
                     *       },
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalConnection"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTemporalConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the connection to a Temporal server */
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "connection-1",
                     *       "name": "Orders",
                     *       "address": "temporal.example.org:7233",
                     *       "namespace": "default",
                     *       "tls": true,
                     *       "server_name": null,
                     *       "codec_url": null,
                     *       "web_url": "https://temporal.example.org",
                     *       "enabled": true,
                     *       "query": null,
                     *       "backfill_days": 7,
                     *       "coordinator": "in_process",
                     *       "has_secrets": {
                     *         "api_key": true,
                     *         "client_certificate": false,
                     *         "client_key": false,
                     *         "server_ca": false,
                     *         "codec_authorization": false
                     *       },
                     *       "sync": {
                     *         "state": "up_to_date",
                     *         "listed_until": "2024-01-15T10:02:30.000Z",
                     *         "last_listed_at": "2024-01-15T10:02:30.000Z",
                     *         "error": null,
                     *         "runs": 128,
                     *         "waiting": 2,
                     *         "failing": 0,
                     *         "lag_ms": 400
                     *       },
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalConnection"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTemporalConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the connection to a Temporal server */
                connection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @description With another address, secrets for the server that are not given anew are forgotten */
                    address?: string;
                    namespace?: string;
                    tls?: boolean;
                    /** @description The name that the certificate of the server is for; null for that of its address */
                    server_name?: string | null;
                    /** @description A codec server that payloads are read through: they are posted to `<url>/decode`; null for none */
                    codec_url?: string | null;
                    /** @description Where Temporal’s own pages are, for links; null for none */
                    web_url?: string | null;
                    enabled?: boolean;
                    /** @description What is synced, in Temporal’s list filter, e.g. `WorkflowType = "Order"`; null for all */
                    query?: string | null;
                    /** @description How many days back the first sync goes */
                    backfill_days?: number;
                    /**
                     * @description What runs the sync in the background: this server, or a system workflow on the Temporal server itself
                     * @enum {string}
                     */
                    coordinator?: "in_process" | "temporal";
                    /** @description Kept sealed and never shown again. What is absent stays as it is; null removes it */
                    secrets?: {
                        api_key?: string | null;
                        /** @description In PEM */
                        client_certificate?: string | null;
                        /** @description In PEM */
                        client_key?: string | null;
                        /** @description In PEM; for a server whose certificate no public authority has signed */
                        server_ca?: string | null;
                        /** @description The `Authorization` header for the codec server */
                        codec_authorization?: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "connection-1",
                     *       "name": "Orders",
                     *       "address": "temporal.example.org:7233",
                     *       "namespace": "default",
                     *       "tls": true,
                     *       "server_name": null,
                     *       "codec_url": null,
                     *       "web_url": "https://temporal.example.org",
                     *       "enabled": false,
                     *       "query": null,
                     *       "backfill_days": 7,
                     *       "coordinator": "in_process",
                     *       "has_secrets": {
                     *         "api_key": true,
                     *         "client_certificate": false,
                     *         "client_key": false,
                     *         "server_ca": false,
                     *         "codec_authorization": false
                     *       },
                     *       "sync": {
                     *         "state": "up_to_date",
                     *         "listed_until": "2024-01-15T10:02:30.000Z",
                     *         "last_listed_at": "2024-01-15T10:02:30.000Z",
                     *         "error": null,
                     *         "runs": 128,
                     *         "waiting": 2,
                     *         "failing": 0,
                     *         "lag_ms": 400
                     *       },
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalConnection"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTemporalConnection: {
        parameters: {
            query?: {
                /** @description Whether the executions go, too, that were synced by it */
                with_executions?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the connection to a Temporal server */
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkTemporalConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the connection to a Temporal server */
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "server_version": "1.32.0",
                     *       "retention_days": 3,
                     *       "latency_ms": 4.2,
                     *       "can_list": true,
                     *       "steps": [
                     *         {
                     *           "step": "connect",
                     *           "error": null
                     *         },
                     *         {
                     *           "step": "namespace",
                     *           "error": null
                     *         },
                     *         {
                     *           "step": "list",
                     *           "error": null
                     *         },
                     *         {
                     *           "step": "read",
                     *           "error": null
                     *         }
                     *       ],
                     *       "codec": "none",
                     *       "error": null
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalCheck"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syncTemporalConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the connection to a Temporal server */
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "wait_seconds": 20
                 *     }
                 */
                "application/json": {
                    /** @description Only executions of this workflow id */
                    workflow_id?: string;
                    /**
                     * @description How long the answer may wait for what was found
                     * @default 20
                     */
                    wait_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "found": 12,
                     *       "changed": 3,
                     *       "waiting": 0,
                     *       "failing": 0
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalSynced"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syncExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description Id of the execution */
                execution: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exec-001",
                     *       "workflow_id": "workflow-456",
                     *       "workflow_name": "double",
                     *       "workflow_version": 1,
                     *       "workspace_id": "workspace-1",
                     *       "project_id": "project-1",
                     *       "external_id": null,
                     *       "name": "double",
                     *       "execution_number": 1,
                     *       "status": "completed",
                     *       "trigger": "temporal",
                     *       "trigger_details": {},
                     *       "started_at": "2024-01-15T10:00:00.000Z",
                     *       "completed_at": "2024-01-15T10:02:30.000Z",
                     *       "duration": 150,
                     *       "input_variables": {
                     *         "mode": "standard"
                     *       },
                     *       "results": {
                     *         "output": "success"
                     *       },
                     *       "error_message": null,
                     *       "error_code": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z",
                     *       "error_details": null,
                     *       "step_executions": [
                     *         {
                     *           "id": "step-exec-001",
                     *           "execution_id": "exec-001",
                     *           "step_id": "step-001",
                     *           "step_name": "initialize",
                     *           "step_type": "transform",
                     *           "step_order": 1,
                     *           "iteration": null,
                     *           "status": "completed",
                     *           "started_at": "2024-01-15T10:00:00.000Z",
                     *           "completed_at": "2024-01-15T10:00:30.000Z",
                     *           "duration": 30,
                     *           "retry_count": 0,
                     *           "error_message": null,
                     *           "error_type": null,
                     *           "retries_expected": null,
                     *           "retry_reason": null,
                     *           "input_data": {
                     *             "data_size": 1024
                     *           },
                     *           "output_data": {
                     *             "records": 100
                     *           }
                     *         }
                     *       ],
                     *       "steps_left_out": 0,
                     *       "temporal": {
                     *         "connection_id": "connection-1",
                     *         "connection_name": "Orders",
                     *         "namespace": "default",
                     *         "workflow_id": "order-17",
                     *         "run_id": "0192c1de-0000-7000-8000-000000000002",
                     *         "workflow_type": "Order",
                     *         "task_queue": "orders",
                     *         "status": "completed",
                     *         "link": null,
                     *         "history_length": 58,
                     *         "events": 58,
                     *         "synced_at": "2024-01-15T10:02:30.000Z",
                     *         "is_complete": true,
                     *         "sync": "fresh",
                     *         "error": null,
                     *         "parent": null,
                     *         "root": null,
                     *         "chain": {
                     *           "first": {
                     *             "workflow_id": "order-17",
                     *             "run_id": "0192c1de-0000-7000-8000-000000000001",
                     *             "execution_id": "0192c1de-0000-7000-8000-000000000001",
                     *             "link": null
                     *           },
                     *           "previous": {
                     *             "workflow_id": "order-17",
                     *             "run_id": "0192c1de-0000-7000-8000-000000000001",
                     *             "execution_id": "0192c1de-0000-7000-8000-000000000001",
                     *             "link": null
                     *           },
                     *           "next": null,
                     *           "reason": "continue_as_new"
                     *         },
                     *         "children": [],
                     *         "children_left_out": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ExecutionDetails"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importTraces: {
        parameters: {
            query?: {
                /** @description format */
                format?: "auto" | "json" | "chrome" | "speedscope" | "pprof" | "arrow" | "csv" | "github-actions" | "argo" | "airflow" | "n8n" | "kestra" | "jaeger" | "zipkin" | "cromwell" | "wta" | "nextflow" | "wfcommons" | "tasks" | "step-functions" | "temporal" | "otlp" | "cpuprofile" | "parquet";
                /** @description What an execution without a name is called */
                file_name?: string;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/json": string;
                "application/gzip": string;
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportCallbacks: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
                "application/x-protobuf": string;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallbackSummary"];
                    "application/x-protobuf": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportAttempts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "attempts": [
                 *         {
                 *           "run_id": "0197a7a2-8f6e-7d4c-9f0a-3b1c5d7e9f10",
                 *           "workflow_id": "order-12345",
                 *           "namespace": "default",
                 *           "activity_id": "1",
                 *           "activity_type": "chargeCard",
                 *           "attempt": 1,
                 *           "is_local": false,
                 *           "scheduled_ms": 1705312800000,
                 *           "attempt_scheduled_ms": 1705312800000,
                 *           "started_ms": 1705312800004.25,
                 *           "ended_ms": 1705312800250.5,
                 *           "status": "failed",
                 *           "error": {
                 *             "code": "ConnectionReset",
                 *             "message": "the payment service hung up"
                 *           },
                 *           "task_queue": "orders",
                 *           "identity": "4711@worker-1",
                 *           "build_id": "2024-01-15.1",
                 *           "heartbeats_ms": [
                 *             1705312800104.25
                 *           ],
                 *           "heartbeat_count": 1
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    attempts: components["schemas"]["TemporalAttemptInput"][];
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "received": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalAttemptsKept"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportAttemptsTo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "attempts": [
                 *         {
                 *           "run_id": "0197a7a2-8f6e-7d4c-9f0a-3b1c5d7e9f10",
                 *           "workflow_id": "order-12345",
                 *           "namespace": "default",
                 *           "activity_id": "1",
                 *           "activity_type": "chargeCard",
                 *           "attempt": 1,
                 *           "is_local": false,
                 *           "scheduled_ms": 1705312800000,
                 *           "attempt_scheduled_ms": 1705312800000,
                 *           "started_ms": 1705312800004.25,
                 *           "ended_ms": 1705312800250.5,
                 *           "status": "failed",
                 *           "error": {
                 *             "code": "ConnectionReset",
                 *             "message": "the payment service hung up"
                 *           },
                 *           "task_queue": "orders",
                 *           "identity": "4711@worker-1",
                 *           "build_id": "2024-01-15.1",
                 *           "heartbeats_ms": [
                 *             1705312800104.25
                 *           ],
                 *           "heartbeat_count": 1
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    attempts: components["schemas"]["TemporalAttemptInput"][];
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "received": 1
                     *     }
                     */
                    "application/json": components["schemas"]["TemporalAttemptsKept"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description skip */
                skip?: number;
                /** @description limit */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "upload-1",
                     *           "state": "working",
                     *           "file_name": "nightly.json.gz",
                     *           "format": "auto",
                     *           "fingerprint": "nightly.json.gz 73400320 1705312800000",
                     *           "size_bytes": 73400320,
                     *           "received_bytes": 73400320,
                     *           "part_bytes": 8388608,
                     *           "executions_total": 2,
                     *           "executions_done": 1,
                     *           "spans_total": 240000,
                     *           "spans_done": 131000,
                     *           "items": [],
                     *           "error": null,
                     *           "created_at": "2024-01-15T10:00:00.000Z",
                     *           "updated_at": "2024-01-15T10:02:30.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "skip": 0,
                     *       "limit": 10
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Upload"][];
                        total: number;
                        skip: number;
                        limit: number;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "file_name": "nightly.json.gz",
                 *       "size_bytes": 73400320,
                 *       "fingerprint": "nightly.json.gz 73400320 1705312800000"
                 *     }
                 */
                "application/json": {
                    /** @description What an execution without a name is called */
                    file_name?: string | null;
                    /** @description Of the file as it is sent */
                    size_bytes: number;
                    /**
                     * @default auto
                     * @enum {string}
                     */
                    format?: "auto" | "json" | "chrome" | "speedscope" | "pprof" | "arrow" | "csv" | "github-actions" | "argo" | "airflow" | "n8n" | "kestra" | "jaeger" | "zipkin" | "cromwell" | "wta" | "nextflow" | "wfcommons" | "tasks" | "step-functions" | "temporal" | "otlp" | "cpuprofile" | "parquet";
                    /** @description What the client knows the file by: the same again goes on with the upload that is open */
                    fingerprint?: string | null;
                };
            };
        };
        responses: {
            /** @description Made and stored, or known already */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "upload-1",
                     *       "state": "uploading",
                     *       "file_name": "nightly.json.gz",
                     *       "format": "auto",
                     *       "fingerprint": "nightly.json.gz 73400320 1705312800000",
                     *       "size_bytes": 73400320,
                     *       "received_bytes": 0,
                     *       "part_bytes": 8388608,
                     *       "executions_total": null,
                     *       "executions_done": 1,
                     *       "spans_total": null,
                     *       "spans_done": 131000,
                     *       "items": [],
                     *       "error": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description upload */
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "upload-1",
                     *       "state": "working",
                     *       "file_name": "nightly.json.gz",
                     *       "format": "auto",
                     *       "fingerprint": "nightly.json.gz 73400320 1705312800000",
                     *       "size_bytes": 73400320,
                     *       "received_bytes": 73400320,
                     *       "part_bytes": 8388608,
                     *       "executions_total": 2,
                     *       "executions_done": 1,
                     *       "spans_total": 240000,
                     *       "spans_done": 131000,
                     *       "items": [],
                     *       "error": null,
                     *       "created_at": "2024-01-15T10:00:00.000Z",
                     *       "updated_at": "2024-01-15T10:02:30.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description upload */
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadPart: {
        parameters: {
            query: {
                /** @description The position in the file of the first byte; `received_bytes` */
                offset: number;
            };
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
                /** @description upload */
                upload: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportSpans: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": string;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-protobuf": string;
                    "application/json": components["schemas"]["ExportTraceServiceResponse"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportSpansTo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-protobuf": string;
                "application/json": string;
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-protobuf": string;
                    "application/json": components["schemas"]["ExportTraceServiceResponse"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspaceSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "retention": {
                     *         "rows": {
                     *           "max_days": 30,
                     *           "max_bytes": 10000000000
                     *         },
                     *         "profiles": {
                     *           "max_days": 365,
                     *           "max_bytes": null
                     *         }
                     *       },
                     *       "updated_at": "2024-01-15T10:02:30.000Z",
                     *       "stored": {
                     *         "rows_bytes": 125000,
                     *         "profiles_bytes": 4500
                     *       },
                     *       "last_retention": {
                     *         "started_at": "2024-01-15T10:00:00.000Z",
                     *         "ended_at": "2024-01-15T10:00:02.000Z",
                     *         "trimmed_executions": 12,
                     *         "removed_rows": 4800,
                     *         "removed_executions": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WorkspaceSettings"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setWorkspaceSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "retention": {
                 *         "rows": {
                 *           "max_days": 30,
                 *           "max_bytes": 10000000000
                 *         },
                 *         "profiles": {
                 *           "max_days": 365,
                 *           "max_bytes": null
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    retention: {
                        /** @description Spans, annotations and journals of executions that have ended, as rows; their trace stays */
                        rows: {
                            /** @description Days since it was stored; null is no limit */
                            max_days: number | null;
                            /** @description Of all of the workspace, the oldest goes first; null is no limit */
                            max_bytes: number | null;
                        };
                        /** @description Whole executions with their trace, and their part in the statistics */
                        profiles: {
                            /** @description Days since it was stored; null is no limit */
                            max_days: number | null;
                            /** @description Of all of the workspace, the oldest goes first; null is no limit */
                            max_bytes: number | null;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "retention": {
                     *         "rows": {
                     *           "max_days": 30,
                     *           "max_bytes": 10000000000
                     *         },
                     *         "profiles": {
                     *           "max_days": 365,
                     *           "max_bytes": null
                     *         }
                     *       },
                     *       "updated_at": "2024-01-15T10:02:30.000Z",
                     *       "stored": {
                     *         "rows_bytes": 125000,
                     *         "profiles_bytes": 4500
                     *       },
                     *       "last_retention": {
                     *         "started_at": "2024-01-15T10:00:00.000Z",
                     *         "ended_at": "2024-01-15T10:00:02.000Z",
                     *         "trimmed_executions": 12,
                     *         "removed_rows": 4800,
                     *         "removed_executions": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WorkspaceSettings"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPrices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "prices": {
                     *         "currency": "EUR",
                     *         "node_types": {
                     *           "http": {
                     *             "per_run": 0.0002
                     *           },
                     *           "batch": {
                     *             "per_hour": 3.6
                     *           }
                     *         },
                     *         "models": {
                     *           "small-*": {
                     *             "input_per_million": 0.5,
                     *             "output_per_million": 2,
                     *             "cached_input_per_million": 0.05
                     *           }
                     *         },
                     *         "default": {
                     *           "per_hour": 0.9
                     *         }
                     *       },
                     *       "updated_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        prices: components["schemas"]["Prices"] | null;
                        /** @description Null where none are set */
                        updated_at: string | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPrices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or slug of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prices": {
                 *         "currency": "EUR",
                 *         "node_types": {
                 *           "http": {
                 *             "per_run": 0.0002
                 *           },
                 *           "batch": {
                 *             "per_hour": 3.6
                 *           }
                 *         },
                 *         "models": {
                 *           "small-*": {
                 *             "input_per_million": 0.5,
                 *             "output_per_million": 2,
                 *             "cached_input_per_million": 0.05
                 *           }
                 *         },
                 *         "default": {
                 *           "per_hour": 0.9
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    prices: components["schemas"]["PricesInput"] | null;
                };
            };
        };
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "prices": {
                     *         "currency": "EUR",
                     *         "node_types": {
                     *           "http": {
                     *             "per_run": 0.0002
                     *           },
                     *           "batch": {
                     *             "per_hour": 3.6
                     *           }
                     *         },
                     *         "models": {
                     *           "small-*": {
                     *             "input_per_million": 0.5,
                     *             "output_per_million": 2,
                     *             "cached_input_per_million": 0.05
                     *           }
                     *         },
                     *         "default": {
                     *           "per_hour": 0.9
                     *         }
                     *       },
                     *       "updated_at": "2024-01-15T10:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        prices: components["schemas"]["Prices"] | null;
                        /** @description Null where none are set */
                        updated_at: string | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowCost: {
        parameters: {
            query?: {
                /** @description How many of the last that have ended */
                limit?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowCost"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflowEvents: {
        parameters: {
            query?: {
                /** @description The number of the last event that is known; what came after it follows */
                since?: number;
                /** @description limit */
                limit?: number;
            };
            header?: {
                /** @description Id of the workspace, where the path and the key name none */
                "x-workspace-id"?: string;
                /** @description Slug of the workspace, where the path and the key name none */
                "x-workspace-slug"?: string;
            };
            path: {
                /** @description Id of the workflow */
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Answered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            event: string;
                            seq: number;
                            data: {
                                [key: string]: unknown;
                            };
                        }[];
                        /** @description The number of the newest event */
                        last_seq: number;
                        /** @description The number of the oldest event that is kept */
                        oldest_seq: number | null;
                        /** @description Why what follows `since` cannot be given without a gap: look at the workflow anew and go on from `last_seq` */
                        reset: ("history_pruned" | "unknown_seq") | null;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

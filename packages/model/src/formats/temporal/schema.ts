/**
 * The messages and enums of a Temporal history, made by `scripts/temporal-schema.mjs` of what `@temporalio/proto`
 * (MIT) describes. Not to be changed by hand.
 */

/** The fields of each message: number, name in JSON, and kind. */
export const MESSAGES: Readonly<Record<string, string>> = {
  Duration: '1 seconds int; 2 nanos int',
  Timestamp: '1 seconds int; 2 nanos int',
  'common.ActivityType': '1 name string',
  'common.Callback':
    '2 nexus message common.Callback.Nexus; 3 internal message common.Callback.Internal; 100 links list message common.Link',
  'common.Callback.Internal': '1 data bytes',
  'common.Callback.Nexus': '1 url string; 2 header map string',
  'common.FastForwardConfig': '1 id string; 2 duration message Duration',
  'common.Header': '1 fields map message common.Payload',
  'common.Link':
    '1 workflowEvent message common.Link.WorkflowEvent; 2 batchJob message common.Link.BatchJob; 3 activity message common.Link.Activity; 4 nexusOperation message common.Link.NexusOperation; 5 workflow message common.Link.Workflow',
  'common.Link.Activity': '1 namespace string; 2 activityId string; 3 runId string',
  'common.Link.BatchJob': '1 jobId string',
  'common.Link.NexusOperation': '1 namespace string; 2 operationId string; 3 runId string',
  'common.Link.Workflow': '1 namespace string; 2 workflowId string; 3 runId string; 4 reason string',
  'common.Link.WorkflowEvent':
    '1 namespace string; 2 workflowId string; 3 runId string; 100 eventRef message common.Link.WorkflowEvent.EventReference; 101 requestIdRef message common.Link.WorkflowEvent.RequestIdReference',
  'common.Link.WorkflowEvent.EventReference': '1 eventId int; 2 eventType enum enums.EventType',
  'common.Link.WorkflowEvent.RequestIdReference': '1 requestId string; 2 eventType enum enums.EventType',
  'common.Memo': '1 fields map message common.Payload',
  'common.MeteringMetadata': '13 nonfirstLocalActivityExecutionAttempts int',
  'common.Payload':
    '1 metadata map bytes; 2 data bytes; 3 externalPayloads list message common.Payload.ExternalPayloadDetails',
  'common.Payload.ExternalPayloadDetails': '1 sizeBytes int',
  'common.Payloads': '1 payloads list message common.Payload',
  'common.Principal': '1 type string; 2 name string',
  'common.Priority': '1 priorityKey int; 2 fairnessKey string; 3 fairnessWeight float',
  'common.RetryPolicy':
    '1 initialInterval message Duration; 2 backoffCoefficient double; 3 maximumInterval message Duration; 4 maximumAttempts int; 5 nonRetryableErrorTypes list string',
  'common.SearchAttributes': '1 indexedFields map message common.Payload',
  'common.TimeSkippingConfig':
    '1 enabled bool; 2 fastForwardConfig message common.FastForwardConfig; 3 disablePropagation bool; 4 maxSessionSkipCount int',
  'common.TimeSkippingStatePropagation':
    '1 initialSkippedDuration message Duration; 2 fastForwardTargetTime message Timestamp; 3 initialSkipCount int',
  'common.WorkerVersionStamp': '1 buildId string; 3 useVersioning bool',
  'common.WorkflowExecution': '1 workflowId string; 2 runId string',
  'common.WorkflowType': '1 name string',
  'deployment.Deployment': '1 seriesName string; 2 buildId string',
  'deployment.InheritedAutoUpgradeInfo':
    '1 sourceDeploymentVersion message deployment.WorkerDeploymentVersion; 2 sourceDeploymentRevisionNumber int; 3 continueAsNewInitialVersioningBehavior enum enums.ContinueAsNewVersioningBehavior',
  'deployment.WorkerDeploymentVersion': '1 buildId string; 2 deploymentName string',
  'failure.ActivityFailureInfo':
    '1 scheduledEventId int; 2 startedEventId int; 3 identity string; 4 activityType message common.ActivityType; 5 activityId string; 6 retryState enum enums.RetryState',
  'failure.ApplicationFailureInfo':
    '1 type string; 2 nonRetryable bool; 3 details message common.Payloads; 4 nextRetryDelay message Duration; 5 category enum enums.ApplicationErrorCategory',
  'failure.CanceledFailureInfo': '1 details message common.Payloads; 2 identity string',
  'failure.ChildWorkflowExecutionFailureInfo':
    '1 namespace string; 2 workflowExecution message common.WorkflowExecution; 3 workflowType message common.WorkflowType; 4 initiatedEventId int; 5 startedEventId int; 6 retryState enum enums.RetryState',
  'failure.Failure':
    '1 message string; 2 source string; 3 stackTrace string; 4 cause message failure.Failure; 5 applicationFailureInfo message failure.ApplicationFailureInfo; 6 timeoutFailureInfo message failure.TimeoutFailureInfo; 7 canceledFailureInfo message failure.CanceledFailureInfo; 8 terminatedFailureInfo message failure.TerminatedFailureInfo; 9 serverFailureInfo message failure.ServerFailureInfo; 10 resetWorkflowFailureInfo message failure.ResetWorkflowFailureInfo; 11 activityFailureInfo message failure.ActivityFailureInfo; 12 childWorkflowExecutionFailureInfo message failure.ChildWorkflowExecutionFailureInfo; 13 nexusOperationExecutionFailureInfo message failure.NexusOperationFailureInfo; 14 nexusHandlerFailureInfo message failure.NexusHandlerFailureInfo; 20 encodedAttributes message common.Payload',
  'failure.NexusHandlerFailureInfo': '1 type string; 2 retryBehavior enum enums.NexusHandlerErrorRetryBehavior',
  'failure.NexusOperationFailureInfo':
    '1 scheduledEventId int; 2 endpoint string; 3 service string; 4 operation string; 5 operationId string; 6 operationToken string',
  'failure.ResetWorkflowFailureInfo': '1 lastHeartbeatDetails message common.Payloads',
  'failure.ServerFailureInfo': '1 nonRetryable bool',
  'failure.TerminatedFailureInfo': '1 identity string',
  'failure.TimeoutFailureInfo': '1 timeoutType enum enums.TimeoutType; 2 lastHeartbeatDetails message common.Payloads',
  'history.ActivityPropertiesModifiedExternallyEventAttributes':
    '1 scheduledEventId int; 2 newRetryPolicy message common.RetryPolicy',
  'history.ActivityTaskCancelRequestedEventAttributes': '1 scheduledEventId int; 2 workflowTaskCompletedEventId int',
  'history.ActivityTaskCanceledEventAttributes':
    '1 details message common.Payloads; 2 latestCancelRequestedEventId int; 3 scheduledEventId int; 4 startedEventId int; 5 identity string; 6 workerVersion message common.WorkerVersionStamp',
  'history.ActivityTaskCompletedEventAttributes':
    '1 result message common.Payloads; 2 scheduledEventId int; 3 startedEventId int; 4 identity string; 5 workerVersion message common.WorkerVersionStamp',
  'history.ActivityTaskFailedEventAttributes':
    '1 failure message failure.Failure; 2 scheduledEventId int; 3 startedEventId int; 4 identity string; 5 retryState enum enums.RetryState; 6 workerVersion message common.WorkerVersionStamp',
  'history.ActivityTaskScheduledEventAttributes':
    '1 activityId string; 2 activityType message common.ActivityType; 4 taskQueue message taskqueue.TaskQueue; 5 header message common.Header; 6 input message common.Payloads; 7 scheduleToCloseTimeout message Duration; 8 scheduleToStartTimeout message Duration; 9 startToCloseTimeout message Duration; 10 heartbeatTimeout message Duration; 11 workflowTaskCompletedEventId int; 12 retryPolicy message common.RetryPolicy; 13 useWorkflowBuildId bool; 14 priority message common.Priority',
  'history.ActivityTaskStartedEventAttributes':
    '1 scheduledEventId int; 2 identity string; 3 requestId string; 4 attempt int; 5 lastFailure message failure.Failure; 6 workerVersion message common.WorkerVersionStamp; 7 buildIdRedirectCounter int',
  'history.ActivityTaskTimedOutEventAttributes':
    '1 failure message failure.Failure; 2 scheduledEventId int; 3 startedEventId int; 4 retryState enum enums.RetryState',
  'history.ChildWorkflowExecutionCanceledEventAttributes':
    '1 details message common.Payloads; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 workflowType message common.WorkflowType; 5 initiatedEventId int; 6 startedEventId int; 7 namespaceId string',
  'history.ChildWorkflowExecutionCompletedEventAttributes':
    '1 result message common.Payloads; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 workflowType message common.WorkflowType; 5 initiatedEventId int; 6 startedEventId int; 7 namespaceId string',
  'history.ChildWorkflowExecutionFailedEventAttributes':
    '1 failure message failure.Failure; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 workflowType message common.WorkflowType; 5 initiatedEventId int; 6 startedEventId int; 7 retryState enum enums.RetryState; 8 namespaceId string',
  'history.ChildWorkflowExecutionStartedEventAttributes':
    '1 namespace string; 2 initiatedEventId int; 3 workflowExecution message common.WorkflowExecution; 4 workflowType message common.WorkflowType; 5 header message common.Header; 6 namespaceId string',
  'history.ChildWorkflowExecutionTerminatedEventAttributes':
    '1 namespace string; 2 workflowExecution message common.WorkflowExecution; 3 workflowType message common.WorkflowType; 4 initiatedEventId int; 5 startedEventId int; 6 namespaceId string',
  'history.ChildWorkflowExecutionTimedOutEventAttributes':
    '1 namespace string; 2 workflowExecution message common.WorkflowExecution; 3 workflowType message common.WorkflowType; 4 initiatedEventId int; 5 startedEventId int; 6 retryState enum enums.RetryState; 7 namespaceId string',
  'history.DeclinedTargetVersionUpgrade':
    '1 deploymentVersion message deployment.WorkerDeploymentVersion; 2 revisionNumber int',
  'history.ExternalWorkflowExecutionCancelRequestedEventAttributes':
    '1 initiatedEventId int; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 namespaceId string',
  'history.ExternalWorkflowExecutionSignaledEventAttributes':
    '1 initiatedEventId int; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 control string; 5 namespaceId string',
  'history.History': '1 events list message history.HistoryEvent',
  'history.HistoryEvent':
    '1 eventId int; 2 eventTime message Timestamp; 3 eventType enum enums.EventType; 4 version int; 5 taskId int; 6 workflowExecutionStartedEventAttributes message history.WorkflowExecutionStartedEventAttributes; 7 workflowExecutionCompletedEventAttributes message history.WorkflowExecutionCompletedEventAttributes; 8 workflowExecutionFailedEventAttributes message history.WorkflowExecutionFailedEventAttributes; 9 workflowExecutionTimedOutEventAttributes message history.WorkflowExecutionTimedOutEventAttributes; 10 workflowTaskScheduledEventAttributes message history.WorkflowTaskScheduledEventAttributes; 11 workflowTaskStartedEventAttributes message history.WorkflowTaskStartedEventAttributes; 12 workflowTaskCompletedEventAttributes message history.WorkflowTaskCompletedEventAttributes; 13 workflowTaskTimedOutEventAttributes message history.WorkflowTaskTimedOutEventAttributes; 14 workflowTaskFailedEventAttributes message history.WorkflowTaskFailedEventAttributes; 15 activityTaskScheduledEventAttributes message history.ActivityTaskScheduledEventAttributes; 16 activityTaskStartedEventAttributes message history.ActivityTaskStartedEventAttributes; 17 activityTaskCompletedEventAttributes message history.ActivityTaskCompletedEventAttributes; 18 activityTaskFailedEventAttributes message history.ActivityTaskFailedEventAttributes; 19 activityTaskTimedOutEventAttributes message history.ActivityTaskTimedOutEventAttributes; 20 timerStartedEventAttributes message history.TimerStartedEventAttributes; 21 timerFiredEventAttributes message history.TimerFiredEventAttributes; 22 activityTaskCancelRequestedEventAttributes message history.ActivityTaskCancelRequestedEventAttributes; 23 activityTaskCanceledEventAttributes message history.ActivityTaskCanceledEventAttributes; 24 timerCanceledEventAttributes message history.TimerCanceledEventAttributes; 25 markerRecordedEventAttributes message history.MarkerRecordedEventAttributes; 26 workflowExecutionSignaledEventAttributes message history.WorkflowExecutionSignaledEventAttributes; 27 workflowExecutionTerminatedEventAttributes message history.WorkflowExecutionTerminatedEventAttributes; 28 workflowExecutionCancelRequestedEventAttributes message history.WorkflowExecutionCancelRequestedEventAttributes; 29 workflowExecutionCanceledEventAttributes message history.WorkflowExecutionCanceledEventAttributes; 30 requestCancelExternalWorkflowExecutionInitiatedEventAttributes message history.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes; 31 requestCancelExternalWorkflowExecutionFailedEventAttributes message history.RequestCancelExternalWorkflowExecutionFailedEventAttributes; 32 externalWorkflowExecutionCancelRequestedEventAttributes message history.ExternalWorkflowExecutionCancelRequestedEventAttributes; 33 workflowExecutionContinuedAsNewEventAttributes message history.WorkflowExecutionContinuedAsNewEventAttributes; 34 startChildWorkflowExecutionInitiatedEventAttributes message history.StartChildWorkflowExecutionInitiatedEventAttributes; 35 startChildWorkflowExecutionFailedEventAttributes message history.StartChildWorkflowExecutionFailedEventAttributes; 36 childWorkflowExecutionStartedEventAttributes message history.ChildWorkflowExecutionStartedEventAttributes; 37 childWorkflowExecutionCompletedEventAttributes message history.ChildWorkflowExecutionCompletedEventAttributes; 38 childWorkflowExecutionFailedEventAttributes message history.ChildWorkflowExecutionFailedEventAttributes; 39 childWorkflowExecutionCanceledEventAttributes message history.ChildWorkflowExecutionCanceledEventAttributes; 40 childWorkflowExecutionTimedOutEventAttributes message history.ChildWorkflowExecutionTimedOutEventAttributes; 41 childWorkflowExecutionTerminatedEventAttributes message history.ChildWorkflowExecutionTerminatedEventAttributes; 42 signalExternalWorkflowExecutionInitiatedEventAttributes message history.SignalExternalWorkflowExecutionInitiatedEventAttributes; 43 signalExternalWorkflowExecutionFailedEventAttributes message history.SignalExternalWorkflowExecutionFailedEventAttributes; 44 externalWorkflowExecutionSignaledEventAttributes message history.ExternalWorkflowExecutionSignaledEventAttributes; 45 upsertWorkflowSearchAttributesEventAttributes message history.UpsertWorkflowSearchAttributesEventAttributes; 46 workflowExecutionUpdateAcceptedEventAttributes message history.WorkflowExecutionUpdateAcceptedEventAttributes; 47 workflowExecutionUpdateRejectedEventAttributes message history.WorkflowExecutionUpdateRejectedEventAttributes; 48 workflowExecutionUpdateCompletedEventAttributes message history.WorkflowExecutionUpdateCompletedEventAttributes; 49 workflowPropertiesModifiedExternallyEventAttributes message history.WorkflowPropertiesModifiedExternallyEventAttributes; 50 activityPropertiesModifiedExternallyEventAttributes message history.ActivityPropertiesModifiedExternallyEventAttributes; 51 workflowPropertiesModifiedEventAttributes message history.WorkflowPropertiesModifiedEventAttributes; 52 workflowExecutionUpdateAdmittedEventAttributes message history.WorkflowExecutionUpdateAdmittedEventAttributes; 53 nexusOperationScheduledEventAttributes message history.NexusOperationScheduledEventAttributes; 54 nexusOperationStartedEventAttributes message history.NexusOperationStartedEventAttributes; 55 nexusOperationCompletedEventAttributes message history.NexusOperationCompletedEventAttributes; 56 nexusOperationFailedEventAttributes message history.NexusOperationFailedEventAttributes; 57 nexusOperationCanceledEventAttributes message history.NexusOperationCanceledEventAttributes; 58 nexusOperationTimedOutEventAttributes message history.NexusOperationTimedOutEventAttributes; 59 nexusOperationCancelRequestedEventAttributes message history.NexusOperationCancelRequestedEventAttributes; 60 workflowExecutionOptionsUpdatedEventAttributes message history.WorkflowExecutionOptionsUpdatedEventAttributes; 61 nexusOperationCancelRequestCompletedEventAttributes message history.NexusOperationCancelRequestCompletedEventAttributes; 62 nexusOperationCancelRequestFailedEventAttributes message history.NexusOperationCancelRequestFailedEventAttributes; 63 workflowExecutionPausedEventAttributes message history.WorkflowExecutionPausedEventAttributes; 64 workflowExecutionUnpausedEventAttributes message history.WorkflowExecutionUnpausedEventAttributes; 65 workflowExecutionTimeSkippingTransitionedEventAttributes message history.WorkflowExecutionTimeSkippingTransitionedEventAttributes; 300 workerMayIgnore bool; 301 userMetadata message sdk.UserMetadata; 302 links list message common.Link; 303 principal message common.Principal; 304 eventGroupMarkers list message sdk.EventGroupMarker',
  'history.MarkerRecordedEventAttributes':
    '1 markerName string; 2 details map message common.Payloads; 3 workflowTaskCompletedEventId int; 4 header message common.Header; 5 failure message failure.Failure',
  'history.NexusOperationCancelRequestCompletedEventAttributes':
    '1 requestedEventId int; 2 workflowTaskCompletedEventId int; 3 scheduledEventId int',
  'history.NexusOperationCancelRequestFailedEventAttributes':
    '1 requestedEventId int; 2 workflowTaskCompletedEventId int; 3 failure message failure.Failure; 4 scheduledEventId int',
  'history.NexusOperationCancelRequestedEventAttributes': '1 scheduledEventId int; 2 workflowTaskCompletedEventId int',
  'history.NexusOperationCanceledEventAttributes':
    '1 scheduledEventId int; 2 failure message failure.Failure; 3 requestId string',
  'history.NexusOperationCompletedEventAttributes':
    '1 scheduledEventId int; 2 result message common.Payload; 3 requestId string',
  'history.NexusOperationFailedEventAttributes':
    '1 scheduledEventId int; 2 failure message failure.Failure; 3 requestId string',
  'history.NexusOperationScheduledEventAttributes':
    '1 endpoint string; 2 service string; 3 operation string; 4 input message common.Payload; 5 scheduleToCloseTimeout message Duration; 6 nexusHeader map string; 7 workflowTaskCompletedEventId int; 8 requestId string; 9 endpointId string; 10 scheduleToStartTimeout message Duration; 11 startToCloseTimeout message Duration',
  'history.NexusOperationStartedEventAttributes':
    '1 scheduledEventId int; 3 operationId string; 4 requestId string; 5 operationToken string',
  'history.NexusOperationTimedOutEventAttributes':
    '1 scheduledEventId int; 2 failure message failure.Failure; 3 requestId string',
  'history.RequestCancelExternalWorkflowExecutionFailedEventAttributes':
    '1 cause enum enums.CancelExternalWorkflowExecutionFailedCause; 2 workflowTaskCompletedEventId int; 3 namespace string; 4 workflowExecution message common.WorkflowExecution; 5 initiatedEventId int; 6 control string; 7 namespaceId string',
  'history.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes':
    '1 workflowTaskCompletedEventId int; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 control string; 5 childWorkflowOnly bool; 6 reason string; 7 namespaceId string',
  'history.SignalExternalWorkflowExecutionFailedEventAttributes':
    '1 cause enum enums.SignalExternalWorkflowExecutionFailedCause; 2 workflowTaskCompletedEventId int; 3 namespace string; 4 workflowExecution message common.WorkflowExecution; 5 initiatedEventId int; 6 control string; 7 namespaceId string',
  'history.SignalExternalWorkflowExecutionInitiatedEventAttributes':
    '1 workflowTaskCompletedEventId int; 2 namespace string; 3 workflowExecution message common.WorkflowExecution; 4 signalName string; 5 input message common.Payloads; 6 control string; 7 childWorkflowOnly bool; 8 header message common.Header; 9 namespaceId string',
  'history.StartChildWorkflowExecutionFailedEventAttributes':
    '1 namespace string; 2 workflowId string; 3 workflowType message common.WorkflowType; 4 cause enum enums.StartChildWorkflowExecutionFailedCause; 5 control string; 6 initiatedEventId int; 7 workflowTaskCompletedEventId int; 8 namespaceId string',
  'history.StartChildWorkflowExecutionInitiatedEventAttributes':
    '1 namespace string; 2 workflowId string; 3 workflowType message common.WorkflowType; 4 taskQueue message taskqueue.TaskQueue; 5 input message common.Payloads; 6 workflowExecutionTimeout message Duration; 7 workflowRunTimeout message Duration; 8 workflowTaskTimeout message Duration; 9 parentClosePolicy enum enums.ParentClosePolicy; 10 control string; 11 workflowTaskCompletedEventId int; 12 workflowIdReusePolicy enum enums.WorkflowIdReusePolicy; 13 retryPolicy message common.RetryPolicy; 14 cronSchedule string; 15 header message common.Header; 16 memo message common.Memo; 17 searchAttributes message common.SearchAttributes; 18 namespaceId string; 19 inheritBuildId bool; 20 priority message common.Priority; 21 timeSkippingConfig message common.TimeSkippingConfig; 23 timeSkippingStatePropagation message common.TimeSkippingStatePropagation; 24 versioningOverride message workflow.VersioningOverride',
  'history.TimerCanceledEventAttributes':
    '1 timerId string; 2 startedEventId int; 3 workflowTaskCompletedEventId int; 4 identity string',
  'history.TimerFiredEventAttributes': '1 timerId string; 2 startedEventId int',
  'history.TimerStartedEventAttributes':
    '1 timerId string; 2 startToFireTimeout message Duration; 3 workflowTaskCompletedEventId int',
  'history.UpsertWorkflowSearchAttributesEventAttributes':
    '1 workflowTaskCompletedEventId int; 2 searchAttributes message common.SearchAttributes',
  'history.WorkflowExecutionCancelRequestedEventAttributes':
    '1 cause string; 2 externalInitiatedEventId int; 3 externalWorkflowExecution message common.WorkflowExecution; 4 identity string',
  'history.WorkflowExecutionCanceledEventAttributes':
    '1 workflowTaskCompletedEventId int; 2 details message common.Payloads',
  'history.WorkflowExecutionCompletedEventAttributes':
    '1 result message common.Payloads; 2 workflowTaskCompletedEventId int; 3 newExecutionRunId string',
  'history.WorkflowExecutionContinuedAsNewEventAttributes':
    '1 newExecutionRunId string; 2 workflowType message common.WorkflowType; 3 taskQueue message taskqueue.TaskQueue; 4 input message common.Payloads; 5 workflowRunTimeout message Duration; 6 workflowTaskTimeout message Duration; 7 workflowTaskCompletedEventId int; 8 backoffStartInterval message Duration; 9 initiator enum enums.ContinueAsNewInitiator; 10 failure message failure.Failure; 11 lastCompletionResult message common.Payloads; 12 header message common.Header; 13 memo message common.Memo; 14 searchAttributes message common.SearchAttributes; 15 inheritBuildId bool; 16 initialVersioningBehavior enum enums.ContinueAsNewVersioningBehavior',
  'history.WorkflowExecutionFailedEventAttributes':
    '1 failure message failure.Failure; 2 retryState enum enums.RetryState; 3 workflowTaskCompletedEventId int; 4 newExecutionRunId string',
  'history.WorkflowExecutionOptionsUpdatedEventAttributes':
    '1 versioningOverride message workflow.VersioningOverride; 2 unsetVersioningOverride bool; 3 attachedRequestId string; 4 attachedCompletionCallbacks list message common.Callback; 5 identity string; 6 priority message common.Priority; 7 timeSkippingConfig message common.TimeSkippingConfig; 8 workflowUpdateOptions list message history.WorkflowExecutionOptionsUpdatedEventAttributes.WorkflowUpdateOptionsUpdate; 9 timeSkippingConfigUpdated bool',
  'history.WorkflowExecutionOptionsUpdatedEventAttributes.WorkflowUpdateOptionsUpdate':
    '1 updateId string; 2 attachedRequestId string; 3 attachedCompletionCallbacks list message common.Callback',
  'history.WorkflowExecutionPausedEventAttributes': '1 identity string; 2 reason string; 3 requestId string',
  'history.WorkflowExecutionSignaledEventAttributes':
    '1 signalName string; 2 input message common.Payloads; 3 identity string; 4 header message common.Header; 5 skipGenerateWorkflowTask bool; 6 externalWorkflowExecution message common.WorkflowExecution; 7 requestId string',
  'history.WorkflowExecutionStartedEventAttributes':
    '1 workflowType message common.WorkflowType; 2 parentWorkflowNamespace string; 3 parentWorkflowExecution message common.WorkflowExecution; 4 parentInitiatedEventId int; 5 taskQueue message taskqueue.TaskQueue; 6 input message common.Payloads; 7 workflowExecutionTimeout message Duration; 8 workflowRunTimeout message Duration; 9 workflowTaskTimeout message Duration; 10 continuedExecutionRunId string; 11 initiator enum enums.ContinueAsNewInitiator; 12 continuedFailure message failure.Failure; 13 lastCompletionResult message common.Payloads; 14 originalExecutionRunId string; 15 identity string; 16 firstExecutionRunId string; 17 retryPolicy message common.RetryPolicy; 18 attempt int; 19 workflowExecutionExpirationTime message Timestamp; 20 cronSchedule string; 21 firstWorkflowTaskBackoff message Duration; 22 memo message common.Memo; 23 searchAttributes message common.SearchAttributes; 24 prevAutoResetPoints message workflow.ResetPoints; 25 header message common.Header; 26 parentInitiatedEventVersion int; 27 parentWorkflowNamespaceId string; 28 workflowId string; 29 sourceVersionStamp message common.WorkerVersionStamp; 30 completionCallbacks list message common.Callback; 31 rootWorkflowExecution message common.WorkflowExecution; 32 inheritedBuildId string; 33 versioningOverride message workflow.VersioningOverride; 34 parentPinnedWorkerDeploymentVersion string; 35 priority message common.Priority; 37 inheritedPinnedVersion message deployment.WorkerDeploymentVersion; 38 eagerExecutionAccepted bool; 39 inheritedAutoUpgradeInfo message deployment.InheritedAutoUpgradeInfo; 40 declinedTargetVersionUpgrade message history.DeclinedTargetVersionUpgrade; 41 timeSkippingConfig message common.TimeSkippingConfig; 43 timeSkippingStatePropagation message common.TimeSkippingStatePropagation',
  'history.WorkflowExecutionTerminatedEventAttributes':
    '1 reason string; 2 details message common.Payloads; 3 identity string',
  'history.WorkflowExecutionTimeSkippingTransitionedEventAttributes':
    '1 targetTime message Timestamp; 2 disabledAfterFastForward bool; 3 wallClockTime message Timestamp',
  'history.WorkflowExecutionTimedOutEventAttributes': '1 retryState enum enums.RetryState; 2 newExecutionRunId string',
  'history.WorkflowExecutionUnpausedEventAttributes': '1 identity string; 2 reason string; 3 requestId string',
  'history.WorkflowExecutionUpdateAcceptedEventAttributes':
    '1 protocolInstanceId string; 2 acceptedRequestMessageId string; 3 acceptedRequestSequencingEventId int; 4 acceptedRequest message update.Request',
  'history.WorkflowExecutionUpdateAdmittedEventAttributes':
    '1 request message update.Request; 2 origin enum enums.UpdateAdmittedEventOrigin',
  'history.WorkflowExecutionUpdateCompletedEventAttributes':
    '1 meta message update.Meta; 2 outcome message update.Outcome; 3 acceptedEventId int',
  'history.WorkflowExecutionUpdateRejectedEventAttributes':
    '1 protocolInstanceId string; 2 rejectedRequestMessageId string; 3 rejectedRequestSequencingEventId int; 4 rejectedRequest message update.Request; 5 failure message failure.Failure',
  'history.WorkflowPropertiesModifiedEventAttributes':
    '1 workflowTaskCompletedEventId int; 2 upsertedMemo message common.Memo',
  'history.WorkflowPropertiesModifiedExternallyEventAttributes':
    '1 newTaskQueue string; 2 newWorkflowTaskTimeout message Duration; 3 newWorkflowRunTimeout message Duration; 4 newWorkflowExecutionTimeout message Duration; 5 upsertedMemo message common.Memo',
  'history.WorkflowTaskCompletedEventAttributes':
    '1 scheduledEventId int; 2 startedEventId int; 3 identity string; 4 binaryChecksum string; 5 workerVersion message common.WorkerVersionStamp; 6 sdkMetadata message sdk.WorkflowTaskCompletedMetadata; 7 deployment message deployment.Deployment; 8 versioningBehavior enum enums.VersioningBehavior; 9 workerDeploymentVersion string; 10 workerDeploymentName string; 11 deploymentVersion message deployment.WorkerDeploymentVersion; 13 meteringMetadata message common.MeteringMetadata',
  'history.WorkflowTaskFailedEventAttributes':
    '1 scheduledEventId int; 2 startedEventId int; 3 cause enum enums.WorkflowTaskFailedCause; 4 failure message failure.Failure; 5 identity string; 6 baseRunId string; 7 newRunId string; 8 forkEventVersion int; 9 binaryChecksum string; 10 workerVersion message common.WorkerVersionStamp',
  'history.WorkflowTaskScheduledEventAttributes':
    '1 taskQueue message taskqueue.TaskQueue; 2 startToCloseTimeout message Duration; 3 attempt int',
  'history.WorkflowTaskStartedEventAttributes':
    '1 scheduledEventId int; 2 identity string; 3 requestId string; 4 suggestContinueAsNew bool; 5 historySizeBytes int; 6 workerVersion message common.WorkerVersionStamp; 7 buildIdRedirectCounter int; 8 suggestContinueAsNewReasons list enum enums.SuggestContinueAsNewReason; 9 targetWorkerDeploymentVersionChanged bool',
  'history.WorkflowTaskTimedOutEventAttributes':
    '1 scheduledEventId int; 2 startedEventId int; 3 timeoutType enum enums.TimeoutType',
  'sdk.EventGroupMarker':
    '1 label message sdk.EventGroupMarker.Label; 2 inboundEvent message sdk.EventGroupMarker.InboundEvent; 3 inboundUpdate message sdk.EventGroupMarker.InboundUpdate',
  'sdk.EventGroupMarker.InboundEvent': '1 inboundEventId int',
  'sdk.EventGroupMarker.InboundUpdate': '1 inboundUpdateId string',
  'sdk.EventGroupMarker.Label': '1 id string; 2 label message common.Payload',
  'sdk.UserMetadata': '1 summary message common.Payload; 2 details message common.Payload',
  'sdk.WorkflowTaskCompletedMetadata':
    '1 coreUsedFlags list int; 2 langUsedFlags list int; 3 sdkName string; 4 sdkVersion string',
  'taskqueue.TaskQueue': '1 name string; 2 kind enum enums.TaskQueueKind; 3 normalName string',
  'update.Input': '1 header message common.Header; 2 name string; 3 args message common.Payloads',
  'update.Meta': '1 updateId string; 2 identity string',
  'update.Outcome': '1 success message common.Payloads; 2 failure message failure.Failure',
  'update.Request':
    '1 meta message update.Meta; 2 input message update.Input; 3 requestId string; 4 completionCallbacks list message common.Callback; 5 links list message common.Link',
  'workflow.ResetPointInfo':
    '1 binaryChecksum string; 2 runId string; 3 firstWorkflowTaskCompletedId int; 4 createTime message Timestamp; 5 expireTime message Timestamp; 6 resettable bool; 7 buildId string',
  'workflow.ResetPoints': '1 points list message workflow.ResetPointInfo',
  'workflow.VersioningOverride':
    '1 behavior enum enums.VersioningBehavior; 2 deployment message deployment.Deployment; 3 pinned message workflow.VersioningOverride.PinnedOverride; 4 autoUpgrade bool; 5 oneTime message workflow.VersioningOverride.OneTimeOverride; 9 pinnedVersion string',
  'workflow.VersioningOverride.OneTimeOverride': '1 targetDeploymentVersion message deployment.WorkerDeploymentVersion',
  'workflow.VersioningOverride.PinnedOverride':
    '1 behavior enum workflow.VersioningOverride.PinnedOverrideBehavior; 2 version message deployment.WorkerDeploymentVersion',
};

/** The names of each enum by their numbers. */
export const ENUMS: Readonly<Record<string, string>> = {
  'enums.ApplicationErrorCategory': '0 APPLICATION_ERROR_CATEGORY_UNSPECIFIED; 1 APPLICATION_ERROR_CATEGORY_BENIGN',
  'enums.CancelExternalWorkflowExecutionFailedCause':
    '0 CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED; 1 CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND; 2 CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND',
  'enums.ContinueAsNewInitiator':
    '0 CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED; 1 CONTINUE_AS_NEW_INITIATOR_WORKFLOW; 2 CONTINUE_AS_NEW_INITIATOR_RETRY; 3 CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE',
  'enums.ContinueAsNewVersioningBehavior':
    '0 CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_UNSPECIFIED; 1 CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_AUTO_UPGRADE; 2 CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_USE_RAMPING_VERSION',
  'enums.EventType':
    '0 EVENT_TYPE_UNSPECIFIED; 1 EVENT_TYPE_WORKFLOW_EXECUTION_STARTED; 2 EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED; 3 EVENT_TYPE_WORKFLOW_EXECUTION_FAILED; 4 EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT; 5 EVENT_TYPE_WORKFLOW_TASK_SCHEDULED; 6 EVENT_TYPE_WORKFLOW_TASK_STARTED; 7 EVENT_TYPE_WORKFLOW_TASK_COMPLETED; 8 EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT; 9 EVENT_TYPE_WORKFLOW_TASK_FAILED; 10 EVENT_TYPE_ACTIVITY_TASK_SCHEDULED; 11 EVENT_TYPE_ACTIVITY_TASK_STARTED; 12 EVENT_TYPE_ACTIVITY_TASK_COMPLETED; 13 EVENT_TYPE_ACTIVITY_TASK_FAILED; 14 EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT; 15 EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED; 16 EVENT_TYPE_ACTIVITY_TASK_CANCELED; 17 EVENT_TYPE_TIMER_STARTED; 18 EVENT_TYPE_TIMER_FIRED; 19 EVENT_TYPE_TIMER_CANCELED; 20 EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED; 21 EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED; 22 EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED; 23 EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED; 24 EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED; 25 EVENT_TYPE_MARKER_RECORDED; 26 EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED; 27 EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED; 28 EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW; 29 EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED; 30 EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED; 31 EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED; 32 EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED; 33 EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED; 34 EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED; 35 EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT; 36 EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED; 37 EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED; 38 EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED; 39 EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED; 40 EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES; 41 EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED; 42 EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_REJECTED; 43 EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED; 44 EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED_EXTERNALLY; 45 EVENT_TYPE_ACTIVITY_PROPERTIES_MODIFIED_EXTERNALLY; 46 EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED; 47 EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED; 48 EVENT_TYPE_NEXUS_OPERATION_SCHEDULED; 49 EVENT_TYPE_NEXUS_OPERATION_STARTED; 50 EVENT_TYPE_NEXUS_OPERATION_COMPLETED; 51 EVENT_TYPE_NEXUS_OPERATION_FAILED; 52 EVENT_TYPE_NEXUS_OPERATION_CANCELED; 53 EVENT_TYPE_NEXUS_OPERATION_TIMED_OUT; 54 EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUESTED; 55 EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED; 56 EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUEST_COMPLETED; 57 EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUEST_FAILED; 58 EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED; 59 EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED; 60 EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED',
  'enums.NexusHandlerErrorRetryBehavior':
    '0 NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_UNSPECIFIED; 1 NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_RETRYABLE; 2 NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_NON_RETRYABLE',
  'enums.ParentClosePolicy':
    '0 PARENT_CLOSE_POLICY_UNSPECIFIED; 1 PARENT_CLOSE_POLICY_TERMINATE; 2 PARENT_CLOSE_POLICY_ABANDON; 3 PARENT_CLOSE_POLICY_REQUEST_CANCEL',
  'enums.RetryState':
    '0 RETRY_STATE_UNSPECIFIED; 1 RETRY_STATE_IN_PROGRESS; 2 RETRY_STATE_NON_RETRYABLE_FAILURE; 3 RETRY_STATE_TIMEOUT; 4 RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED; 5 RETRY_STATE_RETRY_POLICY_NOT_SET; 6 RETRY_STATE_INTERNAL_SERVER_ERROR; 7 RETRY_STATE_CANCEL_REQUESTED',
  'enums.SignalExternalWorkflowExecutionFailedCause':
    '0 SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED; 1 SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND; 2 SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND; 3 SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_SIGNAL_COUNT_LIMIT_EXCEEDED',
  'enums.StartChildWorkflowExecutionFailedCause':
    '0 START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED; 1 START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS; 2 START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND; 3 START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_INVALID_VERSIONING_OVERRIDE',
  'enums.SuggestContinueAsNewReason':
    '0 SUGGEST_CONTINUE_AS_NEW_REASON_UNSPECIFIED; 1 SUGGEST_CONTINUE_AS_NEW_REASON_HISTORY_SIZE_TOO_LARGE; 2 SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_HISTORY_EVENTS; 3 SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_UPDATES',
  'enums.TaskQueueKind':
    '0 TASK_QUEUE_KIND_UNSPECIFIED; 1 TASK_QUEUE_KIND_NORMAL; 2 TASK_QUEUE_KIND_STICKY; 3 TASK_QUEUE_KIND_WORKER_COMMANDS',
  'enums.TimeoutType':
    '0 TIMEOUT_TYPE_UNSPECIFIED; 1 TIMEOUT_TYPE_START_TO_CLOSE; 2 TIMEOUT_TYPE_SCHEDULE_TO_START; 3 TIMEOUT_TYPE_SCHEDULE_TO_CLOSE; 4 TIMEOUT_TYPE_HEARTBEAT',
  'enums.UpdateAdmittedEventOrigin':
    '0 UPDATE_ADMITTED_EVENT_ORIGIN_UNSPECIFIED; 1 UPDATE_ADMITTED_EVENT_ORIGIN_REAPPLY',
  'enums.VersioningBehavior':
    '0 VERSIONING_BEHAVIOR_UNSPECIFIED; 1 VERSIONING_BEHAVIOR_PINNED; 2 VERSIONING_BEHAVIOR_AUTO_UPGRADE',
  'enums.WorkflowIdReusePolicy':
    '0 WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED; 1 WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE; 2 WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY; 3 WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE; 4 WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING',
  'enums.WorkflowTaskFailedCause':
    '0 WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED; 1 WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND; 2 WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES; 3 WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES; 4 WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES; 5 WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES; 6 WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES; 7 WORKFLOW_TASK_FAILED_CAUSE_BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES; 8 WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES; 9 WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES; 10 WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES; 11 WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES; 12 WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID; 13 WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE; 14 WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE; 15 WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES; 16 WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES; 17 WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND; 18 WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND; 19 WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_INPUT_SIZE; 20 WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW; 21 WORKFLOW_TASK_FAILED_CAUSE_BAD_BINARY; 22 WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID; 23 WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES; 24 WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR; 25 WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES; 26 WORKFLOW_TASK_FAILED_CAUSE_PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED; 27 WORKFLOW_TASK_FAILED_CAUSE_PENDING_ACTIVITIES_LIMIT_EXCEEDED; 28 WORKFLOW_TASK_FAILED_CAUSE_PENDING_SIGNALS_LIMIT_EXCEEDED; 29 WORKFLOW_TASK_FAILED_CAUSE_PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED; 30 WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE; 31 WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE; 32 WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES; 33 WORKFLOW_TASK_FAILED_CAUSE_PENDING_NEXUS_OPERATIONS_LIMIT_EXCEEDED; 34 WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES; 35 WORKFLOW_TASK_FAILED_CAUSE_FEATURE_DISABLED; 36 WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE; 37 WORKFLOW_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE; 38 WORKFLOW_TASK_FAILED_CAUSE_EXTERNAL_STORAGE_FAILURE; 39 WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_PAUSE_REQUESTED_BEFORE_TASK_STARTED; 40 WORKFLOW_TASK_FAILED_CAUSE_REQUEST_TOO_LARGE',
  'workflow.VersioningOverride.PinnedOverrideBehavior':
    '0 PINNED_OVERRIDE_BEHAVIOR_UNSPECIFIED; 1 PINNED_OVERRIDE_BEHAVIOR_PINNED',
};

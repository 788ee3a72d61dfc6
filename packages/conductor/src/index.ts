export type * from './types.ts';
/** The schemas that node types describe their parameters with, of the very version that checks them. */
export { z } from 'zod';
export { createConductor, type Conductor } from './conductor.ts';
export { parseWorkflow } from './file/parse.ts';
export type { NodeTypeDescription } from './file/type-descriptions.ts';
export type {
  NodeDefinition,
  WorkflowDefinition,
  RetryDefinition,
  InputDefinition,
  InputType,
} from './file/definition.ts';
export {
  describeIssue,
  WORKFLOW_ISSUE_CODES,
  WorkflowFileError,
  type WorkflowIssue,
  type WorkflowIssueCode,
} from './file/issues.ts';
export { FAILURE_CODES, NodeFailure, type FailureCode, type FailureDetails } from './errors.ts';
export type { NodeContext, NodeHandler, NodeType, TimeLimit } from './node-type.ts';
export type { OpenPhase } from './open-phase.ts';
export { isolated, type IsolatedOptions } from './isolated/isolated.ts';
export type { IsolatedContext, IsolatedHandler } from './isolated/handler.ts';
export { allowedAddresses } from './http/allowed.ts';
export { post, type Post, type PostAnswer } from './http/post.ts';
export { redactorOf } from './engine/result.ts';
export { createRedactor, secretTexts, type Redactor } from './redact.ts';
export { isSecretEntry, STRUCK_OUT } from './redact/names.ts';
export {
  compileCondition,
  compileMapping,
  MappingError,
  type Mapping,
  type MappingFault,
} from './expressions/mapping.ts';
export { otlpExporter, type OtlpExporter, type OtlpExporterOptions } from './otlp/exporter.ts';
export { teeSinks } from './otlp/tee.ts';

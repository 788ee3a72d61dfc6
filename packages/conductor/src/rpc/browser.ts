/** The client, with the channel that a browser has: `@flowprof/conductor/client`. */
export {
  connectConductor,
  type AttachOptions,
  type ConductorClient,
  type ConnectOptions,
  type RemoteRunOptions,
} from './client.ts';
export type { FollowOptions, MissedEvents } from './client-call.ts';
export { webSocketChannel, type WebSocketChannelOptions, type WebSocketLike } from './websocket.ts';
export {
  CHANNEL_CLOSE_CODES,
  type Channel,
  type ChannelClosed,
  type ChannelCloseCode,
  type ChannelLimits,
  type ChannelListener,
  type Message,
} from './channel.ts';
export { ConductorConnectionError, ConductorRpcError, RPC_ERROR_CODES, type RpcErrorCode } from './errors.ts';
export { WorkflowFileError, type WorkflowIssue } from '../file/issues.ts';

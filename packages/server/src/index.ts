export { startServer, type RunningServer, type ServerOptions } from './http/server.ts';
export { StartError, START_ERRORS, type StartErrorCode } from './http/errors.ts';
export type { HeldServices, ServiceHost } from './services/service-host.ts';

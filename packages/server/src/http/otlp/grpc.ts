import { createServer, type Server as NetServer, type Socket } from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  ServerListenerBuilder,
  type status,
  ResponderBuilder,
  type sendUnaryData,
  type ServerInterceptingCallInterface,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import type { TenantStore } from '@flowprof/store';
import type { FastifyBaseLogger } from 'fastify';
import { MAX_REQUEST_BYTES } from '../../services/otlp/receiver.ts';
import { WorkspaceTurns } from '../../services/turns.ts';
import { callerOf, type TenantRequest } from '../access.ts';
import type { AppContext } from '../context.ts';
import { ApiError, unavailable } from '../errors.ts';
import { toApiError } from '../problem.ts';
import { databaseError, isDatabaseDown } from '../store-errors.ts';
import { encodeResponse, encodeStatus, rpcStatusOf } from './rpc-status.ts';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const OPTIONS = {
  'grpc.max_receive_message_length': MAX_REQUEST_BYTES,
  'grpc.max_concurrent_streams': 100,
  // A client that is gone without a word is noticed by its silence.
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_connection_idle_ms': 300_000,
};

/** How many calls are read and kept at once: all together, and of one workspace. The others wait, unread. */
const ALL_TURNS = { atOnce: 32, waiting: 4000 };
const WORKSPACE_TURNS = { atOnce: 12, waiting: 1000 };

/** How long the message of a call may take to come. */
const MESSAGE_MS = 60_000;

const bytes = (value: Buffer): Buffer => value;

/** `TraceService`, whose messages are left as they are: our own code reads and writes them. */
const SERVICE: ServiceDefinition = {
  Export: {
    path: EXPORT,
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
};

interface Refusal {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

function first(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** The address of a peer, which is told with its port. */
function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

/** A call that was let in. */
interface Admitted {
  readonly tenant: TenantStore;
  /** Lets others have its turn; may be called again. */
  readonly done: () => void;
}

/** A call on its way: what ends its turn, once it has one, and whether it has ended. */
interface CallState {
  done: (() => void) | null;
  isEnded: boolean;
}

/** OTLP by gRPC: the same as by HTTP, with the same limits and the same answers. */
export class OtlpGrpc {
  readonly #context: AppContext;
  readonly #logger: FastifyBaseLogger;
  readonly #server: Server;
  readonly #injector: ReturnType<Server['createConnectionInjector']>;
  readonly #admitted = new WeakMap<Metadata, Admitted>();
  readonly #all = new WorkspaceTurns(ALL_TURNS);
  readonly #ofWorkspace = new WorkspaceTurns(WORKSPACE_TURNS);
  readonly #ports = new Set<NetServer>();
  readonly #sockets = new Set<Socket>();
  #isClosing = false;

  constructor(context: AppContext, logger: FastifyBaseLogger) {
    this.#context = context;
    this.#logger = logger;
    this.#server = new Server({ ...OPTIONS, interceptors: [(_, call) => this.#guard(call)] });
    this.#server.addService(SERVICE, {
      Export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void this.#export(call, answer),
    });
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  /** Takes a connection that speaks HTTP/2. */
  take(socket: Socket): void {
    if (this.#isClosing) return void socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#injector.injectConnection(socket);
  }

  /** Listens on a port of its own, too. @throws {Error} of Node when it cannot */
  async listen(host: string, port: number, connections: number): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      this.take(socket);
    });
    server.maxConnections = connections;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
    this.#ports.add(server);
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Takes nothing new, and ends once what is under way has ended, or after the time is over. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    for (const port of this.#ports) port.close();
    // Draining the connections first would make it answer at once, with calls still under way.
    const ended = new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
    const late = setTimeout(() => this.#cut(), graceMs);
    await ended;
    clearTimeout(late);
    this.#cut();
  }

  #cut(): void {
    this.#injector.destroy();
    this.#server.forceShutdown();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Looks at who calls before anything of the message is read. */
  #guard(call: ServerInterceptingCallInterface): ServerInterceptingCall {
    const state: CallState = { done: null, isEnded: false };
    const late = setTimeout(() => {
      intercepted.sendStatus(this.#refusal(new ApiError('request_timeout', 'The message did not come in time.')));
    }, MESSAGE_MS);
    const end = (): void => {
      state.isEnded = true;
      clearTimeout(late);
      state.done?.();
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => void this.#letIn(intercepted, state, metadata, next))
      .withOnReceiveHalfClose((next) => {
        clearTimeout(late);
        next();
      })
      .withOnCancel(end)
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendStatus((answer, next) => {
        end();
        next(answer);
      })
      .build();
    const intercepted = new ServerInterceptingCall(call, responder);
    return intercepted;
  }

  async #letIn(
    call: ServerInterceptingCall,
    state: CallState,
    metadata: Metadata,
    next: (metadata: Metadata) => void,
  ): Promise<void> {
    try {
      const admitted = await this.#admit(metadata, addressOf(call.getPeer()));
      state.done = admitted.done;
      // The client may have gone meanwhile.
      if (state.isEnded) return admitted.done();
      this.#admitted.set(metadata, admitted);
      next(metadata);
    } catch (error) {
      if (!state.isEnded) call.sendStatus(this.#refusal(error));
    }
  }

  /** Lets a call in once it is its turn. @throws {ApiError} and the like, as the guards of HTTP */
  async #admit(metadata: Metadata, ip: string): Promise<Admitted> {
    const { access, limits, lifecycle, findTenant } = this.#context;
    if (lifecycle.isRefusing) throw unavailable('shutting_down', 'The server is stopping.', 5);
    const headers = {
      authorization: first(metadata, 'authorization'),
      'x-workspace-id': first(metadata, 'x-workspace-id'),
      'x-workspace-slug': first(metadata, 'x-workspace-slug'),
    };
    const principal = await callerOf({ headers, ip }, access, limits);
    const request: TenantRequest = {
      principal,
      headers,
      params: {},
      routeOptions: { config: { access: 'write', isLong: true } },
      tenant: null,
      quota: await limits.takeOfCaller(principal),
      onClosed: null,
    };
    const tenant = await findTenant(request);
    const giveOwn = await this.#ofWorkspace.take(tenant.workspaceId);
    try {
      const giveAll = await this.#all.take('');
      return {
        tenant,
        done: () => {
          giveOwn();
          giveAll();
        },
      };
    } catch (error) {
      giveOwn();
      throw error;
    }
  }

  async #export({ request, metadata }: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): Promise<void> {
    const started = performance.now();
    const { otlp, metrics } = this.#context;
    let answered = 200;
    try {
      const admitted = this.#admitted.get(metadata);
      if (admitted === undefined) throw new Error('a call was not looked at');
      const held = otlp.hold(admitted.tenant.workspaceId);
      try {
        held.grow(request.byteLength);
        answer(null, encodeResponse(await otlp.receive(admitted.tenant, request, 'protobuf')));
      } finally {
        held.release();
      }
    } catch (error) {
      answered = rpcStatusOf(this.#told(error)).httpStatus;
      answer(this.#refusal(error));
    }
    metrics.requestAnswered({
      method: 'POST',
      route: EXPORT,
      status: answered,
      seconds: (performance.now() - started) / 1000,
    });
  }

  #told(error: unknown): ApiError {
    return toApiError(error, { bodyLimit: MAX_REQUEST_BYTES, databaseError });
  }

  /** An error as gRPC tells it. Only one with `RetryInfo` says that the same may be sent again. */
  #refusal(error: unknown): Refusal {
    const told = this.#told(error);
    if (told.code === 'internal_error') this.#logger.error({ err: error }, 'a call failed');
    else if (isDatabaseDown(error)) this.#logger.warn({ err: error }, 'the database is away');
    const rpcStatus = rpcStatusOf(told);
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', encodeStatus(rpcStatus));
    return { code: rpcStatus.code, details: rpcStatus.message, metadata };
  }
}

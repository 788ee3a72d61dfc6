import { customFetch, createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type RemoteJWKSet } from 'jose';
import { epochFromMs, type Clock, type EpochMicros } from '@flowprof/model';
import type { NewMember } from '@flowprof/store';
import { z } from 'zod';

/** The identity provider whose tokens count. */
export interface OidcOptions {
  /** As its tokens name it, e.g. `https://id.example.org`. */
  readonly issuer: string;
  /** Whom its tokens must be for. */
  readonly audience: string;
  /** Where its keys are; when absent the issuer is asked, and must have them at its own origin. */
  readonly jwksUrl?: string | undefined;
}

/** Whom a token stands for. */
export interface VerifiedToken {
  readonly identity: NewMember;
  readonly expiresAt: EpochMicros | null;
}

/** The identity provider does not answer as it should, so nobody can be told from anybody else. */
export class OidcUnavailable extends Error {
  override readonly name = 'OidcUnavailable';
}

/** Only signatures by a key that the provider alone has. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** How much the clocks may differ, in seconds. */
const TOLERANCE_S = 5;
const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 512 * 1024;
/** How long keys are kept, and how long after asking for them an unknown one is not asked for. */
const KEYS_MS = 600_000;
const COOLDOWN_MS = 30_000;

const discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

/** A body of bounded size. @throws {OidcUnavailable} when it is larger */
async function limitedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part: unknown = (await reader?.read())?.value;
    if (!(part instanceof Uint8Array)) break;
    size += part.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new OidcUnavailable('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Asks the provider for a document; it may not send elsewhere. @throws {OidcUnavailable} */
async function fetchDocument(url: string): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
    if (response.status !== 200) throw new OidcUnavailable(`it answered ${response.status}`);
    return new Response(await limitedText(response), { headers: { 'content-type': 'application/json' } });
  } catch (error) {
    throw error instanceof OidcUnavailable ? error : new OidcUnavailable('it cannot be reached', { cause: error });
  }
}

function text(payload: JWTPayload, claim: string): string | null {
  const value = payload[claim];
  return typeof value === 'string' && value !== '' && value.length <= 500 ? value : null;
}

/** Checks the tokens of one identity provider. Nothing is fetched but what that provider names at its own origin. */
export class OidcVerifier {
  readonly issuer: string;
  readonly #options: OidcOptions;
  readonly #clock: Clock;
  #keys: Promise<RemoteJWKSet> | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(options: OidcOptions, clock: Clock) {
    this.issuer = options.issuer;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Whom a token stands for; null when it is not valid.
   * @throws {OidcUnavailable} when the keys of the provider cannot be had
   */
  async verify(token: string): Promise<VerifiedToken | null> {
    const keys = await this.#keysOfProvider();
    const { issuer, audience } = this.#options;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(this.#clock.now() / 1000),
        requiredClaims: ['exp', 'sub'],
      });
      const subject = text(payload, 'sub');
      if (subject === null) return null;
      const identity = { issuer, subject, email: text(payload, 'email'), name: text(payload, 'name') };
      return { identity, expiresAt: payload.exp === undefined ? null : epochFromMs(payload.exp * 1000) };
    } catch (error) {
      if (error instanceof OidcUnavailable) throw error;
      if (error instanceof errors.JWKSTimeout) throw new OidcUnavailable('it did not answer in time', { cause: error });
      if (error instanceof errors.JWKSInvalid) throw new OidcUnavailable('its keys cannot be read', { cause: error });
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  #keysOfProvider(): Promise<RemoteJWKSet> {
    if (this.#keys !== null) return this.#keys;
    // A provider that is away is not asked at every request.
    if (this.#clock.now() < this.#failedAt + 1_000_000) {
      return Promise.reject(new OidcUnavailable('it could not be reached a moment ago'));
    }
    const keys = this.#discover();
    this.#keys = keys;
    keys.catch(() => {
      this.#keys = null;
      this.#failedAt = this.#clock.now();
    });
    return keys;
  }

  async #discover(): Promise<RemoteJWKSet> {
    const url = this.#options.jwksUrl ?? (await this.#jwksUrl());
    return createRemoteJWKSet(new URL(url), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_MS,
      [customFetch]: fetchDocument,
    });
  }

  /** @throws {OidcUnavailable} when the provider does not say, or names another origin */
  async #jwksUrl(): Promise<string> {
    const { issuer } = this.#options;
    const answer = await fetchDocument(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const found = discovery.safeParse(await answer.json().catch(() => null));
    if (!found.success || found.data.issuer !== issuer) {
      throw new OidcUnavailable('it does not describe itself as the issuer that is configured');
    }
    const { jwks_uri: url } = found.data;
    if (new URL(url).origin !== new URL(issuer).origin) {
      throw new OidcUnavailable('its keys are at another origin; name that with FLOWPROF_OIDC_JWKS_URL');
    }
    return url;
  }
}

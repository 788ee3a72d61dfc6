import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { urlOf } from '../src/http/security.ts';

/** What a token says; what is absent is as it should be. */
interface TokenParts {
  readonly subject?: string;
  readonly audience?: string;
  readonly issuer?: string;
  /** Seconds since the epoch; null for none. */
  readonly expires?: number | null;
  readonly notBefore?: number;
  readonly algorithm?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs with a key that the provider does not have. */
  readonly isForged?: boolean;
}

/** An OpenID provider that makes whatever token a test wants. */
export class IdentityProvider {
  readonly issuer: string;
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  /** What its description says instead of the truth. */
  lies: Readonly<Record<string, unknown>> = {};
  readonly #server: Server;
  readonly #keys = new Map<string, { readonly own: CryptoKey; readonly forged: CryptoKey }>();
  readonly #public: JWK[] = [];

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
    server.on('request', ({ url = '' }, response) => {
      this.asked.push(url);
      const description = { issuer, jwks_uri: `${issuer}/keys`, ...this.lies };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(url === '/keys' ? { keys: this.#public } : description));
    });
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const provider = new IdentityProvider(server, urlOf('127.0.0.1', port));
    for (const algorithm of ['RS256', 'ES256', 'EdDSA']) {
      const own = await generateKeyPair(algorithm, { extractable: true });
      const forged = await generateKeyPair(algorithm, { extractable: true });
      provider.#keys.set(algorithm, { own: own.privateKey, forged: forged.privateKey });
      provider.#public.push({ ...(await exportJWK(own.publicKey)), kid: algorithm, alg: algorithm, use: 'sig' });
    }
    return provider;
  }

  /** @param now seconds since the epoch */
  async token(now: number, parts: TokenParts = {}): Promise<string> {
    const { subject = 'ann', audience = 'flowprof', algorithm = 'RS256', isForged = false } = parts;
    const jwt = new SignJWT({ ...parts.claims })
      .setProtectedHeader({ alg: algorithm, kid: algorithm })
      .setIssuer(parts.issuer ?? this.issuer)
      .setAudience(audience)
      .setIssuedAt(now);
    if (subject !== '') jwt.setSubject(subject);
    if (parts.expires !== null) jwt.setExpirationTime(parts.expires ?? now + 300);
    if (parts.notBefore !== undefined) jwt.setNotBefore(parts.notBefore);
    const pair = this.#keys.get(algorithm);
    const secret = new TextEncoder().encode('a secret that anybody could know, 32 bytes');
    return jwt.sign(pair ? pair[isForged ? 'forged' : 'own'] : secret);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

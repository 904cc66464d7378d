import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';

/** A real HTTP or HTTPS server on loopback. */
export interface Started {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function started(server: HttpServer): Promise<Started> {
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP listener');
  return {
    port: address.port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A key and certificate for 127.0.0.1 in one PEM text, made for this run; undefined without openssl. */
export function selfSigned(): string | undefined {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', '-', '-out', '-'];
  try {
    return execFileSync('openssl', ['req', '-x509', ...kind, ...name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

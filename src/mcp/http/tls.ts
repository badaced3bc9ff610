/** The certificate and its key, read at start: what is wrong with them is said then, not to the first client. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError, messageOf } from '../../model/errors.ts';

export type Certificate = { readonly cert: Buffer; readonly key: Buffer };

/** Null where neither file is named. @throws ConfigError */
export function readCertificate({
  tls_cert,
  tls_key,
}: {
  readonly tls_cert: string | null;
  readonly tls_key: string | null;
}): Certificate | null {
  if (tls_cert === null && tls_key === null) return null;
  if (tls_cert === null || tls_key === null)
    throw new ConfigError({
      what: 'The server cannot use TLS',
      why: `${tls_cert === null ? 'tls_cert' : 'tls_key'} is not set`,
      next: 'Set both tls_cert and tls_key in [http] of config.toml, or none',
    });
  const certificate = { cert: readPem('tls_cert', tls_cert), key: readPem('tls_key', tls_key) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new ConfigError(
      {
        what: 'The server cannot use TLS',
        why: `${tls_cert} and ${tls_key} are not a certificate and its key in PEM (${messageOf(error)})`,
        next: 'Correct tls_cert and tls_key in [http] of config.toml',
      },
      { cause: error },
    );
  }
  return certificate;
}

function readPem(key: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(
      {
        what: 'The server cannot use TLS',
        why: `${path} cannot be read (${messageOf(error)})`,
        next: `Correct ${key} in [http] of config.toml`,
      },
      { cause: error },
    );
  }
}

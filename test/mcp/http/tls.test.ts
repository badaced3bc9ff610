import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../../src/mcp/http/tls.ts';
import { tempFolder } from '../../support/temp-store.ts';
import { selfSigned } from './certificate.ts';
import { JSON_HEADERS, world } from './world.ts';

function files(): { tls_cert: string; tls_key: string; cert: string } {
  const folder = tempFolder();
  const { cert, key } = selfSigned('localhost');
  const paths = { tls_cert: join(folder, 'cert.pem'), tls_key: join(folder, 'key.pem') };
  writeFileSync(paths.tls_cert, cert);
  writeFileSync(paths.tls_key, key);
  return { ...paths, cert };
}

describe('TLS', () => {
  it('serves with the certificate of the files', async () => {
    const { cert, ...settings } = files();
    const { port, url } = await world({ settings });
    expect(url).toBe(`https://127.0.0.1:${port}/mcp`);
    const status = await new Promise((resolve, reject) => {
      const options = { port, host: 'localhost', path: '/health', ca: cert, headers: JSON_HEADERS };
      const req = request(options, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.once('error', reject);
      req.end();
    });
    expect(status).toBe(200);
  });

  it('cuts off who connects and does not shake hands', async () => {
    const { cert: _, ...settings } = files();
    const { port } = await world({ settings, pace: { receiveMs: 100 } });
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => {
      socket.on('error', () => {});
      socket.once('close', resolve);
    });
  });

  it('ends though somebody has not shaken hands', async () => {
    const { cert: _, ...settings } = files();
    const { port, close } = await world({ settings });
    const socket = connect(port, '127.0.0.1');
    const over = new Promise((resolve) => {
      socket.on('error', () => {});
      socket.once('close', resolve);
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await close();
    await over;
  });

  it('needs both files', () => {
    expect(() => readCertificate({ tls_cert: '/c.pem', tls_key: null })).toThrow('tls_key is not set');
    expect(readCertificate({ tls_cert: null, tls_key: null })).toBeNull();
  });

  it('says at the start which file cannot be read', async () => {
    const { tls_key } = files();
    await expect(world({ settings: { tls_cert: '/nowhere/cert.pem', tls_key } })).rejects.toThrow(
      /\/nowhere\/cert\.pem cannot be read .*Correct tls_cert in \[http\]/,
    );
  });

  it('says at the start that the two do not fit', async () => {
    await expect(
      world({ settings: { tls_cert: files().tls_cert, tls_key: files().tls_key } }),
    ).rejects.toThrow('are not a certificate and its key in PEM');
  });
});

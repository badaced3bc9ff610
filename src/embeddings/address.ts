/** Where embeddings are asked for: `…/v1/embeddings` from the base that a person wrote. */
import { ConfigError } from '../model/errors.ts';

/**
 * @throws ConfigError for what is no http(s) URL, or carries a password
 */
export function endpointOf(base: string): URL {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ConfigError({
      what: 'embeddings.url is no http or https URL',
      next: 'Write url = "http://127.0.0.1:11434/v1" under [embeddings], or remove the line',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError({
      what: 'embeddings.url holds a name or a password',
      why: 'the configuration is no place for secrets',
      next: 'Put the key into .env in the home and name its variable in embeddings.api_key_env',
    });
  }
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/embeddings') ? path : `${path === '' ? '/v1' : path}/embeddings`;
  url.hash = '';
  return url;
}

/** Where a model's server is asked, from the address that a person wrote: the API's base, or the whole path. */
import { ReviewFailure } from '../../model/review.ts';

/**
 * @param name of the profile, for the error
 * @param path behind the version
 * @throws ReviewFailure `not_configured` for what is no http(s) URL, or carries a password
 */
export function addressOf(name: string, base: string, path: 'chat/completions' | 'messages'): URL {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ReviewFailure('not_configured', `The base_url of the profile ${name} is no http or https URL`);
  if (url.username !== '' || url.password !== '') {
    throw new ReviewFailure(
      'not_configured',
      `The base_url of the profile ${name} holds a name or a password: put the key into .env and name it in api_key_env`,
    );
  }
  const written = url.pathname.replace(/\/+$/, '');
  // As the libraries of both do it: OpenAI's base holds the version, Anthropic's does not.
  const isBase = path === 'messages' ? !/\/v\d+$/.test(written) : written === '';
  const versioned = isBase ? `${written}/v1` : written;
  url.pathname = written.endsWith(`/${path}`) ? written : `${versioned}/${path}`;
  url.hash = '';
  return url;
}

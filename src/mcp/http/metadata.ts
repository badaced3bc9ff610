/** Where clients learn which identity provider gives tokens for this server (RFC 9728), where there is one. */
import { getOAuthProtectedResourceMetadataUrl } from '@modelcontextprotocol/server';
import type { ProtectedResource } from './options.ts';

/** With and without the path of the resource: clients ask for either. A proxy may have the resource elsewhere. */
export function metadataPaths(resource: ProtectedResource, url: string): readonly string[] {
  const root = '/.well-known/oauth-protected-resource';
  return [root, `${root}/mcp`, new URL(metadataUrl(resource, url)).pathname];
}

/** The audience, where it is an address: behind a proxy it is the one that clients know. @param url of this server */
function resourceUrl({ audience }: ProtectedResource, url: string): string {
  return /^https?:\/\//.test(audience) && URL.canParse(audience) ? audience : url;
}

export function metadataUrl(resource: ProtectedResource, url: string): string {
  const own = new URL(resourceUrl(resource, url));
  return getOAuthProtectedResourceMetadataUrl(own);
}

export function resourceMetadata(resource: ProtectedResource, url: string): string {
  return JSON.stringify({
    resource: resourceUrl(resource, url),
    authorization_servers: [resource.issuer],
    scopes_supported: resource.scopes,
    bearer_methods_supported: ['header'],
    resource_name: 'midturn',
  });
}

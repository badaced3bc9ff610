/** What the build writes into the bundles, and what it can load as text. */

/** The version in package.json. */
declare const __MIDTURN_VERSION__: string;

/** In the bin only: the SHA-256 of each bundle, by file name. */
declare const __MIDTURN_BUNDLES__: Readonly<Record<string, string>>;

declare module '*.md' {
  const text: string;
  export default text;
}

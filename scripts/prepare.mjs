/** npm's `prepare`: builds, and does nothing where the development dependencies are absent (`--omit=dev`). */
import { createRequire } from 'node:module';

const present = (name) => {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
};

if (present('esbuild')) {
  const { build } = await import('./build.mjs');
  await build();
} else {
  console.log('midturn: nothing built, the development dependencies are not installed');
}

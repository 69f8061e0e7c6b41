/**
 * Bundles the app into one minified CommonJS file, the form that starts fastest on Azure and the only one that is run
 * anywhere: in the cloud, by the local host and by the tests.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build as bundleWithEsbuild } from 'esbuild';

export interface BundleOptions {
  /** The file that imports every function. */
  entryPoint: string;
  /** Where the bundle goes. */
  bundle: string;
}

const repository = resolve(import.meta.dirname, '..');

/** Bundles one entry point as the app is bundled; fixtures of the host's tests go the same way as the app. */
export async function buildBundle({ entryPoint, bundle }: BundleOptions): Promise<string> {
  await bundleWithEsbuild({
    entryPoints: [entryPoint],
    outfile: bundle,
    bundle: true,
    minify: true,
    // Function and class names survive, so that stack traces and error names stay readable.
    keepNames: true,
    sourcemap: 'linked',
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // The Functions worker provides this module; it does not exist on npm.
    external: ['@azure/functions-core'],
    logLevel: 'error',
  });
  return bundle;
}

/** Builds the app. Returns the absolute path of the bundle, `dist/index.cjs`. */
export async function build(): Promise<string> {
  return buildBundle({
    entryPoint: resolve(repository, 'src/functions/index.ts'),
    bundle: resolve(repository, 'dist/index.cjs'),
  });
}

async function buildAndTell(): Promise<void> {
  const startedAt = performance.now();
  const bundle = await build();
  const { size } = await stat(bundle);
  console.log(`${bundle}: ${(size / 1024).toFixed(0)} KB in ${(performance.now() - startedAt).toFixed(0)} ms`);
}

// No await here: tests load this file as CommonJS, which has none at the top.
if (import.meta.main) void buildAndTell();

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseSavedWorld, saveWorld, type SavedWorld } from './world/saved-world.ts';
import type { World } from './world/world.ts';

/** How often a changed world is written; a killed simulator loses at most this much. */
const SAVE_INTERVAL_MS = 1000;

/** The world saved in a file; undefined when there is no such file. Throws when it is not a saved world. */
export function readWorldFile(file: string): SavedWorld | undefined {
  return existsSync(file) ? parseSavedWorld(readFileSync(file, 'utf8')) : undefined;
}

/** Keeps the file in step with the world; `requests` counts what came in. The returned function ends that with a last save. */
export function keepWorldFile(file: string, world: World, requests: () => number): () => void {
  let savedRevision = '';
  const save = () => {
    const current = `${requests()} ${revision(world)}`;
    if (current === savedRevision) return;
    // Replaced as a whole, so that a crash never leaves half a world.
    writeFileSync(`${file}.new`, JSON.stringify(saveWorld(world)));
    renameSync(`${file}.new`, file);
    savedRevision = current;
  };
  const timer = setInterval(save, SAVE_INTERVAL_MS).unref();
  return () => {
    clearInterval(timer);
    savedRevision = '';
    save();
  };
}

/** Changes with every change of a directory, so that what was done in process is saved as well. */
function revision(world: World): string {
  return [...world.tenants.values()].map((tenant) => `${tenant.directory.seq}/${tenant.apps.size}`).join(' ');
}

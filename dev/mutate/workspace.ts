import { rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { applyEdit, type Mutation } from './mutation.ts';

const repository = resolve(import.meta.dirname, '../..');
const prefix = 'rolecall-mutate-';
/** What the tests need; everything else of the repository stays out. */
const folders = ['src', 'dev', 'test', 'config', 'docs', 'infra'];
const ignored = new Set(['node_modules', 'dist', 'coverage', '.local', '.git']);

/** A copy of the working tree in a temporary folder, in which faults are made. */
export interface Workspace {
  readonly root: string;
  /** Makes the faults; the returned function takes them back. */
  apply(mutation: Mutation): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

/** Copies the working tree as it is, changes that are not committed included; the repository itself is never touched. */
export async function createWorkspace(): Promise<Workspace> {
  await removeLeftOvers();
  const root = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  // Also when the run is ended from outside.
  process.once('exit', () => {
    rmSync(root, { recursive: true, force: true });
  });
  for (const entry of await readdir(repository, { withFileTypes: true })) {
    const wanted = entry.isDirectory() ? folders.includes(entry.name) : entry.isFile();
    if (wanted && !ignored.has(entry.name)) {
      await cp(join(repository, entry.name), join(root, entry.name), { recursive: true });
    }
  }
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'dir');
  return { root, apply: (mutation) => apply(root, mutation), remove: () => rm(root, { recursive: true, force: true }) };
}

async function apply(root: string, { edits }: Mutation): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  for (const edit of edits) {
    const path = join(root, edit.file);
    const text = await readFile(path, 'utf8');
    if (!before.has(path)) before.set(path, text);
    await writeFile(path, applyEdit(text, edit));
  }
  return async () => {
    for (const [path, text] of before) await writeFile(path, text);
  };
}

/** A run that was killed could not remove its copy. */
async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import { createOffsetClock } from '../../../dev/clock.ts';
import { directoryGroup, directoryUser, type DirectoryUser } from '../../../dev/simulator/world/directory-object.ts';
import { Directory } from '../../../dev/simulator/world/directory.ts';

const createdDateTime = '2026-01-01T00:00:00Z';

/** A directory from the shortest description: users (with what is special about them) and groups with their members. */
export function tinyDirectory(
  users: Readonly<Record<string, Partial<DirectoryUser>>>,
  groups: Readonly<Record<string, readonly string[]>>,
): Directory {
  const directory = new Directory(createOffsetClock());
  directory.seed({
    users: Object.entries(users).map(([id, special]) => directoryUser({ id, createdDateTime, ...special })),
    groups: Object.keys(groups).map((id) => directoryGroup({ id, createdDateTime })),
    members: Object.entries(groups),
  });
  return directory;
}

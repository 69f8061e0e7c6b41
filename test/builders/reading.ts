import type { FoundReading, MissingReading } from '../../src/lib/model/reading.ts';
import { at } from './times.ts';

/** A complete reading that began and ended at the given minute, by default an hour after `at(0)`. */
export function found(
  groupIds: readonly string[] = [],
  special: Partial<FoundReading> & { readonly minute?: number } = {},
): FoundReading {
  const { minute = 60, ...rest } = special;
  return {
    kind: 'found',
    startedDateTime: at(minute),
    completedDateTime: at(minute),
    identity: { displayName: 'Ada', userPrincipalName: 'ada@contoso.com' },
    accountEnabled: true,
    userType: 'member',
    groups: new Set(groupIds),
    readsHidden: false,
    ...rest,
  };
}

/** A reading of an id that no user answers to. */
export function missing(kind: MissingReading['kind'], minute = 60): MissingReading {
  return { kind, startedDateTime: at(minute), completedDateTime: at(minute) };
}

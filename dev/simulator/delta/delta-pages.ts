import type { Random } from '../world/random.ts';
import type { DeltaRow } from './delta-row.ts';
import type { DeltaSettings } from './delta-settings.ts';

/** A row with the part of its members that stands on this page. */
export interface DeltaItem {
  readonly row: DeltaRow;
  readonly memberIds: readonly string[];
}

/** Repeats some rows at random later places. */
function withRepetitions(rows: readonly DeltaRow[], settings: DeltaSettings, random: Random): readonly DeltaRow[] {
  const told = [...rows];
  for (const row of rows) {
    if (!random.chance(settings.repeatedObjects)) continue;
    const first = told.indexOf(row);
    told.splice(first + 1 + random.integer(told.length - first), 0, row);
  }
  return told;
}

/** Fills pages one after the other; a group whose members do not fit goes on on the next pages, named again on each. */
function fill(rows: readonly DeltaRow[], objectsPerPage: number, membersPerPage: number): DeltaItem[][] {
  let page: DeltaItem[] = [];
  let members = 0;
  const pages = [page];
  const turn = (): void => {
    page = [];
    members = 0;
    pages.push(page);
  };
  for (const row of rows) {
    const all = row.kind === 'object' ? row.memberIds : [];
    let from = 0;
    do {
      if (page.length >= objectsPerPage || members >= membersPerPage) turn();
      const memberIds = all.slice(from, from + membersPerPage - members);
      page.push({ row, memberIds });
      members += memberIds.length;
      from += memberIds.length;
    } while (from < all.length);
  }
  return pages;
}

/** Lays the rows of a round out on pages; there is at least one, and with the switch empty ones come between. */
export function layOut(
  rows: readonly DeltaRow[],
  entitySet: 'groups' | 'users',
  settings: DeltaSettings,
  random: Random,
): readonly (readonly DeltaItem[])[] {
  const objectsPerPage = entitySet === 'groups' ? settings.groupsPerPage : settings.usersPerPage;
  const pages = fill(withRepetitions(rows, settings, random), objectsPerPage, settings.membersPerPage);
  return pages.flatMap((page) => (random.chance(settings.emptyPages) ? [[], page] : [page]));
}

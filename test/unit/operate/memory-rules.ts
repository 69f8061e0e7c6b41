import { NotFoundError } from '../../../src/lib/errors.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { RulesVersion } from '../../../src/lib/model/rules-version.ts';
import type { RulesStore } from '../../../src/lib/ports.ts';
import { since } from './tenant-fakes.ts';

/** A tenant's rules in memory, one chain of versions like the real table. */
export function memoryRules(): RulesStore {
  const stored: { readonly rules: ActiveRules; readonly about: RulesVersion }[] = [];
  let active = 0;
  const find = (version: number): ActiveRules => {
    const found = stored[version - 1];
    if (found === undefined) throw new NotFoundError('There is no such version.');
    return found.rules;
  };
  return {
    active: async () => (active === 0 ? undefined : find(active)),
    activeVersion: async () => active,
    version: async (version) => find(version),
    versions: async function* () {
      yield* stored.map(({ about }) => about).reverse();
    },
    append: async (rules, publication, from) => {
      if (from !== active || stored.length > from) return undefined;
      const version = from + 1;
      stored.push({ rules: { ...rules, version }, about: { ...publication, version, createdDateTime: since } });
      return version;
    },
    activate: async (version, from) => {
      if (active !== from) return false;
      active = version;
      return true;
    },
  };
}

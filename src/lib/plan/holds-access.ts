import type { AccountState } from '../model/facts.ts';
import type { RulesDocument } from '../model/rules-document.ts';

/** True when an account has something to lose: a suspended one holds nothing in effect, and a deleted one nothing at all. */
export function holdsAccess(
  state: AccountState,
  { disabledAccounts }: Pick<RulesDocument, 'disabledAccounts'>,
): boolean {
  return state === 'enabled' || (state === 'disabled' && disabledAccounts === 'keep');
}

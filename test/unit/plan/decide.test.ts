import type { Assignment } from '../../../src/lib/model/access.ts';
import { noFacts } from '../../../src/lib/model/facts.ts';
import { decided } from '../../builders/decided.ts';
import { active, from, role } from '../../builders/access.ts';
import { factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const userRules = rulesOf([rule('r', alpha, ['user'])]);
const user = role('user', [from('r', alpha)]);

describe('decide, what rules give', () => {
  it('gives every kind of entitlement of one rule in one scope (P1, P13, R1)', () => {
    const rules = rulesOf([
      rule(
        'r',
        alpha,
        { permissions: ['export'], teams: ['red'], businessFunctions: ['sales', 'payments'], roles: ['user', 'admin'] },
        { scopes: ['legal-entity:USMF'] },
      ),
    ]);
    const held = { scopes: ['legal-entity:USMF'], sources: [from('r', alpha)] };
    expect(decided(memberOf([alpha]), rules)).toEqual(
      active([
        { kind: 'role', id: 'admin', ...held },
        { kind: 'role', id: 'user', ...held },
        { kind: 'businessFunction', id: 'payments', ...held },
        { kind: 'businessFunction', id: 'sales', ...held },
        { kind: 'team', id: 'red', ...held },
        { kind: 'permission', id: 'export', ...held },
      ]),
    );
  });

  it.each([
    ['a role only', { roles: ['user'] }, ['role user']],
    ['a function only', { businessFunctions: ['sales'] }, ['businessFunction sales']],
    ['the two', { roles: ['user'], businessFunctions: ['sales'] }, ['role user', 'businessFunction sales']],
  ])('gives %s where the rule says so (R13)', (_case, grants, held) => {
    const { assignments } = decided(memberOf([alpha]), rulesOf([rule('r', alpha, grants)]));
    expect(assignments.map(({ kind, id }) => `${kind} ${id}`)).toEqual(held);
  });

  it('unites scopes and sources of one entitlement (D1, D4, D14)', () => {
    const rules = rulesOf([
      rule('2', beta, ['user'], { scopes: ['s3', 's1'] }),
      rule('1', alpha, ['user'], { scopes: ['s2', 's1'] }),
      rule('3', gamma, ['user'], { scopes: ['s4'] }),
    ]);
    expect(decided(memberOf([beta, alpha]), rules)).toEqual(
      active([role('user', [from('1', alpha), from('2', beta)], ['s1', 's2', 's3'])]),
    );
  });

  it('lets everywhere swallow every scope, and keeps both sources', () => {
    const rules = rulesOf([rule('1', alpha, ['user'], { scopes: ['s1'] }), rule('2', beta, ['user'])]);
    expect(decided(memberOf([alpha, beta]), rules)).toEqual(
      active([role('user', [from('1', alpha), from('2', beta)])]),
    );
  });

  it('names each rule of one group as a source of its own', () => {
    const rules = rulesOf([rule('1', alpha, ['user']), rule('2', alpha, ['user', 'user'])]);
    expect(decided(memberOf([alpha]), rules)).toEqual(active([role('user', [from('1', alpha), from('2', alpha)])]));
  });

  it('gives nothing for groups that no rule maps (R3), nor for rules that are switched off (D11)', () => {
    const off = rulesOf([rule('r', alpha, ['user'], { enabled: false })]);
    expect(decided(memberOf([beta]), userRules)).toEqual(active([]));
    expect(decided(memberOf([alpha]), off)).toEqual(active([]));
  });

  it('gives nothing for a pin whose rule is gone', () => {
    expect(decided(memberOf([alpha]), { ...rulesOf([]), pins: userRules.pins })).toEqual(active([]));
  });

  it('gives nothing for an out, nor for a fact from before the mapping', () => {
    const remapped = rulesOf([rule('r', alpha, ['user'])], { mappedSince: at(1) });
    expect(decided(factsOf({ [alpha]: { member: outSince(at(59)) } }), userRules)).toEqual(active([]));
    expect(decided(memberOf([alpha]), remapped)).toEqual(active([]));
  });
});

describe('decide, direct and transitive membership (A14)', () => {
  const transitive = rule('t', alpha, ['user']);
  const direct = rule('d', alpha, ['admin'], { membership: 'direct' });
  const rules = rulesOf([transitive, direct]);
  const [admin, plain] = [role('admin', [from('d', alpha)]), role('user', [from('t', alpha)])];

  it.each([
    ['a nested member', undefined, [plain]],
    ['a direct member', inSince(at(0)), [admin, plain]],
    ['a member who was direct', outSince(at(0)), [plain]],
  ])('%s', (_case, spell, assignments) => {
    const fact = { member: inSince(at(0)), ...(spell === undefined ? {} : { direct: spell }) };
    expect(decided(factsOf({ [alpha]: fact }), rules)).toEqual(active(assignments));
  });

  it('counts directness only since some rule maps it', () => {
    const remapped = rulesOf([transitive, direct], { directSince: at(1) });
    const fact = { member: inSince(at(0)), direct: inSince(at(0)) };
    expect(decided(factsOf({ [alpha]: fact }), remapped)).toEqual(active([plain]));
  });

  it('counts directness since the mapping where the pin does not say more', () => {
    const pins = rules.pins.map(({ directSince, ...pin }) => pin);
    const fact = { member: inSince(at(0)), direct: inSince(at(0)) };
    expect(decided(factsOf({ [alpha]: fact }), { ...rules, pins })).toEqual(active([admin, plain]));
  });
});

describe('decide, guests (D9)', () => {
  const other = { grants: { teams: ['visitors'] } };
  const visitors: Assignment = { kind: 'team', id: 'visitors', scopes: [], sources: [from('r', alpha)] };

  it.each([
    ['excluded unless said otherwise', undefined, undefined, []],
    ['included by the document', 'include', undefined, [user]],
    ['included by the rule alone', 'exclude', 'include', [user]],
    ['excluded by the rule alone', 'include', 'exclude', []],
    ['given other grants', 'exclude', other, [visitors]],
  ] as const)('%s', (_case, ofDocument, ofRule, assignments) => {
    const special = ofRule === undefined ? {} : { guests: ofRule };
    const rules = rulesOf(
      [rule('r', alpha, ['user'], special)],
      ofDocument === undefined ? {} : { guests: ofDocument },
    );
    expect(decided(memberOf([alpha], { type: 'guest' }), rules)).toEqual(active(assignments));
    expect(decided(memberOf([alpha]), rules)).toEqual(active([user]));
  });
});

describe('decide, the account', () => {
  it.each([
    ['enabled', 'suspend', 'active', [user]],
    ['disabled', 'suspend', 'suspended', [user]],
    ['disabled', 'keep', 'active', [user]],
    ['deleted', 'suspend', 'removed', []],
    ['deleted', 'keep', 'removed', []],
  ] as const)('%s, disabled accounts: %s, is %s', (state, disabledAccounts, expected, assignments) => {
    const rules = rulesOf([rule('r', alpha, ['user'])], { disabledAccounts });
    expect(decided(memberOf([alpha], { state }), rules)).toEqual({ ...active(assignments), state: expected });
  });

  it('gives nothing to somebody of whom nothing is known', () => {
    const rules = rulesOf([rule('r', alpha, ['user'])], { defaultRole: 'user' });
    expect(decided(noFacts, rules)).toEqual(active([]));
    expect(decided({ groups: memberOf([alpha]).groups }, rules)).toEqual(active([]));
  });
});

describe('decide, the default role (R25)', () => {
  const rules = rulesOf([rule('1', alpha, ['admin']), rule('2', beta, { teams: ['red'] })], { defaultRole: 'user' });
  const red: Assignment = { kind: 'team', id: 'red', scopes: [], sources: [from('2', beta)] };
  const fallback = role('user', [{ origin: 'default' }]);

  it.each([
    ['another rule first', memberOf([alpha, beta]), [role('admin', [from('1', alpha)]), red]],
    ['the default where no rule gives a role', memberOf([beta]), [fallback, red]],
    ['the default where no rule gives anything', memberOf([]), [fallback]],
    ['none for a guest whom the document excludes', memberOf([], { type: 'guest' }), []],
  ])('%s', (_case, facts, assignments) => {
    expect(decided(facts, rules)).toEqual(active(assignments));
  });

  it('is none where the document names none', () => {
    expect(decided(memberOf([]), userRules)).toEqual(active([]));
  });

  it('is for guests whom the document includes', () => {
    const included = rulesOf([], { defaultRole: 'user', guests: 'include' });
    expect(decided(memberOf([], { type: 'guest' }), included)).toEqual(active([fallback]));
  });

  it('leaves sources, scopes and waits of the others as they are', () => {
    const scoped = rulesOf(
      [
        rule('2', beta, { teams: ['red'] }, { scopes: ['s1'] }),
        rule('3', gamma, { teams: ['red'] }, { scopes: ['s2'] }),
      ],
      { defaultRole: 'user' },
    );
    const waits = inSince(at(0), at(1));
    expect(decided(factsOf({ [beta]: { member: waits }, [gamma]: { member: waits } }), scoped)).toEqual(
      active([
        fallback,
        { ...red, scopes: ['s1', 's2'], sources: [from('2', beta), from('3', gamma)], pendingSince: at(1) },
      ]),
    );
  });
});

describe('decide, facts that a hold keeps', () => {
  const rules = rulesOf([rule('1', alpha, ['user']), rule('2', beta, ['user'])]);
  const sources = [from('1', alpha), from('2', beta)];

  it('gives what facts that wait give, and says since when', () => {
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(9)) }, [beta]: { member: inSince(at(0), at(7)) } });
    expect(decided(facts, rules)).toEqual(active([{ ...role('user', sources), pendingSince: at(7) }]));
  });

  it('does not wait where one fact is firm', () => {
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(9)) }, [beta]: { member: inSince(at(0)) } });
    expect(decided(facts, rules)).toEqual(active([role('user', sources)]));
  });
});

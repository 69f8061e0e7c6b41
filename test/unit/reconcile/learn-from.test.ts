import { createLog } from '../../../src/lib/log.ts';
import { mappedGroups } from '../../../src/lib/model/active-rules.ts';
import type { GroupAnswer, GroupInfo } from '../../../src/lib/model/directory.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { learnFrom } from '../../../src/lib/reconcile/learn-from.ts';
import type { Sight } from '../../../src/lib/reconcile/read-user.ts';
import { factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { found } from '../../builders/reading.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at, lagMilliseconds } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const rules = rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['user'])]);
const info: GroupInfo = {
  id: alpha,
  displayName: 'Group a',
  kind: 'security',
  dynamic: false,
  onPremisesSynced: false,
  roleAssignable: false,
  hiddenMembership: false,
};
const present: GroupAnswer = { evidence: 'present', info };
/** Hides its membership, but not from us by now. */
const revealed: GroupAnswer = { evidence: 'present', info: { ...info, hiddenMembership: true } };
const hidden: GroupAnswer = { ...present, evidence: 'unknown' };
const silent: GroupAnswer = { evidence: 'unknown' };

interface World {
  readonly answers?: Readonly<Record<string, GroupAnswer>>;
  readonly watchedState?: WatchedGroup['state'];
  readonly held?: readonly string[];
}

/** Ports with a directory and ledgers in memory; `claims`, `settled` and `asked` say what was done. */
function world({ answers = {}, watchedState = 'present', held = [] }: World) {
  const [asked, claims, settled]: [string[], string[], string[]] = [[], [], []];
  const unexpected = unexpectedPorts();
  const ports: Ports = {
    ...unexpected,
    lagMilliseconds,
    log: createLog(() => undefined),
    directory: {
      ...unexpected.directory,
      readGroups: async (groupIds) => {
        asked.push(...groupIds);
        return new Map(Object.entries(answers));
      },
    },
    watched: {
      ...unexpected.watched,
      find: async (groupId) => {
        return { groupId, displayName: '', mapped: true, parents: [], state: watchedState, stateSince: at(0) };
      },
    },
    ledger: {
      ...unexpected.ledger,
      claim: async ({ ledger, groupDeleted }) => {
        claims.push(groupDeleted ? `${ledger} deleted` : ledger);
        return held.includes(ledger) ? 'held' : 'passed';
      },
      foresee: async ({ ledger }) => (held.includes(ledger) ? 'held' : 'passed'),
      settle: async (ledger) => {
        settled.push(ledger);
      },
    },
  };
  return { ports, asked, claims, settled };
}

/** A reading that shows these groups, of a user of whom these facts are recorded. */
function sight(recorded: Facts, groupIds: readonly string[] = []): Sight {
  const stored = { record: recordOf(recorded, rules), outbox: [], exceptions: [] };
  const mapped = mappedGroups(rules);
  return { userId, stored, rules, rulesWait: false, mapped, reading: found(groupIds), tombstoneSince: undefined };
}

const out = factsOf({ [alpha]: { member: outSince(at(60)) } });
const waits = factsOf({ [alpha]: { member: inSince(at(0), at(60)) } });
const waited = factsOf({ [alpha]: { member: inSince(at(0), at(1)) } });

describe('learnFrom', () => {
  it('asks no group and claims nothing where nothing is lost', async () => {
    const { ports, asked, claims } = world({});
    const learned = await learnFrom(ports, sight(memberOf([alpha]), [alpha]), 'claim', 'normal');
    expect([learned.facts, learned.unanswered, asked, claims]).toEqual([memberOf([alpha]), [], [], []]);
  });

  it.each<[string, World, Facts, readonly string[], readonly string[]]>([
    ['a group that answers: claimed', { answers: { [alpha]: present } }, out, [alpha], []],
    ['a group that answers, held', { answers: { [alpha]: present }, held: [alpha] }, waits, [alpha], []],
    ['a group that hides its members', { answers: { [alpha]: hidden } }, memberOf([alpha]), [], []],
    [
      'a group whose members became readable only after the reading',
      { answers: { [alpha]: revealed } },
      memberOf([alpha]),
      [],
      [],
    ],
    ['a group that does not answer', { answers: { [alpha]: silent } }, memberOf([alpha]), [], [alpha]],
    ['an answer that lacks the group', {}, memberOf([alpha]), [], [alpha]],
    ['a group that is only missing', { watchedState: 'missing' }, memberOf([alpha]), [], [alpha]],
    ['a group whose deletion is confirmed', { watchedState: 'deleted' }, out, [`${alpha} deleted`], []],
    [
      'a group that hides its members, once taken for deleted',
      { answers: { [alpha]: hidden }, watchedState: 'deleted' },
      memberOf([alpha]),
      [],
      [],
    ],
  ])('lost: %s', async (_case, start, facts, claimed, unanswered) => {
    const { ports, asked, claims } = world(start);
    const learned = await learnFrom(ports, sight(memberOf([alpha])), 'claim', 'normal');
    expect([learned.facts, asked, claims, learned.unanswered]).toEqual([facts, [alpha], claimed, unanswered]);
  });

  it('takes a reading that could see a hidden membership for evidence', async () => {
    const { ports } = world({ answers: { [alpha]: revealed } });
    const start = sight(memberOf([alpha]));
    const seeing = { ...start, reading: found([], { readsHidden: true }) };
    expect((await learnFrom(ports, seeing, 'claim', 'normal')).facts).toEqual(out);
  });

  it('holds one loss and lets the other pass', async () => {
    const { ports, claims } = world({ answers: { [alpha]: present, [beta]: present }, held: [alpha] });
    const { facts } = await learnFrom(ports, sight(memberOf([alpha, beta])), 'claim', 'normal');
    expect(facts).toEqual(factsOf({ ...waits.groups, [beta]: { member: outSince(at(60)) } }));
    expect(claims).toEqual([alpha, beta]);
  });

  it('settles the ledger of somebody who waited and was found again', async () => {
    const { ports, settled } = world({});
    expect((await learnFrom(ports, sight(waited, [alpha]), 'claim', 'normal')).facts).toEqual(memberOf([alpha]));
    expect(settled).toEqual([alpha]);
  });

  it.each<[string, readonly string[], Facts]>([
    ['passes', [], out],
    ['is held', [alpha], waits],
  ])('says in a dry run what %s, and writes to no ledger (promise 7)', async (_case, held, facts) => {
    const { ports, claims } = world({ answers: { [alpha]: present }, held });
    expect((await learnFrom(ports, sight(memberOf([alpha])), 'look', 'normal')).facts).toEqual(facts);
    expect(claims).toEqual([]);
  });

  it('settles nothing in a dry run', async () => {
    const { ports, settled } = world({});
    await learnFrom(ports, sight(waited, [alpha]), 'look', 'normal');
    expect(settled).toEqual([]);
  });

  it('fails when a ledger cannot be read: the loss waits', async () => {
    const { ports } = world({ answers: { [alpha]: present } });
    const broken = { ...ports, ledger: { ...ports.ledger, claim: () => Promise.reject(new Error('away')) } };
    await expect(learnFrom(broken, sight(memberOf([alpha])), 'claim', 'normal')).rejects.toThrow('away');
  });
});

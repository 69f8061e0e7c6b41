import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import type { WaitingGroup } from '../../../src/lib/model/waiting-group.ts';
import { letInProtected } from '../../../src/lib/operate/let-in-protected.ts';
import { publishRules } from '../../../src/lib/operate/publish-rules.ts';
import { directoryWith, documentOf, groupId, groupInfo, rule } from '../rules/sample-document.ts';
import { memoryRules } from './memory-rules.ts';
import { since, tenant } from './tenant-fakes.ts';

const [a, b, c] = [groupId('a'), groupId('b'), groupId('c')];
const known = groupInfo(a, 'AppDev');
const ordinary = groupInfo(b, 'AppQA');
const synced = groupInfo(c, 'AppProd', { onPremisesSynced: true });

const letsIn = [rule('app', { group: { displayNamePattern: 'App{Env}', pin: 'protected' } })];
const waitsForPerson = [rule('app', { group: { displayNamePattern: 'App{Env}' } })];

/** A tenant whose rules were published when it had one group; then others turned up, and full sync found them. */
async function world(rules: readonly Record<string, unknown>[], others: readonly GroupInfo[]) {
  const { ports: some, decisions } = tenant({});
  const store = memoryRules();
  const waiting = others.map((info): WaitingGroup => ({ ruleId: 'app', groupId: info.id, info, since }));
  const ports = {
    ...some,
    rules: store,
    directory: directoryWith(known, ...others),
    waiting: { list: async () => waiting },
    access: {
      records: async function* () {
        yield* [];
      },
    },
  };
  const first = { ...ports, directory: directoryWith(known) };
  await publishRules(first, documentOf(rules), { author: 'ada', from: 0 });
  await store.activate(1, 0);
  const mapped = async (version: number) => (await store.version(version)).pins.map((pin) => pin.groupId);
  return { ports, store, mapped, decisions };
}

describe('letInProtected', () => {
  it('publishes the rules again with the protected group, as Rolecall, and with no other', async () => {
    const { ports, mapped, decisions } = await world(letsIn, [ordinary, synced]);
    expect(await letInProtected(ports)).toBe('published');
    expect(await mapped(2)).toEqual([a, c]);
    expect(decisions.at(-1)).toMatchObject({
      initiatedBy: 'Rolecall',
      action: 'publishRules',
      details: { version: 2 },
    });
  });

  it.each<[string, readonly Record<string, unknown>[], readonly GroupInfo[]]>([
    ['the rule lets nobody in', waitsForPerson, [synced]],
    ['no group that waits is protected', letsIn, [ordinary]],
    ['nothing waits', letsIn, []],
    ['the group hides its members', letsIn, [{ ...synced, hiddenMembership: true }]],
  ])('publishes nothing when %s', async (_case, rules, others) => {
    const { ports, store } = await world(rules, others);
    expect(await letInProtected(ports)).toBe('none');
    await expect(store.version(2)).rejects.toThrow();
  });

  it('leaves it to a person when somebody else publishes meanwhile', async () => {
    const { ports, store } = await world(letsIn, [synced]);
    await store.append({ document: documentOf([]), pins: [] }, { author: 'bert', causeId: 'x' }, 1);
    expect(await letInProtected(ports)).toBe('refused');
  });

  it('does nothing without rules', async () => {
    const { ports } = await world(letsIn, [synced]);
    expect(await letInProtected({ ...ports, rules: memoryRules() })).toBe('none');
  });
});

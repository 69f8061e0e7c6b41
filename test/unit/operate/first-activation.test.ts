import { createLog } from '../../../src/lib/log.ts';
import { activateFirstRules } from '../../../src/lib/operate/first-activation.ts';
import { requestRules } from '../../../src/lib/operate/request-rules.ts';
import { directoryWith, groupId, groupInfo, soundDocument } from '../rules/sample-document.ts';
import { memoryRules } from './memory-rules.ts';
import { tenant } from './tenant-fakes.ts';

function newTenant() {
  const lines: string[] = [];
  const world = tenant({});
  const rules = memoryRules();
  const ports = {
    ...world.ports,
    rules,
    log: createLog((_level, line) => lines.push(line)),
    directory: directoryWith(groupInfo(groupId('a'), 'Alpha')),
    access: {
      records: async function* () {
        yield* [];
      },
    },
  };
  return { ...world, ports, rules, lines };
}

const document = async () => JSON.stringify(soundDocument());

describe('the first rules of a tenant', () => {
  it('are asked for until they are stored, then until they are in force, and never again', async () => {
    const { ports, rules, jobs } = newTenant();
    expect(await requestRules(ports)).toBe('firstRequested');
    expect(await activateFirstRules(ports, document)).toBe('requested');
    // Who stored them may have died before asking for their activation.
    expect(await requestRules(ports)).toBe('requested');
    expect(jobs.map(({ kind, id }) => [kind, id])).toEqual([
      ['activate', ''],
      ['activate', '1'],
      ['activate', '1'],
    ]);
    await rules.activate(1, 0);
    expect([await requestRules(ports), await activateFirstRules(ports, document)]).toEqual(['inForce', 'inForce']);
    expect(jobs).toHaveLength(3);
  });

  it('are stored once, however often they are asked for', async () => {
    const { ports, rules, jobs } = newTenant();
    await Promise.all([activateFirstRules(ports, document), activateFirstRules(ports, document)]);
    expect(await rules.version(1)).toMatchObject({ version: 1 });
    await expect(rules.version(2)).rejects.toThrow();
    expect(jobs).toHaveLength(1);
  });

  it('are not put in force while the document is faulty: every fault is said', async () => {
    const { ports, rules, lines } = newTenant();
    const faulty = JSON.stringify({ ...soundDocument(), defaultRole: 'x', roles: [] });
    expect(await activateFirstRules(ports, async () => faulty)).toBe('faulty');
    expect(lines.map((line) => /"path":"([^"]*)"/.exec(line)?.[1])).toEqual([
      '$.rules[0].grants.roles[0]',
      '$.defaultRole',
    ]);
    await expect(rules.version(1)).rejects.toThrow();
  });

  it('wait while no document is named', async () => {
    const { ports, rules } = newTenant();
    expect(await activateFirstRules(ports, async () => undefined)).toBe('none');
    await expect(rules.version(1)).rejects.toThrow();
  });
});

describe('a version that was stored and forgotten', () => {
  it('is asked for again', async () => {
    const { ports, rules, jobs } = newTenant();
    await activateFirstRules(ports, document);
    await rules.activate(1, 0);
    const { version: _version, ...first } = await rules.version(1);
    await rules.append(first, { author: 'ada', causeId: 'lost' }, 1);
    expect(await requestRules(ports)).toBe('requested');
    expect(jobs.at(-1)).toMatchObject({ kind: 'activate', id: '2' });
  });
});

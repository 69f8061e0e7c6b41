import { createLog } from '../../../src/lib/log.ts';
import { NotFoundError } from '../../../src/lib/errors.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import { activateFirstRules } from '../../../src/lib/operate/first-activation.ts';
import { directoryWith, groupId, groupInfo, soundDocument } from '../rules/sample-document.ts';
import { tenant } from './tenant-fakes.ts';

function newTenant() {
  const versions: ActiveRules[] = [];
  const lines: string[] = [];
  const world = tenant({});
  const active = { version: 0 };
  const ports = {
    ...world.ports,
    log: createLog((_level, line) => lines.push(line)),
    directory: directoryWith(groupInfo(groupId('a'), 'Alpha')),
    rules: {
      active: async () => undefined,
      activeVersion: async () => active.version,
      version: async (version: number) => {
        const stored = versions[version - 1];
        if (stored === undefined) throw new NotFoundError('none');
        return stored;
      },
      append: async (rules: Omit<ActiveRules, 'version'>) => versions.push({ ...rules, version: versions.length + 1 }),
    },
  };
  return { ...world, ports, versions, lines, active };
}

const document = async () => JSON.stringify(soundDocument());

describe('activateFirstRules', () => {
  it('publishes the named document once, and asks again while it is not in force', async () => {
    const { ports, versions, jobs, active } = newTenant();
    expect(await activateFirstRules(ports, document)).toBe('requested');
    expect(await activateFirstRules(ports, document)).toBe('requested');
    expect(versions.map(({ version }) => version)).toEqual([1]);
    expect(jobs.map(({ kind, id }) => [kind, id])).toEqual([
      ['activate', '1'],
      ['activate', '1'],
    ]);
    active.version = 1;
    expect(await activateFirstRules(ports, document)).toBe('inForce');
    expect(jobs).toHaveLength(2);
  });

  it('says every fault of a faulty document, and publishes nothing', async () => {
    const { ports, versions, lines } = newTenant();
    const faulty = JSON.stringify({ ...soundDocument(), defaultRole: 'x', roles: [] });
    expect(await activateFirstRules(ports, async () => faulty)).toBe('faulty');
    expect(lines.map((line) => /"path":"([^"]*)"/.exec(line)?.[1])).toEqual([
      '$.rules[0].grants.roles[0]',
      '$.defaultRole',
    ]);
    expect(versions).toEqual([]);
  });

  it('waits while no document is named', async () => {
    const { ports, versions } = newTenant();
    expect([await activateFirstRules(ports, async () => undefined), versions]).toEqual(['none', []]);
  });
});

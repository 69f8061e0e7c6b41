import { z } from 'zod';
import { directoryGroup } from '../../dev/simulator/world/directory-object.ts';
import { idOf, type Membership, usualRules } from './kit/cast.ts';
import { operate } from './kit/operator.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';

const members: Membership = { admins: ['dan'], AppDev_Editors: ['ada'], AppQA_Editors: ['ada', 'eve'] };

const byPattern = {
  id: 'app',
  group: { displayNamePattern: 'App{Env}_{Role}', pin: 'protected' },
  where: { Env: 'Dev' },
  grants: { teams: ['{Role}'] },
};

/** `admins` by its name, and a team for each group of the development environment. */
function rules(): Record<string, unknown> {
  const usual = z.object({ rules: z.array(z.record(z.string(), z.unknown())) }).parse(usualRules({}, ['admins']));
  return { ...usualRules(), teams: [{ id: 'Editors' }, { id: 'Readers' }], rules: [...usual.rules, byPattern] };
}

const stage = useStage({ tenants: ['people', 'protected'], members: () => members, rules });

const listSchema = z.object({
  groups: z.array(z.object({ groupId: z.string(), displayName: z.string(), membersManagedIn: z.string() })),
  waiting: z.array(z.object({ ruleId: z.string(), groupId: z.string() })),
});

async function list({ tenantId }: Scene): Promise<z.infer<typeof listSchema>> {
  return listSchema.parse((await operate(stage().stack, tenantId, 'groups')).body);
}

/** A new group with these members, as anybody may create it unless it is role-assignable. */
function create(scene: Scene, name: string, displayName: string, isAssignableToRole = false): void {
  const createdDateTime = new Date(stage().stack.clock.now()).toISOString();
  const group = directoryGroup({ id: idOf(name), createdDateTime, displayName, isAssignableToRole });
  scene.happen({ kind: 'groupCreated', groupId: group.id, properties: group });
}

function isRename(content: unknown): boolean {
  return z.looseObject({ action: z.literal('renameGroup') }).safeParse(content).success;
}

async function rulesVersion(scene: Scene): Promise<number> {
  return (await scene.tables()).rulesVersion;
}

describe('names of groups', () => {
  it('are worth nothing to somebody who takes one over, until a person names the group (C13, P12)', async () => {
    const scene = stage().scene('people');
    expect(await scene.access('dan')).toEqual(['role admin']);
    expect(await scene.access('ada')).toEqual(['team Editors']);
    // A group of another environment matches, and gives nothing.
    expect(await scene.access('eve')).toEqual([]);

    scene.happen({ kind: 'groupUpdated', groupId: idOf('admins'), properties: { displayName: 'former admins' } });
    create(scene, 'impostors', 'admins');
    create(scene, 'readers', 'AppDev_Readers');
    for (const group of ['impostors', 'readers']) scene.join('nia', group);
    await stage().settle();
    await stage().run('fullSync');
    await stage().settle();

    expect(await scene.access('nia')).toEqual([]);
    expect(await scene.access('dan')).toEqual(['role admin']);
    const { groups, waiting } = await list(scene);
    expect(groups.find(({ groupId }) => groupId === idOf('admins'))).toMatchObject({ displayName: 'former admins' });
    expect(waiting).toEqual(
      expect.arrayContaining([
        { ruleId: 'admins', groupId: idOf('impostors') },
        { ruleId: 'app', groupId: idOf('readers') },
      ]),
    );
    expect(waiting).toHaveLength(2);
    expect(await rulesVersion(scene)).toBe(1);
    // However many feeds told of it, the rename is one entry in the tenant's audit.
    const renames = (await scene.tables()).decisions.map(({ content }) => content).filter(isRename);
    expect(renames).toMatchObject([
      { initiatedBy: 'Rolecall', details: { groupId: idOf('admins'), before: 'admins', after: 'former admins' } },
    ]);

    const options = { method: 'PUT', headers: { 'if-match': '"1"' }, roles: ['Rolecall.Configure'] } as const;
    const document = rules();
    const published = await operate(stage().stack, scene.tenantId, 'rules', { document }, options);
    expect(published.text).toContain('former admins');
    expect(published.text).toContain(`the group 'AppDev_Readers' (${idOf('readers')}) matches and is not let in`);
    await stage().settle();
    expect(await scene.access('nia')).toEqual([]);

    const named = { ...options, headers: { 'if-match': '"2"' } };
    const body = { document, admit: [idOf('readers')] };
    expect((await operate(stage().stack, scene.tenantId, 'rules', body, named)).status).toBe(202);
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['team Readers']);
    expect(await scene.access('dan')).toEqual(['role admin']);
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);

  it('let a protected group in where the rule says so, and nobody else', async () => {
    const scene = stage().scene('protected');
    create(scene, 'readers', 'AppDev_Readers', true);
    create(scene, 'crowded', 'AppDev_Editors');
    scene.join('nia', 'readers');
    scene.join('noa', 'crowded');
    await stage().run('fullSync');
    await stage().settle();
    expect(await rulesVersion(scene)).toBe(2);
    expect(await scene.access('nia')).toEqual(['team Readers']);
    expect(await scene.access('noa')).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);
});

import { sampleDirectory, SAMPLE_MANY_GROUPS, SAMPLE_TENANT } from '../../dev/simulator/sample-tenant.ts';
import { SAMPLE_GROUPS } from '../../dev/simulator/sample/sample-groups.ts';
import { createOffsetClock } from '../../dev/clock.ts';
import { World } from '../../dev/simulator/world/world.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the sample tenant', () => {
  const { people, seed } = sampleDirectory();
  const { directory } = new World(createOffsetClock()).createTenant({ id: SAMPLE_TENANT.tenantId });
  directory.seed(seed);

  it('is the same at every call', () => {
    expect(sampleDirectory()).toEqual({ people, seed });
  });

  it('has one id for each object, and memberships only between objects that exist', () => {
    const ids = [...directory.userIds(), ...directory.groupIds()];
    expect(new Set(ids).size).toBe([...seed.users].length + [...seed.groups].length);
    expect(ids.filter((id) => !GUID.test(id))).toEqual([]);
    for (const [groupId, memberIds] of seed.members) {
      expect(directory.group(groupId)).toBeDefined();
      expect([...memberIds].filter((id) => directory.memberType(id) === undefined)).toEqual([]);
      expect([...memberIds]).not.toEqual([]);
    }
  });

  it('has about 200 users: guests, a disabled account, one without mail', () => {
    expect(directory.userIds().length).toBe(206);
    const principalNames = [...directory.users()].map((user) => user.userPrincipalName.toLowerCase());
    expect(new Set(principalNames).size).toBe(206);
    expect(people.guests.map((guest) => [guest.userType, guest.userPrincipalName.includes('#EXT#')])).toEqual(
      people.guests.map(() => ['Guest', true]),
    );
    expect([...directory.users()].filter((user) => !user.accountEnabled)).toEqual([people.disabled]);
    expect([...directory.users()].filter((user) => user.mail === null)).toEqual([people.withoutMail]);
  });

  it('nests groups three deep, in a cycle', () => {
    const { allStaff, engineering, platform, platformOnCall } = SAMPLE_GROUPS;
    const cycle = [engineering, platform, platformOnCall, engineering];
    for (const [index, group] of cycle.slice(0, -1).entries()) {
      expect(directory.directMembers(group.id)).toContain(cycle[index + 1]?.id);
    }
    expect(directory.transitiveMembers(allStaff.id)).toContain(platformOnCall.id);
    expect(directory.transitiveGroupsOf(engineering.id)).toContain(engineering.id);
  });

  it('holds every kind of group that Graph shows', () => {
    const kindOf = (name: keyof typeof SAMPLE_GROUPS) => {
      const group = directory.group(SAMPLE_GROUPS[name].id);
      return [group?.groupTypes.join(), group?.mailEnabled, group?.securityEnabled];
    };
    expect(kindOf('engineering')).toEqual(['', false, true]);
    expect(kindOf('finance')).toEqual(['', true, true]);
    expect(kindOf('newsletter')).toEqual(['', true, false]);
    expect(kindOf('launchTeam')).toEqual(['Unified', true, false]);
    expect(kindOf('germanSpeakers')).toEqual(['DynamicMembership', false, true]);
    expect(directory.group(SAMPLE_GROUPS.warehouse.id)?.onPremisesSyncEnabled).toBe(true);
    expect(directory.group(SAMPLE_GROUPS.paymentsApprove.id)?.isAssignableToRole).toBe(true);
    expect(directory.group(SAMPLE_GROUPS.board.id)?.visibility).toBe('HiddenMembership');
  });

  it('has one user in 300 groups', () => {
    expect(directory.directGroupsOf(people.inManyGroups.id)).toHaveLength(SAMPLE_MANY_GROUPS);
  });
});

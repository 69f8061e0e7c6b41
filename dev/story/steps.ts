import type { SampleGroupName } from '../simulator/sample/sample-groups.ts';

/** People of the story, cast from the sample tenant (cast.ts); the guest is invited on stage. */
export type Person = 'newcomer' | 'latecomer' | 'nested' | 'alsoNested' | 'mover' | 'seller' | 'guest';

/** Groups of people who act together: all direct members of a group when the curtain rises, or every second one. */
export type Crowd = 'assistants' | 'creators' | 'halfOfSales';

/** Groups of the sample tenant, and one that is made on stage. */
export type GroupName = SampleGroupName | 'squad';

/** One thing that is done, through Graph unless it says otherwise. */
export type Action =
  | { readonly do: 'add' | 'remove'; readonly member: Person | 'squad'; readonly group: GroupName }
  | { readonly do: 'disable' | 'enable' | 'delete' | 'restore'; readonly user: Person }
  | { readonly do: 'deleteGroup' | 'restoreGroup'; readonly group: GroupName }
  | { readonly do: 'removeEach'; readonly crowd: Crowd; readonly group: GroupName }
  | { readonly do: 'invite'; readonly guest: Person }
  | { readonly do: 'makeGroup'; readonly group: 'squad'; readonly members: readonly Person[] }
  /** Through the simulator's control: notifications get lost from now on, or no longer. */
  | { readonly do: 'loseNotifications' | 'deliverNotifications' }
  /** Through the simulator's control: tokens issued from now on live as long as this. */
  | { readonly do: 'shortenTokens'; readonly seconds: number }
  /** Lets simulated time pass and everything settle. */
  | { readonly do: 'wait'; readonly seconds: number }
  /** In vault and app registration; the old secret stops working. */
  | { readonly do: 'rotateSecret' }
  /** Through Rolecall's API, with an operator's token. */
  | { readonly do: 'approve'; readonly group: GroupName };

/** What a record must say before the story goes on. Entitlements are written `kind id`. */
export interface Expectation {
  readonly who: Person | Crowd;
  /** Of a crowd: how many of them; all of them when left out. */
  readonly count?: number;
  readonly state?: 'active' | 'suspended' | 'removed';
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
  /** Groups in which a loss waits for a person. */
  readonly held?: readonly GroupName[];
  /** Groups in which nothing waits any more. */
  readonly free?: readonly GroupName[];
}

export interface Step {
  readonly event: string;
  readonly actions: readonly Action[];
  /** Simulated seconds that pass before the actions; the directory's lag (2 s) has passed by default. */
  readonly before?: number;
  /** Simulated seconds that pass after the actions, for what a timer finds. */
  readonly after?: number;
  readonly expect: readonly Expectation[];
  /** Feeds of which at least one must have brought the change. */
  readonly feeds: readonly string[];
}

const dataScience = ['businessFunction data-science-emea', 'team engineering', 'role user'];
/** Changes of users are swept at most every ten seconds. */
const accounts = { before: 11, feeds: ['delta'] };

export const steps: readonly Step[] = [
  {
    event: 'joins a group',
    actions: [{ do: 'add', member: 'newcomer', group: 'dataScience' }],
    expect: [{ who: 'newcomer', state: 'active', has: dataScience }],
    feeds: ['notification'],
  },
  {
    event: 'leaves it',
    actions: [{ do: 'remove', member: 'newcomer', group: 'dataScience' }],
    expect: [{ who: 'newcomer', state: 'active', lacks: dataScience }],
    feeds: ['notification'],
  },
  {
    event: 'moves from Engineering to Sales',
    actions: [
      { do: 'remove', member: 'mover', group: 'engineering' },
      { do: 'add', member: 'mover', group: 'sales' },
    ],
    expect: [{ who: 'mover', has: ['role sales-agent', 'role user'], lacks: ['team engineering'] }],
    feeds: ['notification'],
  },
  {
    event: 'a nested group joins',
    actions: [
      { do: 'makeGroup', group: 'squad', members: ['nested', 'alsoNested'] },
      { do: 'add', member: 'squad', group: 'dataScience' },
    ],
    expect: [
      { who: 'nested', has: dataScience },
      { who: 'alsoNested', has: dataScience },
    ],
    feeds: ['expand', 'notification'],
  },
  {
    event: 'the nested group leaves',
    actions: [{ do: 'remove', member: 'squad', group: 'dataScience' }],
    expect: [
      { who: 'nested', lacks: dataScience },
      { who: 'alsoNested', lacks: dataScience },
    ],
    feeds: ['expand', 'notification'],
  },
  {
    event: 'a guest joins',
    actions: [
      { do: 'invite', guest: 'guest' },
      { do: 'add', member: 'guest', group: 'launchTeam' },
    ],
    expect: [{ who: 'guest', has: ['permission launch-read'], lacks: ['team launch'] }],
    feeds: ['notification'],
  },
  {
    event: 'an account is disabled',
    actions: [{ do: 'disable', user: 'seller' }],
    expect: [{ who: 'seller', state: 'suspended' }],
    ...accounts,
  },
  {
    event: 'and enabled again',
    actions: [{ do: 'enable', user: 'seller' }],
    expect: [{ who: 'seller', state: 'active', has: ['role sales-agent'] }],
    ...accounts,
  },
  {
    event: 'a user is deleted',
    actions: [{ do: 'delete', user: 'seller' }],
    expect: [{ who: 'seller', state: 'removed', lacks: ['role sales-agent'] }],
    ...accounts,
  },
  {
    event: 'and restored',
    actions: [{ do: 'restore', user: 'seller' }],
    expect: [{ who: 'seller', state: 'active', has: ['role sales-agent', 'role user'] }],
    ...accounts,
  },
  {
    event: 'a group is deleted: held',
    actions: [{ do: 'deleteGroup', group: 'assist' }],
    expect: [{ who: 'assistants', has: ['role assistant'], held: ['assist'] }],
    feeds: ['expand', 'notification'],
  },
  {
    event: 'and restored: the hold ends',
    actions: [{ do: 'restoreGroup', group: 'assist' }],
    expect: [{ who: 'assistants', has: ['role assistant'], free: ['assist'] }],
    feeds: ['expand', 'notification'],
  },
  {
    event: 'another is deleted: held',
    actions: [{ do: 'deleteGroup', group: 'paymentsCreate' }],
    expect: [{ who: 'creators', has: ['role payments-create'], held: ['paymentsCreate'] }],
    feeds: ['expand', 'notification'],
  },
  {
    event: 'and approved: revoked',
    actions: [{ do: 'approve', group: 'paymentsCreate' }],
    // The users' messages are sent ahead of the approval, to be seen five seconds later.
    after: 7,
    expect: [{ who: 'creators', lacks: ['role payments-create'], free: ['paymentsCreate'] }],
    feeds: ['manual'],
  },
  {
    event: 'a notification is lost; the delta sweep finds the change',
    actions: [
      { do: 'loseNotifications' },
      { do: 'add', member: 'latecomer', group: 'dataScience' },
      { do: 'deliverNotifications' },
    ],
    after: 301,
    expect: [{ who: 'latecomer', has: dataScience }],
    feeds: ['delta'],
  },
  {
    event: 'the secret is rotated, tokens end, and a change follows',
    actions: [
      // First the token and the secret that the app holds are young: it must find out by itself that the secret is over.
      { do: 'shortenTokens', seconds: 360 },
      { do: 'wait', seconds: 3700 },
      { do: 'rotateSecret' },
      { do: 'wait', seconds: 370 },
      { do: 'remove', member: 'latecomer', group: 'dataScience' },
    ],
    expect: [{ who: 'latecomer', lacks: dataScience }],
    feeds: ['notification'],
  },
  {
    event: 'half of a group is removed one by one: held',
    actions: [{ do: 'removeEach', crowd: 'halfOfSales', group: 'sales' }],
    expect: [
      { who: 'halfOfSales', count: 10, lacks: ['role sales-agent'] },
      { who: 'halfOfSales', count: 10, has: ['role sales-agent'], held: ['sales'] },
    ],
    feeds: ['notification'],
  },
];

import '../local-connections.ts';
import { z } from 'zod';
import type { StoredVersion, Tables } from '../oracle/read-tables.ts';
import type { Stack } from '../stack.ts';
import { clientId } from './cast.ts';
import type { Decision, ExceptionWish } from './history.ts';
import { rulesDocument, type RulesVariant } from './rules.ts';

/** Real milliseconds after which a person gives a call up; what became of it is seen in the tables. */
const patience = 10_000;

/** How often a person is asked for the number of losers anew, because events changed it meanwhile. */
const mostTries = 2;

const rulesSchema = z.looseObject({ version: z.int() });
const losersSchema = z.looseObject({ losers: z.int() });
const markSchema = z.looseObject({ permissions: z.array(z.looseObject({ id: z.string() })) });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A person who decides about one tenant over the API while everything else goes on, and remembers what was promised. */
export class Operator {
  readonly #stack: Stack;
  readonly #tenantId: string;
  readonly #variant: RulesVariant;
  /** What was sent, by its mark; what became of it may be unknown. */
  readonly #sent: Map<string, Record<string, unknown>>;
  readonly #accepted: number[] = [];
  readonly #exceptions: { readonly userId: string; readonly id: string }[] = [];
  readonly #underWay: Promise<void>[] = [];
  #number = 0;

  constructor(stack: Stack, tenantId: string, variant: RulesVariant) {
    this.#stack = stack;
    this.#tenantId = tenantId;
    this.#variant = variant;
    this.#sent = new Map([['first', rulesDocument(variant)]]);
  }

  /** Begins to carry a decision out; nobody waits for it. */
  begin(decision: Decision): void {
    this.#underWay.push(this.#carryOut(decision).catch(() => undefined));
  }

  /** Waits for what is under way. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** How many versions and exceptions were accepted. */
  accepted(): { readonly versions: number; readonly exceptions: number } {
    return { versions: this.#accepted.length, exceptions: this.#exceptions.length };
  }

  /** The document in force, as it was sent. */
  documentInForce(tables: Tables): Record<string, unknown> | undefined {
    const stored = tables.versions.find(({ version }) => version === tables.rulesVersion);
    return this.#sent.get(markOf(stored));
  }

  /** What was accepted and is not there, one sentence each. */
  discrepancies(tables: Tables): string[] {
    const latest = Math.max(0, ...tables.versions.map(({ version }) => version));
    const lost = this.#accepted.filter((number) => number > latest);
    const exceptions = this.#exceptions.filter(
      ({ userId, id }) => tables.exceptions.get(userId)?.some((stored) => stored.id === id) !== true,
    );
    return [
      ...(tables.rulesVersion === latest
        ? []
        : [`Version ${tables.rulesVersion} is in force, and ${latest} is stored.`]),
      ...(this.documentInForce(tables) ? [] : ['The rules in force are none that anybody published.']),
      ...lost.map((number) => `Version ${number} was accepted and is not stored.`),
      ...exceptions.map(({ userId, id }) => `Exception ${id} of ${userId} was accepted and is not stored.`),
    ];
  }

  async #carryOut(decision: Decision): Promise<void> {
    switch (decision.kind) {
      case 'publish': {
        this.#number += 1;
        const mark = `edit-${this.#number}`;
        const document = rulesDocument(this.#variant, decision.edit, mark);
        this.#sent.set(mark, document);
        return this.#change(() => ['PUT', '/rules', { document }]);
      }
      case 'rollBack':
        return this.#change((version) => [
          'POST',
          '/rules/rollback',
          { version: Math.max(1, version - decision.back) },
        ]);
      case 'except':
        return this.#except(decision.user, decision.exception);
      case 'closeException': {
        const last = this.#exceptions.findLast(({ userId }) => userId === decision.user);
        if (last) await this.#call('DELETE', `/users/${last.userId}/exceptions/${last.id}`);
      }
    }
  }

  /** Follows the version in force; asked for the number of losers, the person gives it. */
  async #change(what: (version: number) => readonly [method: string, path: string, body: object]): Promise<void> {
    const read = await this.#call('GET', '/rules');
    const version = rulesSchema.safeParse(read.body).data?.version;
    if (version === undefined) return;
    const headers = { 'If-Match': `"${version}"` };
    const [method, path, body] = what(version);
    let answer = await this.#call(method, path, body, headers);
    for (let tries = 0; answer.status === 409 && tries < mostTries; tries += 1) {
      const { losers } = losersSchema.parse(answer.body);
      answer = await this.#call(method, path, { ...body, losers }, headers);
    }
    if (answer.status === 202) this.#accepted.push(rulesSchema.parse(answer.body).version);
  }

  async #except(userId: string, { startsIn, lasts, ...wish }: ExceptionWish): Promise<void> {
    this.#number += 1;
    const id = `exception-${this.#number}`;
    const start = this.#stack.clock.now() + startsIn * 1_000;
    const answer = await this.#call('PUT', `/users/${userId}/exceptions/${id}`, {
      ...wish,
      reason: 'a reason',
      approver: 'somebody',
      ...(startsIn === 0 ? {} : { startDateTime: new Date(start).toISOString() }),
      ...(lasts === null ? {} : { endDateTime: new Date(start + lasts * 1_000).toISOString() }),
    });
    if (answer.status === 201) this.#exceptions.push({ userId, id });
  }

  /** Throws when nothing answers. */
  async #call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const { simulator, urls } = this.#stack;
    const { token } = await simulator.authority.sign({
      tenantId: this.#tenantId,
      clientId,
      principalId: clientId,
      audience: clientId,
      roles: ['Rolecall.Read', 'Rolecall.Configure'],
    });
    const response = await fetch(`${urls.host}/api/tenants/${this.#tenantId}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
}

function markOf(stored: StoredVersion | undefined): string {
  return markSchema.safeParse(stored?.document).data?.permissions.at(-1)?.id ?? '';
}

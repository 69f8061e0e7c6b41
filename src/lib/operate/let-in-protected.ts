import { isProtected } from '../model/directory.ts';
import type { Ports } from '../ports.ts';
import { checkDocument } from '../rules/check-document.ts';
import type { Needs } from './needs.ts';
import { publishRules, type PublishPorts } from './publish-rules.ts';

/**
 * Maps protected groups that match a rule which lets them in (`"pin": "protected"`): the document in force is published again
 * with their pins, in the ordinary way, and with nobody else's. Whatever stands in the way is told and left to a person.
 */
export async function letInProtected(
  ports: PublishPorts & Pick<Ports, 'log'> & Needs<{ waiting: 'list' }>,
): Promise<'none' | 'published' | 'refused'> {
  const active = await ports.rules.active();
  const open = new Set(active?.document.rules.filter(({ group }) => group.pin === 'protected').map(({ id }) => id));
  if (active === undefined || open.size === 0) return 'none';
  const waiting = (await ports.waiting.list()).filter(({ ruleId, info }) => open.has(ruleId) && isProtected(info));
  if (waiting.length === 0) return 'none';
  // Publishing what changes nothing would make a version a day, for example for a group that hides its members.
  const checked = await checkDocument(ports, active.document, 'protectedOnly');
  if (checked.ok && checked.value.pins.length <= active.pins.length) return 'none';
  const request = { author: 'Rolecall', from: active.version, admission: 'protectedOnly' as const };
  const outcome = await publishRules(ports, active.document, request);
  if (outcome.kind === 'published') {
    ports.log.info('Protected groups that match a rule are mapped.', { version: outcome.version });
    return 'published';
  }
  ports.log.warn('Protected groups match a rule and could not be mapped; publish the rules document yourself.', {
    outcome: outcome.kind,
    groups: waiting.length,
  });
  return 'refused';
}

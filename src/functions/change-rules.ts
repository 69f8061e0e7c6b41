import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { type Answer, json, problem } from '../lib/http/answer.ts';
import { parseVersionTag, versionTag } from '../lib/http/parameters.ts';
import { readJson } from '../lib/http/read-json.ts';
import type { PublishOutcome } from '../lib/operate/publish-rules.ts';
import { type Admitted, answerApi } from './answer-api.ts';
import type { AppSource } from './current-app.ts';

/** More than the largest document that a version can hold. */
const maxBytes = 4 * 1024 * 1024;

/** Lets in whoever may change the rules and says in `If-Match` which version it follows; answers what became of it. */
export async function changeRules(
  request: HttpRequest,
  context: InvocationContext,
  source: AppSource,
  work: (admitted: Admitted, body: unknown, from: number) => Promise<PublishOutcome | Answer>,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Configure', async (admitted) => {
    const tag = request.headers.get('if-match');
    if (tag === null) return problem(428, 'Say in If-Match which version this follows, as GET rules gives it in ETag.');
    const from = parseVersionTag(tag);
    if (from === undefined) return problem(400, 'If-Match must be the ETag of GET rules, for example "7".');
    const body = await readJson(request, maxBytes);
    if ('refused' in body) return body.refused;
    const outcome = await work(admitted, body.value, from);
    return 'kind' in outcome ? answer(admitted, outcome) : outcome;
  });
}

function answer({ ports }: Admitted, outcome: PublishOutcome): Answer {
  switch (outcome.kind) {
    case 'published': {
      const { kind, ...published } = outcome;
      const Location = `/api/tenants/${ports.tenantId}/rules?version=${outcome.version}`;
      return json(202, published, { Location, ETag: versionTag(outcome.version) });
    }
    case 'faulty':
      return problem(422, 'The rules document has faults.', { members: { faults: outcome.faults } });
    case 'moved': {
      const members = { activeVersion: outcome.activeVersion };
      return problem(412, 'Other rules are in force or about to be: read them, and begin again.', { members });
    }
    case 'losersDiffer': {
      const { losers, holders } = outcome;
      const text = 'This takes something from users. Look at the preview, and give their number as losers.';
      return problem(409, text, { members: { losers, holders } });
    }
    case 'unknownVersion':
      return problem(404, 'There is no earlier rules document of this number.');
  }
}

import { isDeepStrictEqual } from 'node:util';

/** A group as it is written into a rule. */
export interface WrittenGroup {
  readonly id: string;
  readonly displayName: string;
}

/** A `"group": { … }` of a rule; what stands in quotes may contain braces. */
const groupOfRule = /("group"\s*:\s*)\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}/g;

/**
 * The text of a rules document with some groups written anew, by the index of their rule. Everything else stays as it was typed,
 * so that a review shows what changed and nothing else; only a text of which that can't be said is laid out anew.
 */
export function withGroups(text: string, written: ReadonlyMap<number, WrittenGroup>): string {
  if (written.size === 0) return text;
  const wanted: unknown = JSON.parse(text, (key, value: unknown) =>
    key === 'rules' && Array.isArray(value) ? value.map((rule, index) => withGroup(rule, written.get(index))) : value,
  );
  let index = -1;
  const edited = text.replace(groupOfRule, (found, before: string) => {
    index += 1;
    const group = written.get(index);
    return group === undefined ? found : `${before}${onOneLine(group)}`;
  });
  return isDeepStrictEqual(tryParse(edited), wanted) ? edited : `${JSON.stringify(wanted, null, 2)}\n`;
}

function withGroup(rule: unknown, group: WrittenGroup | undefined): unknown {
  return group === undefined || typeof rule !== 'object' ? rule : { ...rule, group: { ...group } };
}

function onOneLine({ id, displayName }: WrittenGroup): string {
  return `{ "id": ${JSON.stringify(id)}, "displayName": ${JSON.stringify(displayName)} }`;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import fc from 'fast-check';
import {
  hasParts,
  matchName,
  type NamePattern,
  type Parts,
  parsePattern,
} from '../../../src/lib/model/name-pattern.ts';

function patternOf(text: string): NamePattern {
  const pattern = parsePattern(text);
  if ('fault' in pattern) throw new Error(pattern.fault);
  return pattern;
}

describe('parsePattern', () => {
  it('reads text and named parts', () => {
    expect(parsePattern('Profisee{Env}_{Role}')).toEqual({
      pieces: [{ text: 'Profisee' }, { part: 'Env' }, { text: '_' }, { part: 'Role' }],
      parts: ['Env', 'Role'],
    });
  });

  it.each([
    ['a brace that is not closed', 'Profisee{Env', /partner/],
    ['a brace that was not opened', 'ProfiseeEnv}', /partner/],
    ['a brace in a brace', 'Profisee{{Env}}', /partner/],
    ['an empty part', 'Profisee{}', /^'' can not be the name/],
    ['a name with a blank', 'Profisee{Env 1}', /^'Env 1' can not be the name/],
    ['one name for two parts', '{Env}_{Env}', /^the part \{Env\} stands twice/],
    ['parts side by side', 'Profisee{Env}{Role}', /where \{Env\} ends and \{Role\} begins/],
    ['no part', 'Profisee', /no named part/],
    ['no text', '{Name}', /would match every name/],
    ['nothing', '', /no named part/],
  ])('refuses %s', (_case, text, fault) => {
    const refused = parsePattern(text);
    expect('fault' in refused ? refused.fault : 'none').toMatch(fault);
    expect('fault' in refused ? refused.remedy : '').not.toBe('');
  });
});

describe('matchName', () => {
  const profisee = 'Profisee{Env}_{Role}';
  it.each<[string, string, Parts | undefined]>([
    [profisee, 'ProfiseeDev_Admins', { Env: 'Dev', Role: 'Admins' }],
    [profisee, 'ProfiseeProd_Read-Only', { Env: 'Prod', Role: 'Read-Only' }],
    [profisee, 'profiseeDev_Admins', undefined],
    [profisee, 'ProfiseeDev_', undefined],
    [profisee, 'Profisee_Admins', undefined],
    [profisee, 'ProfiseeDev_Admins_Old', undefined],
    [profisee, 'ProfiseeDev_Admins (old)', undefined],
    [profisee, 'X ProfiseeDev_Admins', undefined],
    [profisee, 'ProfiseeDev_Adminß', undefined],
    [profisee, 'ProfiseeDev_Admins\n', undefined],
    ['{A}-{B}', 'x-y-z', { A: 'x', B: 'y-z' }],
    ['{A}-{B}', 'x--z', { A: 'x', B: '-z' }],
    ['{A}-end', 'x-end-end', { A: 'x-end' }],
    ['{A}-{B}-end', 'x-y-end-end', { A: 'x', B: 'y-end' }],
    ['a.{A}', 'abc', undefined],
    ['(x)+{A}[0]$', '(x)+y[0]$', { A: 'y' }],
    ['{A}_', 'x_', { A: 'x' }],
    ['_{constructor}', '_x', { constructor: 'x' }],
  ])('%s on %s', (text, name, parts) => {
    expect(matchName(patternOf(text), name)).toEqual(parts);
  });

  it('agrees with a regular expression, and enters its parts into the name', () => {
    const texts = fc.array(fc.constantFrom('-', '_', 'a', 'a-', '-a-', '.'), { minLength: 1, maxLength: 3 });
    const names = fc.array(fc.constantFrom('a', 'b', '-', '_', '.'), { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, names, fc.boolean(), (between, name, ends) => {
        const text = between.map((literal, index) => `${literal}{P${index}}`).join('') + (ends ? '-a' : '');
        const source = text.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[A-Za-z0-9-]+?)');
        const expected = new RegExp(`^${source}$`).exec(name)?.groups;
        const parts = matchName(patternOf(text), name);
        expect(parts).toEqual(expected && { ...expected });
        if (parts) expect(text.replace(/\{(\w+)\}/g, (_all, part: string) => parts[part] ?? '?')).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  it('is quick with a name made to be slow', () => {
    const text = Array.from({ length: 40 }, (_unused, index) => `a{P${index}}`).join('');
    const startedAt = performance.now();
    expect(matchName(patternOf(text), `${'a'.repeat(255)}!`)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe('hasParts', () => {
  it.each<[Parts, Parts | undefined, boolean]>([
    [{ Env: 'Dev' }, undefined, true],
    [{ Env: 'Dev', Role: 'x' }, { Env: 'Dev' }, true],
    [{ Env: 'Dev' }, { Env: 'dev' }, false],
    [{}, { Env: 'Dev' }, false],
    [{}, { constructor: 'Dev' }, false],
  ])('%j where %j: %s', (parts, wanted, expected) => {
    expect(hasParts(parts, wanted)).toBe(expected);
  });
});

import { fillTemplate, hasBalancedBraces, templateParts } from '../../../src/lib/model/template.ts';

describe('templates', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['user', [], 'user'],
    ['profisee-{Role}', ['Role'], 'profisee-Admins'],
    ['{Env}:{Role}.{Env}', ['Env', 'Role', 'Env'], 'Dev:Admins.Dev'],
    ['{Other}', ['Other'], undefined],
    ['{constructor}', ['constructor'], undefined],
  ])('%s takes %j and becomes %s', (template, parts, filled) => {
    expect(templateParts(template)).toEqual(parts);
    expect(fillTemplate(template, { Env: 'Dev', Role: 'Admins' })).toBe(filled);
  });

  it('are filled without parts when they are ids', () => {
    expect([fillTemplate('user'), fillTemplate('x-{Role}')]).toEqual(['user', undefined]);
  });

  it.each([
    ['x-{Role}', true],
    ['x-{Role', false],
    ['x-Role}', false],
    ['{{Role}}', false],
  ])('%s: braces in pairs is %s', (template, balanced) => {
    expect(hasBalancedBraces(template)).toBe(balanced);
  });
});

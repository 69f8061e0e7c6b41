/**
 * What kind of row a key names: its parts between `|`, with every part that isn't a plain word replaced by `*`.
 * `audit|000123` becomes `audit|*`, a tenant and a user id become `*|*`.
 */
export function keyKind(key: string): string {
  return key
    .split('|')
    .map((part) => (/^[a-z]{1,24}$/i.test(part) ? part : '*'))
    .join('|');
}

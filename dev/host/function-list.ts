import type { RegisteredFunction } from './load-bundle.ts';

/** The functions as Core Tools list them at the start: HTTP functions with methods and address, then the others. */
export function functionList(functions: readonly RegisteredFunction[], url: string, routePrefix: string): string[] {
  const http: string[] = [];
  const others: string[] = [];
  for (const { name, trigger } of [...functions].sort((a, b) => a.name.localeCompare(b.name))) {
    if (trigger.type === 'httpTrigger') {
      const path = [routePrefix, trigger.route ?? name].filter((part) => part !== '').join('/');
      http.push(`${name}: [${trigger.methods.join(',')}] ${url}/${path}`);
    } else {
      others.push(`${name}: ${trigger.type}`);
    }
  }
  return ['Functions:', ...http.map(indent), ...others.map(indent)];
}

function indent(line: string): string {
  return `        ${line}`;
}

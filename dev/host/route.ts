export interface Route {
  methods: readonly string[];
  /** Parameters of a path that matches, or undefined. Literals are compared without regard to case. */
  match(path: string): Record<string, string> | undefined;
  /** Fewer parameters come first when several routes match. */
  parameterCount: number;
}

type Segment = { literal: string } | { parameter: string };

/**
 * Compiles a route template of literals and `{parameter}` segments below the prefix. Constraints, optional segments and
 * catch-alls aren't known here: they throw.
 */
export function compileRoute(prefix: string, template: string, methods: readonly string[]): Route {
  const segments = [...split(prefix), ...split(template)].map(compileSegment);
  return {
    methods: methods.map((method) => method.toUpperCase()),
    parameterCount: segments.filter((segment) => 'parameter' in segment).length,
    match: (path) => matchSegments(segments, split(path)),
  };
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function compileSegment(text: string): Segment {
  const parameter = /^\{([A-Za-z_]\w*)\}$/.exec(text)?.[1];
  if (parameter !== undefined) return { parameter };
  if (/[{}]/.test(text))
    throw new Error(`The local host knows only routes with plain {parameter} segments, not "${text}".`);
  return { literal: text.toLowerCase() };
}

function matchSegments(segments: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== path.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = decode(path[index] ?? '');
    if (text === undefined) return undefined;
    if ('parameter' in segment) parameters[segment.parameter] = text;
    else if (segment.literal !== text.toLowerCase()) return undefined;
  }
  return parameters;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

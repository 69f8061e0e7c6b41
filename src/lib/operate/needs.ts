import type { Ports } from '../ports.ts';

/** A part of the ports: of each named port only the named methods. Says what a function can touch, and keeps fakes small. */
export type Needs<Methods extends { readonly [Port in keyof Ports]?: keyof Ports[Port] }> = {
  readonly [Port in keyof Methods & keyof Ports]: Pick<Ports[Port], Methods[Port] & keyof Ports[Port]>;
};

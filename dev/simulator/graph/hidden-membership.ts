import type { HttpReply } from '../http-message.ts';
import type { DirectoryGroup } from '../world/directory-object.ts';
import { forbidden } from './graph-error.ts';
import { pageReply } from './page.ts';
import type { GraphContext } from './route.ts';

/** Whether the caller may not see who is in the group: its membership is hidden and Member.Read.Hidden not granted. */
export function hiddenFrom(context: GraphContext, group: DirectoryGroup): boolean {
  return group.visibility === 'HiddenMembership' && !context.token.permits('Member.Read.Hidden');
}

/** What a listing of hidden members gives. Microsoft does not say which of the three, so a switch does. */
export function hiddenListing(context: GraphContext, ids: () => readonly string[]): HttpReply {
  const mode = context.world.control.settings.hiddenMembership;
  if (mode === 'forbidden') throw forbidden();
  return pageReply(context, {
    entitySet: 'directoryObjects',
    ids: mode === 'empty' ? () => [] : ids,
    item: (id) => {
      const type = context.directory.memberType(id);
      return type === undefined ? undefined : { '@odata.type': `#microsoft.graph.${type}`, id };
    },
  });
}

/** Group ids without those whose membership is hidden from the caller, unless the switch shows ids. */
export function withoutHidden(context: GraphContext, groupIds: readonly string[]): readonly string[] {
  if (context.world.control.settings.hiddenMembership === 'idsOnly') return groupIds;
  return groupIds.filter((id) => {
    const group = context.directory.group(id);
    return group !== undefined && !hiddenFrom(context, group);
  });
}

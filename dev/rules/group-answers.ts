import { z } from 'zod';

/** What a group is and where its members are managed. */
export const descriptionSchema = z.object({
  kind: z.string(),
  marks: z.array(z.string()),
  membersManagedIn: z.string(),
});
const description = descriptionSchema.shape;

const describedSchema = z.looseObject({ id: z.string(), displayName: z.string(), ...description });

/** What a name or an object id stands for in the tenant. */
export const resolvedSchema = z.looseObject({
  candidates: z.array(describedSchema.extend({ members: z.number().nullable() })),
  suggestions: z.array(describedSchema),
});
export type ResolvedGroups = z.infer<typeof resolvedSchema>;

const partsSchema = z.record(z.string(), z.string()).optional();

/** The mapped groups, and those that match a rule and wait for a person. */
export const groupsSchema = z.looseObject({
  groups: z.array(
    z.looseObject({
      groupId: z.string(),
      displayName: z.string(),
      state: z.string(),
      rules: z.array(z.looseObject({ ruleId: z.string(), parts: partsSchema })),
      ...descriptionSchema.partial().shape,
    }),
  ),
  waiting: z.array(
    z.looseObject({
      groupId: z.string(),
      displayName: z.string(),
      ruleId: z.string(),
      since: z.string(),
      remedy: z.string(),
      ...description,
    }),
  ),
});

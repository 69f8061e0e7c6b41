import { deltaRoutes } from '../delta/delta-routes.ts';
import { subscriptionRoutes } from '../subscriptions/subscription-routes.ts';
import { applicationRoutes } from './application-routes.ts';
import { directoryObjectRoutes } from './directory-object-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { membershipRoutes } from './membership-routes.ts';
import type { GraphRoute } from './route.ts';
import { userRoutes } from './user-routes.ts';

/** Every operation of Graph v1.0 that the simulator knows. */
export const graphRoutes: readonly GraphRoute[] = [
  ...userRoutes,
  ...groupRoutes,
  ...memberRoutes,
  ...membershipRoutes,
  ...directoryObjectRoutes,
  ...applicationRoutes,
  ...subscriptionRoutes,
  ...deltaRoutes,
];

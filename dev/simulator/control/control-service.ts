import { ZodError } from 'zod';
import { deltaControlRoutes } from '../delta/delta-control.ts';
import type { HttpReply, HttpRequest } from '../http-message.ts';
import { RouteMatcher } from '../route-matcher.ts';
import type { Simulator } from '../start-simulator.ts';
import type { ControlRoute } from './control-route.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { worldRoutes } from './world-routes.ts';

const routes = new RouteMatcher<ControlRoute>([...worldRoutes, ...tenantRoutes, ...deltaControlRoutes]);

/** Answers `/_control`: JSON in, JSON out, nobody asked who they are. Bad input is 400 with what is wrong. */
export async function answerControl(simulator: Simulator, request: HttpRequest): Promise<HttpReply> {
  const found = routes.find(request.method, request.path.replace(/^\/_control/, ''));
  if (found === undefined) return { status: 404, body: { error: `There is no ${request.path}.` } };
  if (found === 'wrongMethod') return { status: 405, body: { error: `${request.method} is not for ${request.path}.` } };
  try {
    const body: unknown = request.text === '' ? undefined : JSON.parse(request.text);
    return await found.route.handle({ simulator, params: found.params, query: request.query, body });
  } catch (error) {
    if (error instanceof ZodError)
      return { status: 400, body: { error: 'The body is not valid.', issues: error.issues } };
    const message = error instanceof Error ? error.message : String(error);
    return { status: 400, body: { error: message } };
  }
}

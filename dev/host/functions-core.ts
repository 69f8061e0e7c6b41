/**
 * The part of `@azure/functions-core` that the Functions worker provides to `@azure/functions`. It is not on npm; these
 * types follow the library's use of it and the worker's source (github.com/Azure/azure-functions-nodejs-worker).
 */
import { z } from 'zod';

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

/** A value on its way into the app; the library parses `string` as JSON where it can and hands `bytes` on as they are. */
export type TypedData = { string: string } | { json: string } | { bytes: Buffer } | { http: HttpData };

export interface HttpData {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** Decoded once; several values of one name are joined by commas. */
  query: Record<string, string>;
  params: Record<string, string>;
  body?: { bytes: Buffer };
}

const httpTrigger = z.object({
  type: z.literal('httpTrigger'),
  name: z.string(),
  methods: z.array(z.string()),
  route: z.string().optional(),
});
const queueTrigger = z.object({
  type: z.literal('queueTrigger'),
  name: z.string(),
  queueName: z.string(),
  connection: z.string().optional(),
});
const timerTrigger = z.object({
  type: z.literal('timerTrigger'),
  name: z.string(),
  schedule: z.string(),
  runOnStartup: z.boolean().optional(),
  useMonitor: z.boolean().optional(),
});
export const triggerSchema = z.discriminatedUnion('type', [httpTrigger, queueTrigger, timerTrigger]);
export type Trigger = z.infer<typeof triggerSchema>;

/** What a handler returned, as the library hands it to the worker; bindings other than HTTP carry nothing we use. */
export const invocationResponseSchema = z.object({
  returnValue: z
    .object({
      http: z
        .object({
          statusCode: z.string().optional(),
          headers: z.record(z.string(), z.string()).optional(),
          cookies: z.array(z.unknown()).optional(),
          body: z.object({ bytes: z.instanceof(Uint8Array) }).nullish(),
        })
        .optional(),
    })
    .nullish(),
});
export type InvocationResponse = z.infer<typeof invocationResponseSchema>;

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, { type: string; direction: string }>;
}

export interface CoreInvocationContext {
  invocationId: string;
  metadata: FunctionMetadata;
  request: { inputData: { name: string; data: TypedData }[]; triggerMetadata: Record<string, TypedData> };
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<unknown>;
}

export interface ProgrammingModel {
  getCapabilities(workerCapabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
}

export type HookCallback = (context: Record<string, unknown>) => unknown;

/** What `require('@azure/functions-core')` gives the bundle. */
export interface FunctionsCore {
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): { dispose(): void };
  setProgrammingModel(model: ProgrammingModel): void;
  registerHook(name: string, callback: HookCallback): { dispose(): void };
  log(level: LogLevel, category: LogCategory, message: string): void;
}

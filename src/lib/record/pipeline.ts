import type { TableClient } from '@azure/data-tables';

/** Types of the SDK's request pipeline, taken from the client so that no further package is named. */
export type PipelinePolicy = Parameters<TableClient['pipeline']['addPolicy']>[0];
export type PipelineRequest = Parameters<PipelinePolicy['sendRequest']>[0];
export type PipelineResponse = Awaited<ReturnType<PipelinePolicy['sendRequest']>>;
export type SendRequest = Parameters<PipelinePolicy['sendRequest']>[1];

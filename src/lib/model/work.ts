import type { JobKind, Lane } from './request.ts';

/** A row of the `work` table: `open|{userId}` or `due|{time}|{userId}|{what}`. */
export interface WorkRow {
  readonly rowKey: string;
  readonly etag: string;
  readonly userId: string;
  readonly dueDateTime: string;
  readonly attempts: number;
  readonly reason: string;
  /** The lane its message takes: bulk work that failed does not come back as fresh. */
  readonly lane: Lane;
}

export interface UnfinishedJob {
  readonly kind: JobKind;
  readonly id: string;
}

import type { OutboxEntry } from '../model/stored-access.ts';
import type { Ports } from '../ports.ts';

/**
 * Finishes derived work in order of revision: writes the derived rows, then clears the outbox row. What another worker
 * published first is left alone, because every derived row is written only over a lower revision.
 */
export async function publishOutbox(ports: Ports, userId: string, outbox: readonly OutboxEntry[]): Promise<void> {
  for (const entry of [...outbox].sort((a, b) => a.revision - b.revision)) {
    await ports.derived.publish(entry);
    await ports.access.clearOutbox(userId, entry.revision);
  }
}

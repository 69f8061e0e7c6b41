/** A command line can't be understood; the message says what would be right. The process then ends with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

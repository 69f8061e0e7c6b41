/** Whether an error carries this system code. Not by `instanceof`: jest's errors come from another realm. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

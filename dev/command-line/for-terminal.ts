const escape = String.fromCharCode(0x1b);
/** Control characters and those that turn the direction of writing; but not tabs, nor colours: ESC, `[`, numbers, `m`. */
const obeyed = new RegExp(`(?!\\t|${escape}\\[[\\d;]*m)[\\p{Cc}\\p{Bidi_Control}]`, 'gu');

/**
 * One line without anything a terminal would obey but tabs and colours: names come from a directory in which anybody may choose
 * them, and must neither move the cursor nor begin a line of their own.
 */
export function forTerminal(line: string): string {
  return line.replaceAll(obeyed, '\uFFFD');
}

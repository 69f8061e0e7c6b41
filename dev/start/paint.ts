import { styleText } from 'node:util';

/** Colours text when standard output is a terminal (and NO_COLOR is not set); leaves it alone otherwise. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

export const paint: Paint = (format, text) => styleText(format, text, { stream: process.stdout });

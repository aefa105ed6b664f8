/** What texts that others have written may do where they are put: pure, no editor. */

/** Whether something in a line is a key that a terminal takes as pressed: Enter, Ctrl+U. */
export function pressesKeys(line: string): boolean {
  return /\p{Cc}/u.test(line);
}

/** A text for a message, in which the editor would make links of what looks like one. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

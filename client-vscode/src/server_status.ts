/** What the notification `tagwise/status` says, read once.  Pure. */
import { isObject } from './settings.ts';

export interface ServerStatus {
  /** How many pulls are left, short for the bar and long for its tooltip. */
  readonly quota?: { readonly short: string; readonly long: string };
  /** Which engine answers, or why none does. */
  readonly engine?: string;
  readonly hasEngine?: boolean;
}

export function readStatus(params: unknown): ServerStatus {
  if (!isObject(params)) {
    return {};
  }
  return {};
}

/** What the notification `tagwise/status` says, read once.  Pure. */
import { isObject } from './settings.ts';

export interface Quota {
  readonly registry: string;
  readonly remaining: number;
  readonly limit: number;
}

export interface ServerStatus {
  readonly version: string;
  /** `ready`, `offline` or `untrusted`: whom the server asks. */
  readonly state: string;
  readonly quotas: readonly Quota[];
  /** Nothing while no engine has been asked; else its name, or why none answers. */
  readonly engine: { readonly isPresent: boolean; readonly said: string } | undefined;
}

export function readStatus(params: unknown): ServerStatus | undefined {
  if (!isObject(params) || typeof params['state'] !== 'string') {
    return undefined;
  }
  const { version, state, quotas, engine } = params;
  return {
    version: typeof version === 'string' ? version : '',
    state,
    quotas: (Array.isArray(quotas) ? quotas : []).flatMap(readQuota),
    engine: isObject(engine)
      ? {
          isPresent: engine['isPresent'] === true,
          said: [engine['name'], engine['complaint']].find((each) => typeof each === 'string') ?? '',
        }
      : undefined,
  };
}

/** Return the quota of which least is left, in proportion: the one to mind. */
export function scarcest(quotas: readonly Quota[]): Quota | undefined {
  return quotas.toSorted((a, b) => a.remaining / a.limit - b.remaining / b.limit)[0];
}

function readQuota(said: unknown): readonly Quota[] {
  if (!isObject(said)) {
    return [];
  }
  const { registry, remaining, limit } = said;
  const isQuota =
    typeof registry === 'string' &&
    typeof remaining === 'number' &&
    typeof limit === 'number' &&
    limit > 0;
  return isQuota ? [{ registry, remaining, limit }] : [];
}

/**
 * What the settings declared in `package.json` are, and how their layers lie over each other.
 *
 * Pure.  Does not know what a setting means.
 */

/** `contributes.configuration.properties`, as much of it as matters here. */
export type Declared = Readonly<Record<string, { readonly scope?: string }>>;

export interface Said {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface ServerSetting {
  readonly key: string;
  /** Only the user's own settings count. */
  readonly powerful: boolean;
}

/** Settings that are the client's alone; all others are the server's. */
export const OWN: readonly string[] = ['importStrategy', 'interpreter', 'logLevel', 'trace.server'];

const PREFIX = 'tagwise.';
const POWERFUL: readonly string[] = ['application', 'machine'];

export function ofServer(declared: Declared): readonly ServerSetting[] {
  return Object.entries(declared)
    .map(([name, { scope }]) => ({
      key: name.slice(PREFIX.length),
      powerful: scope !== undefined && POWERFUL.includes(scope),
    }))
    .filter(({ key }) => !OWN.includes(key));
}

/** Return what is said of one setting; objects are laid over each other entry by entry. */
export function section(said: Said, { powerful }: { readonly powerful: boolean }): unknown {
  const layers = powerful
    ? [said.globalValue]
    : [said.globalValue, said.workspaceValue, said.workspaceFolderValue];
  return layers.reduce<unknown>((below, above) => {
    if (above === undefined) {
      return below;
    }
    return isObject(below) && isObject(above) ? { ...below, ...above } : above;
  }, undefined);
}

/** Return the values as one object, `a.b` as `b` inside `a`; what nobody has set is left out. */
export function nested(values: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of values) {
    if (value !== undefined) {
      put(result, key.split('.'), value);
    }
  }
  return result;
}

function put(target: Record<string, unknown>, [first, ...rest]: string[], value: unknown): void {
  if (first === undefined) {
    return;
  }
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = target[first];
  const below: Record<string, unknown> = isObject(inner) ? inner : {};
  target[first] = below;
  put(below, rest, value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

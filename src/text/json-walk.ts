// A copy of a JSON value with its strings and keys mapped. It keeps the order of keys and needs no stack of its own
// depth, so that nesting a million deep is only slow, not fatal.

type Container = unknown[] | Record<string, unknown>;

export type JsonMapping = {
  /**
   * The new value of a string or number. `name` is what it is called: the key it stands under (for the elements of
   * an array, the array's key), the `name` beside a `value`, or the flag before it in a list of arguments.
   */
  readonly leaf: (value: string | number, name: string | undefined) => unknown;
  readonly key: (key: string) => string;
};

export function mapJson(value: unknown, mapping: JsonMapping): unknown {
  const root: unknown[] = [];
  const work: { source: Container; target: Container; name: string | undefined }[] = [
    { source: [value], target: root, name: undefined },
  ];
  for (let task = work.pop(); task !== undefined; task = work.pop()) {
    const { source, target, name } = task;
    const put = (key: string, child: unknown, childName: string | undefined) => {
      let mapped = child;
      if (typeof child === 'string' || typeof child === 'number') mapped = mapping.leaf(child, childName);
      else if (isContainer(child)) {
        mapped = Array.isArray(child) ? [] : {};
        if (isContainer(mapped)) work.push({ source: child, target: mapped, name: childName });
      }
      if (Array.isArray(target)) target.push(mapped);
      // `__proto__` is an ordinary key in JSON and must not become a prototype.
      else
        Object.defineProperty(target, key, {
          value: mapped,
          enumerable: true,
          writable: true,
          configurable: true,
        });
    };
    if (Array.isArray(source)) {
      for (const [index, child] of source.entries()) put('', child, flagBefore(source[index - 1]) ?? name);
    } else {
      const pairName = nameOfPair(source);
      for (const [key, child] of Object.entries(source)) {
        put(freeKey(mapping.key(key), target), child, /^value$/i.test(key) ? (pairName ?? key) : key);
      }
    }
  }
  return root[0];
}

/** How deep what is kept may be nested; what a client writes by itself is a few levels deep. */
const MAX_DEPTH = 200;
export const TOO_DEEP = '[nested too deeply]';

/**
 * The value with everything below `levels` levels of nesting replaced by a marker, so that it can be walked and
 * written by recursion; the very same value when it is not that deep. Needs no more stack than `levels` calls.
 */
export function boundDepth(value: unknown, levels = MAX_DEPTH): unknown {
  return isDeeper(value, levels) ? cutBelow(value, levels) : value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((child) => isDeeper(child, levels - 1));
  for (const key in value) if (isDeeper(value[key], levels - 1)) return true;
  return false;
}

function cutBelow(value: unknown, levels: number): unknown {
  if (!isContainer(value)) return value;
  if (levels === 0) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((child) => cutBelow(child, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cutBelow(child, levels - 1)]));
}

function isContainer(value: unknown): value is Container {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Two keys can map to one (two secrets of one rule): nothing is overwritten. */
function freeKey(key: string, target: Container): string {
  let free = key;
  for (let n = 2; Object.hasOwn(target, free); n += 1) free = `${key} (${n})`;
  return free;
}

function nameOfPair(source: Record<string, unknown>): string | undefined {
  for (const [key, name] of Object.entries(source)) {
    if (typeof name === 'string' && /^(?:name|key)$/i.test(key)) return name;
  }
  return undefined;
}

function flagBefore(element: unknown): string | undefined {
  return typeof element === 'string' && /^--?[A-Za-z][\w-]{1,63}$/.test(element) ? element : undefined;
}

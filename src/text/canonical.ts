// One text for one JSON value, whatever order its keys came in: what digests and once-keys are made over.

/**
 * JSON with the keys of each object in the order of their UTF-16 code units and no blanks. Properties that are
 * undefined are left out, as in JSON. Any depth of nesting.
 * @throws TypeError for what JSON has no form for: NaN, Infinity, functions, symbols, bigints, cycles, undefined as
 * such or in an array, objects other than plain ones.
 */
export function canonicalJson(value: unknown): string {
  const out: string[] = [];
  const frames: Frame[] = [];
  const open = new Set<object>();
  const write = (child: unknown) => {
    if (typeof child !== 'object' || child === null) {
      out.push(scalar(child));
      return;
    }
    if (open.has(child)) throw new TypeError('canonical JSON: the value contains itself');
    open.add(child);
    frames.push(frameOf(child));
    out.push(Array.isArray(child) ? '[' : '{');
  };
  write(value);
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const next = frame.next();
    if (next === undefined) {
      out.push(frame.close);
      open.delete(frame.value);
      frames.pop();
    } else {
      out.push(next.lead);
      write(next.value);
    }
  }
  return out.join('');
}

type Frame = {
  readonly value: object;
  readonly close: ']' | '}';
  readonly next: () => { readonly lead: string; readonly value: unknown } | undefined;
};

function frameOf(value: object): Frame {
  let index = 0;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return {
      value,
      close: ']',
      next: () =>
        index < items.length ? { lead: index === 0 ? '' : ',', value: items[index++] } : undefined,
    };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('canonical JSON: only plain objects and arrays have a form');
  }
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    value,
    close: '}',
    next: () => {
      const entry = entries[index];
      if (entry === undefined) return undefined;
      const lead = `${index === 0 ? '' : ','}${JSON.stringify(entry[0])}:`;
      index += 1;
      return { lead, value: entry[1] };
    },
  };
}

function scalar(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(
    `canonical JSON: ${typeof value === 'number' ? String(value) : typeof value} has no form`,
  );
}

/**
 * A JSON text under edit. Only the bytes of what is put in or taken out change: the editing functions of the parser's
 * own package format the lines around it anew.
 */
import { type Node, parse, parseTree } from 'jsonc-parser';
import { isList, isObject } from './marks.ts';
import type { Json } from './types.ts';

const BOM = '\uFEFF';
const LENIENT = { allowTrailingComma: true };
type Path = ReadonlyArray<string | number>;

export class JsonSheet {
  readonly #mark: string;
  readonly #eol: string;
  readonly #unit: string;
  #plain: string;
  /** Objects and arrays made on the way to what was put in. */
  readonly made: Array<readonly string[]> = [];

  constructor(text: string) {
    this.#mark = text.startsWith(BOM) ? BOM : '';
    const plain = withoutByteMark(text);
    this.#eol = plain.includes('\r\n') ? '\r\n' : '\n';
    this.#unit = /\n([ \t]+)\S/.exec(plain)?.[1] ?? '  ';
    this.#plain = plain.trim() === '' ? `{}${this.#eol}` : plain;
  }

  get text(): string {
    return this.#mark + this.#plain;
  }

  at(path: Path): Json | undefined {
    let value: unknown = parse(this.#plain, [], LENIENT);
    for (const key of path) {
      if (isList(value) && typeof key === 'number') value = value[key];
      else if (isObject(value) && typeof key === 'string' && Object.hasOwn(value, key)) value = value[key];
      else return undefined;
    }
    return isJson(value) ? value : undefined;
  }

  /** The part of the way that is there and is no object. */
  blocked(path: readonly string[]): string | null {
    for (let length = 1; length < path.length; length += 1) {
      const there = this.at(path.slice(0, length));
      if (there === undefined) return null;
      if (!isObject(there)) return path.slice(0, length).join('.');
    }
    return null;
  }

  /** Gives the property or element this value. Objects on the way are made. */
  set(path: Path, value: Json): void {
    const node = this.#node(path);
    if (node !== undefined)
      return void this.#replace(node.offset, node.offset + node.length, this.#render(value, node.offset));
    let length = path.length - 1;
    while (length > 0 && this.#node(path.slice(0, length)) === undefined) length -= 1;
    for (let more = length + 1; more < path.length; more += 1)
      this.made.push(path.slice(0, more).map(String));
    const whole = path.slice(length + 1).reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
    this.#insert(path.slice(0, length), whole, String(path[length]));
  }

  /** Puts an element behind all others of an array, which is made if need be. */
  append(path: readonly string[], value: Json): void {
    if (this.#node(path) !== undefined) return void this.#insert(path, value, null);
    this.set(path, [value]);
    this.made.push(path);
  }

  remove(path: Path): void {
    const value = this.#node(path);
    const child = value?.parent?.type === 'property' ? value.parent : value;
    const holder = child?.parent;
    if (child === undefined || holder?.children === undefined) return;
    const start = this.#startOfLine(child.offset);
    const end = child.offset + child.length;
    const comma = this.#commaBehind(end);
    const [before] = holder.children.slice(holder.children.indexOf(child) - 1);
    if (comma !== null) this.#replace(start, comma + 1, '');
    else {
      this.#replace(start, end, '');
      const separating =
        holder.children.length > 1 && before !== undefined
          ? this.#commaBehind(before.offset + before.length)
          : null;
      if (separating !== null) this.#replace(separating, separating + 1, '');
    }
    if (holder.children.length > 1) return;
    const [open, close] = [
      holder.offset + 1,
      holder.offset + holder.length - (end - start) - (comma === null ? 0 : comma + 1 - end) - 1,
    ];
    if (this.#plain.slice(open, close).trim() === '') this.#replace(open, close, '');
  }

  #insert(path: Path, value: Json, key: string | null): void {
    const holder = path.length === 0 ? parseTree(this.#plain, [], LENIENT) : this.#node(path);
    if (holder?.children === undefined) return;
    const open = holder.offset + 1;
    const [first, last] = [holder.children[0], holder.children.at(-1)];
    if (first === undefined || last === undefined) {
      const outer = this.#indentAt(holder.offset);
      const text = this.#eol + outer + this.#unit + this.#labelled(key, value, outer + this.#unit);
      const close = holder.offset + holder.length - 1;
      const blank = this.#plain.slice(open, close).trim() === '';
      return void this.#replace(open, blank ? close : open, blank ? text + this.#eol + outer : text);
    }
    const end = last.offset + last.length;
    const comma = this.#commaBehind(end);
    const behind = comma === null ? end : comma + 1;
    if (!this.#plain.slice(open, first.offset).includes('\n')) {
      const inside = this.#plain.slice(holder.offset, holder.offset + holder.length);
      const gap = /[:,] /.test(inside) ? ' ' : '';
      const text = `${key === null ? '' : `${JSON.stringify(key)}:${gap}`}${JSON.stringify(value)}`;
      return void this.#replace(behind, behind, comma === null ? `,${gap}${text}` : `${gap}${text},`);
    }
    const indent = this.#indentAt(first.offset);
    const text = this.#eol + indent + this.#labelled(key, value, indent);
    const place = this.#behindComment(behind);
    this.#replace(place, place, comma === null ? text : `${text},`);
    if (comma === null) this.#replace(end, end, ',');
  }

  #node(path: Path): Node | undefined {
    let node = parseTree(this.#plain, [], LENIENT);
    for (const key of path)
      node =
        typeof key === 'number'
          ? node?.type === 'array'
            ? node.children?.[key]
            : undefined
          : // The last of two keys of one name is the one that clients go by.
            node?.children?.findLast(({ children }) => children?.[0]?.value === key)?.children?.[1];
    return node;
  }

  #labelled(key: string | null, value: Json, indent: string): string {
    const text = JSON.stringify(value, null, this.#unit).replaceAll('\n', this.#eol + indent);
    return key === null ? text : `${JSON.stringify(key)}: ${text}`;
  }

  #render(value: Json, offset: number): string {
    return this.#labelled(null, value, this.#indentAt(offset));
  }

  #replace(from: number, to: number, text: string): void {
    this.#plain = this.#plain.slice(0, from) + text + this.#plain.slice(to);
  }

  /** The white space with which the line of this place begins. */
  #indentAt(offset: number): string {
    const line = this.#plain.slice(this.#plain.lastIndexOf('\n', offset - 1) + 1, offset);
    return /^[ \t]*/.exec(line)?.[0] ?? '';
  }

  /** Back over white space to the end of the line before, where nothing else stands in front of it. */
  #startOfLine(offset: number): number {
    const white = /(?:\r?\n)?[ \t]*$/.exec(this.#plain.slice(0, offset))?.[0] ?? '';
    return offset - white.length;
  }

  /** The comma that follows, white space and comments apart. */
  #commaBehind(offset: number): number | null {
    const gap = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(this.#plain.slice(offset))?.[0].length ?? 0;
    return this.#plain[offset + gap] === ',' ? offset + gap : null;
  }

  /** Behind a comment that ends the line: it speaks of what stands before it. */
  #behindComment(offset: number): number {
    const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n)/.exec(
      this.#plain.slice(offset),
    )?.[0];
    return rest === undefined || rest.trim() === '' ? offset : offset + rest.length;
  }
}

export function isEmptyJson(value: Json | undefined): boolean {
  return isList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

export function withoutByteMark(text: string): string {
  return text.startsWith(BOM) ? text.slice(1) : text;
}

/** `line 3, column 7` */
export function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

function isJson(value: unknown): value is Json {
  return (
    value !== undefined &&
    typeof value !== 'function' &&
    typeof value !== 'symbol' &&
    typeof value !== 'bigint'
  );
}

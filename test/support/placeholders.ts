/** Takes out of a recording what is different each time, so that the rest can be compared. */
import { readable } from './readable';

/** Of the sandbox's making; some of its ids are made of others, with a digit or two behind. */
const ID = /\b([a-z]+(?:_[a-z]+)*)_(?:[0-9a-f]{20,22}|[0-9a-f]{8}\d{1,2})(?![0-9a-z])/g;
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** What has no identity: any two of it look alike. */
const ALIKE: Array<[RegExp, string]> = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<date>'],
  [/\?X-Expires=\d+&X-Signature=[\w%+/=.-]+/g, '?<signature>'],
  [/http:\/\/127\.0\.0\.1:\d+/g, '<sandbox>'],
  [/\breq_[0-9a-f]{20}\b/g, '<request>'],
];

const alike = (text: string): string => ALIKE.reduce((sofar, [pattern, name]) => sofar.replace(pattern, name), text);

/** Names for ids in the order in which they are met, such as `<workflow_run 1>`. */
export class Placeholders {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** The value with a name for each id; ids that are met for the first time are numbered. */
  name<T>(value: T): T {
    return this.replace(value, (id, kind) => {
      const known = this.names.get(id);
      if (known !== undefined) return known;
      const number = (this.counts.get(kind) ?? 0) + 1;
      this.counts.set(kind, number);
      this.names.set(id, `<${kind} ${number}>`);
      return `<${kind} ${number}>`;
    });
  }

  /** Sorts by what is the same each time: ids count when they have a name already. */
  sorted<T>(values: T[]): T[] {
    const blind = (value: T): string => readable(this.replace(value, (id, kind) => this.names.get(id) ?? `<${kind}>`));
    const keyed = values.map((value) => ({ value, key: blind(value) }));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ value }) => value);
  }

  private replace<T>(value: T, nameOf: (id: string, kind: string) => string): T {
    const text = alike(readable(value));
    const named = text.replace(UUID, (id) => nameOf(id, 'uuid')).replace(ID, (id, kind: string) => nameOf(id, kind));
    return JSON.parse(named) as T;
  }
}

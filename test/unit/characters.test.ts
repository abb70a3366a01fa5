import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import { Pages } from '../../extend/api/paging';
import { check } from '../../extend/intake/check';
import type { Draft } from '../../extend/intake/draft';
import type { FieldKey, Problem, ProblemCode } from '../../extend/intake/problem';
import { workflow } from '../../extend/kinds/workflow';
import { flawInJson, flawOf } from '../../extend/text';
import { baseUrlProblem } from '../../transport/credential';
import { path } from '../../transport/client';
import { inWords } from './inWords';

const LONE = 'a\ud83d';
const NUL = 'a\0b';

const problemsOf = (more: Partial<Draft>): Problem[] => {
  const draft: Draft = { itemIndex: 3, target: 'workflow_a', files: [{ source: 'text', text: 'fine' }], ...more };
  const result = check(draft, workflow, { executionId: '1', nodeName: 'Extend' });
  return Array.isArray(result) ? result : [];
};

describe('characters that do not survive the way', () => {
  it.each<[string, Partial<Draft>, FieldKey, ProblemCode, string]>([
    ['a text', { files: [{ source: 'text', text: LONE }] }, 'file.text', 'has-lone-surrogate', 'Text'],
    ['a text', { files: [{ source: 'text', text: NUL }] }, 'file.text', 'has-nul-character', 'Text'],
    ['a URL', { files: [{ source: 'url', url: `https://example.com/${LONE}` }] }, 'file.url', 'has-lone-surrogate', 'File URL'],
    ['a file name', { files: [{ source: 'url', url: 'https://example.com/', name: NUL }] }, 'file.name', 'has-nul-character', 'File Name'],
    ['a password', { files: [{ source: 'url', url: 'https://example.com/', password: LONE }] }, 'file.password', 'has-lone-surrogate', 'PDF Password'],
    ['the name of a binary', { files: [{ source: 'binary', property: 'data', available: [], binary: { id: '1', fileName: LONE } }] }, 'file.name', 'has-lone-surrogate', 'File Name'],
    ['a file ID', { files: [{ source: 'fileId', id: NUL }] }, 'file.id', 'has-nul-character', 'Extend File ID'],
    ['a workflow ID', { target: LONE }, 'target', 'has-lone-surrogate', 'Workflow'],
    ['a metadata value', { metadata: { kind: 'json', json: { a: { b: [LONE] } } } }, 'metadata', 'has-lone-surrogate', 'Metadata'],
    ['a metadata value', { metadata: { kind: 'json', json: '{"a":"\\u0000"}' } }, 'metadata', 'has-nul-character', 'Metadata'],
    ['a metadata name', { metadata: { kind: 'json', json: { [LONE]: 1 } } }, 'metadata', 'has-broken-name', 'Metadata'],
    ['a metadata field', { metadata: { kind: 'fields', fields: [{ name: 'a', value: NUL }] } }, 'metadata', 'has-nul-character', 'Metadata'],
    ['a secret', { secrets: [{ name: 'a', value: LONE }] }, 'secrets', 'has-lone-surrogate', 'Secrets'],
    ['a deduplication key', { hasKey: true, key: LONE }, 'key', 'has-lone-surrogate', 'Deduplication Key'],
  ])('are refused in %s, by item and field', (_, more, field, code, label) => {
    const problems = problemsOf(more);
    expect(problems).toMatchObject([{ itemIndex: 3, field, code }]);
    expect(problems.map(inWords)).toMatchObject([{ itemIndex: 3, field: label, reason: expect.stringMatching(/half a character|NUL character|broken character/) }]);
  });

  it('are told from everything that does survive', () => {
    const codePoint = fc.integer({ min: 0, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff);
    const whole = fc.array(codePoint, { maxLength: 12 }).map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(whole, (text) => {
        const broken = text.includes('\0');
        expect(flawOf(text) !== undefined).toBe(broken);
        expect(flawInJson(JSON.stringify({ [text]: [text] })) !== undefined).toBe(broken);
        if (!broken) expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      }),
    );
    expect(flawInJson(JSON.stringify(['\\ud800', '\\\\u0000', '\\']))).toBeUndefined();
    expect([flawOf('\udc00'), flawOf('😀'), flawOf('\ud83d\ude00')]).toEqual([expect.any(String), undefined, undefined]);
  });
});

it.each<[Partial<Draft>, FieldKey, string]>([
  [{ files: [{ source: 'url', url: 'https://example.com/a\r\nHost: evil' }] }, 'file.url', 'File URL'],
  [{ files: [{ source: 'fileId', id: 'file_1\u001b[31m' }] }, 'file.id', 'Extend File ID'],
  [{ target: 'workflow_a\nworkflow_b' }, 'target', 'Workflow'],
])('line breaks and other control characters are refused in an ID or address: %j', (more, field, label) => {
  const problems = problemsOf(more);
  expect(problems).toMatchObject([{ field, code: 'has-control-character' }]);
  expect(problems.map(inWords)).toMatchObject([{ field: label, reason: 'has a line break or another control character in it' }]);
});

describe('huge texts', () => {
  it.each<[string, Partial<Draft>, FieldKey, string]>([
    ['URL', { files: [{ source: 'url', url: `https://example.com/${'x'.repeat(20_000)}` }] }, 'file.url', 'File URL'],
    ['file name', { files: [{ source: 'text', text: 'x', name: 'x'.repeat(2000) }] }, 'file.name', 'File Name'],
    ['file ID', { files: [{ source: 'fileId', id: 'x'.repeat(256) }] }, 'file.id', 'Extend File ID'],
    ['workflow ID', { target: 'x'.repeat(256) }, 'target', 'Workflow'],
  ])('a %s is refused, and the error stays short', (_, more, field, label) => {
    const [problem, ...others] = problemsOf(more);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ field, code: 'is-too-long' });
    expect(inWords(problem)).toMatchObject({ field: label, reason: expect.stringMatching(/^is longer than \d+ characters$/) });
    expect(JSON.stringify(problem).length).toBeLessThan(500);
    expect(JSON.stringify(inWords(problem)).length).toBeLessThan(500);
  });

  it('a document of ten megabytes is fine', () => {
    expect(problemsOf({ files: [{ source: 'text', text: 'ü'.repeat(10 * 1024 * 1024) }] })).toEqual([]);
  });
});

describe('IDs in paths', () => {
  it('never leave their place', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'F', '?', '#', '@', ':', '\n', 'ü', ' ') }), (id) => {
        let built: string;
        try {
          built = path`/workflow_runs/${id}/cancel`;
        } catch (error) {
          expect(error).toBeInstanceOf(ExtendApiFailure);
          return;
        }
        const url = new URL(built, 'https://api.extend.ai');
        expect([url.host, url.search, url.hash]).toEqual(['api.extend.ai', '', '']);
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'workflow_runs', id, 'cancel']);
      }),
    );
    expect(() => path`/files/${'../x'}`).not.toThrow();
    expect(path`/files/${'../x'}`).toBe('/files/..%2Fx');
    for (const id of ['..', '.', ' ', '\ud800']) expect(() => path`/files/${id}`).toThrow(ExtendApiFailure);
  });
});

describe('a base URL', () => {
  it.each([
    ['https://user:secret@extend.example.com', /user name or password/],
    ['https://user@extend.example.com', /user name or password/],
    ['https://extend.example.com/?x=1', /\? or #/],
    ['https://extend.example.com/#x', /\? or #/],
    ['ftp://extend.example.com', /http or https/],
    ['extend.example.com', /web address/],
    ['', /empty/],
  ])('%s is refused, without repeating it', (baseUrl, problem) => {
    expect(baseUrlProblem(baseUrl)).toMatch(problem);
    expect(baseUrlProblem(baseUrl)).not.toContain('secret');
  });

  it.each(['https://api.extend.ai', 'http://127.0.0.1:8080', 'https://gateway.example.com/extend/v2'])('%s is fine', (baseUrl) => {
    expect(baseUrlProblem(baseUrl)).toBeUndefined();
  });
});

describe('a list', () => {
  const read = (tokens: unknown[]) => {
    const pages = new Pages<{ id: number }>();
    const found: number[] = [];
    for (const [i, nextPageToken] of tokens.entries()) {
      found.push(...pages.take({ data: [{ id: i }], nextPageToken } as never).map(({ id }) => id));
      if (!pages.token) return found;
    }
    throw new Error('no end');
  };

  it.each([[['a', 'b', null]], [['a', 'b', '']], [['a', 'b', undefined]]])('ends where its tokens end: %j', (tokens) => {
    expect(read(tokens)).toEqual([0, 1, 2]);
  });

  it.each<[string, unknown[]]>([
    ['the same token again', ['a', 'a', 'a']],
    ['a circle of tokens', ['a', 'b', 'c', 'a']],
    ['a huge token', ['x'.repeat(1_000_000)]],
    ['a token that is an object', [{ page: 2 }]],
    ['a number', [2]],
  ])('with %s is an error that is not tried again', (_, tokens) => {
    expect(() => read(tokens)).toThrow(expect.objectContaining({ kind: 'unreadable', retryable: false }));
  });

  it('that is none is an error; entries that are none are left out', () => {
    const pages = new Pages<{ id: string }>();
    expect(() => pages.take({ data: { id: 'x' } } as never)).toThrow('not a list');
    expect(() => pages.take({})).toThrow('not a list');
    expect(pages.take({ data: [null, 'x', { id: 'a' }, 7] } as never)).toEqual([{ id: 'a' }]);
  });
});

import fc from 'fast-check';
import { check } from '../../extend/intake/check';
import type { Draft } from '../../extend/intake/draft';
import type { FieldKey, Problem, ProblemCode } from '../../extend/intake/problem';
import { workflow } from '../../extend/kinds/workflow';
import { inWords } from './inWords';

const draft = (more: Partial<Draft> = {}): Draft => ({
  itemIndex: 7,
  target: 'workflow_a',
  files: [{ source: 'url', url: 'https://example.com/a.pdf' }],
  ...more,
});

const origin = { executionId: '42', nodeName: 'Extend' };

const problemsOf = (given: Draft): Problem[] => {
  const result = check(given, workflow, origin);
  return Array.isArray(result) ? result : [];
};

describe('check', () => {
  it.each<[string, Partial<Draft>, FieldKey, ProblemCode, string, RegExp]>([
    ['no workflow', { target: '' }, 'target', 'is-empty', 'Workflow', /empty/],
    ['a workflow that is no text', { target: { id: 1 } }, 'target', 'is-not-text', 'Workflow', /not a text/],
    ['no URL', { files: [{ source: 'url', url: undefined }] }, 'file.url', 'is-empty', 'File URL', /empty/],
    ['half a URL', { files: [{ source: 'url', url: 'example.com/a.pdf' }] }, 'file.url', 'is-not-web-address', 'File URL', /not a web address/],
    ['an ftp URL', { files: [{ source: 'url', url: 'ftp://example.com/a.pdf' }] }, 'file.url', 'is-not-http', 'File URL', /not an http/],
    ['a file URL', { files: [{ source: 'url', url: 'file:///etc/passwd' }] }, 'file.url', 'is-not-http', 'File URL', /not an http/],
    ['an expression that ended early', { files: [{ source: 'url', url: 'https://example.com/1.pdf }}' }] }, 'file.url', 'has-braces', 'File URL', /brace/],
    ['two URLs', { files: [{ source: 'url', url: 'https://a.example/1.pdf, https://b.example/2.pdf' }] }, 'file.url', 'has-several-addresses', 'File URL', /more than one/],
    ['two URLs with a comma only', { files: [{ source: 'url', url: 'https://a.example/1.pdf,https://b.example/2.pdf' }] }, 'file.url', 'has-several-addresses', 'File URL', /more than one/],
    ['a URL without slashes', { files: [{ source: 'url', url: 'https:example.com' }] }, 'file.url', 'is-not-web-address', 'File URL', /not a web address/],
    ['a URL without a host', { files: [{ source: 'url', url: 'https:///a.pdf' }] }, 'file.url', 'is-not-web-address', 'File URL', /not a web address/],
    ['a file name that is an object', { files: [{ source: 'url', url: 'https://example.com/', name: { a: 1 } }] }, 'file.name', 'is-not-text', 'File Name', /not a text/],
    ['a password that is a list', { files: [{ source: 'url', url: 'https://example.com/', password: ['geheim'] }] }, 'file.password', 'is-not-text', 'PDF Password', /not a text/],
    ['a blank text', { files: [{ source: 'text', text: ' \n ' }] }, 'file.text', 'is-empty', 'Text', /empty/],
    ['a text that is an object', { files: [{ source: 'text', text: { a: 1 } }] }, 'file.text', 'is-not-text', 'Text', /not a text/],
    ['no file id', { files: [{ source: 'fileId', id: null }] }, 'file.id', 'is-empty', 'Extend File ID', /empty/],
    [
      'a missing binary',
      { files: [{ source: 'binary', property: 'data', available: ['scan'] }] },
      'file.binary',
      'names-no-file',
      'Input Binary Field',
      /does not have/,
    ],
    ['an unknown source', { files: [{ source: 'unknown', given: 'ftp' }] }, 'file.source', 'is-not-choice', 'File Source', /none of/],
    ['metadata that is a list', { metadata: { kind: 'json', json: '[1]' } }, 'metadata', 'is-not-object', 'Metadata', /not an object/],
    ['metadata that is broken JSON', { metadata: { kind: 'json', json: '{"a":' } }, 'metadata', 'is-not-json', 'Metadata', /not valid JSON/],
    ['metadata that is too large', { metadata: { kind: 'json', json: { a: 'x'.repeat(10_240) } } }, 'metadata', 'is-too-large', 'Metadata', /too large/],
    ['a metadata name used twice', { metadata: { kind: 'fields', fields: [{ name: 'a', value: 1 }, { name: 'a', value: 2 }] } }, 'metadata', 'has-repeated-name', 'Metadata', /twice/],
    ['a secret without a name', { secrets: [{ name: '', value: 'x' }] }, 'secrets', 'has-nameless-entry', 'Secrets', /without a name/],
    ['a usage tag with a blank', { usageTags: 'finance, a b' }, 'usageTags', 'has-dropped-character', 'Usage Tags', /drops/],
    ['priority 0', { priority: 0 }, 'priority', 'is-out-of-range', 'Priority', /from 1 to 100/],
    ['priority 1.5', { priority: 1.5 }, 'priority', 'is-out-of-range', 'Priority', /from 1 to 100/],
    ['version "latest one"', { version: 'latest one' }, 'version', 'is-not-version', 'Workflow Version', /not a version/],
  ])('refuses %s and says where, what and what to do', (_, more, field, code, label, reason) => {
    const [problem, ...others] = problemsOf(draft(more));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ itemIndex: 7, field, code });
    expect(inWords(problem)).toMatchObject({ itemIndex: 7, field: label, reason: expect.stringMatching(reason) });
    expect(inWords(problem).advice).toMatch(/\w+.*\.$/);
  });

  it.each<[unknown, string]>([
    [12345, '12345'],
    [0, '0'],
    [false, 'false'],
    [new Date('2026-11-28T10:00:00Z'), '2026-11-28T10:00:00.000Z'],
  ])('takes %p of an expression for a text', (given, text) => {
    const files: Draft['files'] = [{ source: 'text', text: given, name: given }];
    expect(check(draft({ target: given, files }), workflow, origin)).toMatchObject({ target: { id: text }, files: [{ text, name: text }] });
  });

  it('keeps a password to itself, whatever it is', () => {
    const files: Draft['files'] = [{ source: 'url', url: 'https://example.com/', password: ['geheim'] }];
    expect(JSON.stringify(problemsOf(draft({ files })))).not.toContain('geheim');
  });

  it('makes one key of two that look the same', () => {
    const keyOf = (key: string) => (check(draft({ hasKey: true, key }), workflow, origin) as { key?: string }).key;
    expect(keyOf('Mu\u0308ller-17')).toBe(keyOf('Müller-17'));
  });

  it('names every problem of an item at once', () => {
    const bad = draft({ target: '', priority: 200, files: [{ source: 'url', url: 'x' }] });
    expect(problemsOf(bad).map(({ field }) => field)).toEqual(['target', 'priority', 'file.url']);
    expect(problemsOf(bad).map((problem) => inWords(problem).field)).toEqual(['Workflow', 'Priority', 'File URL']);
  });

  it('lists the files an item does have', () => {
    const [problem] = problemsOf(draft({ files: [{ source: 'binary', property: 'data', available: ['scan', 'photo'] }] }));
    expect(problem?.available).toEqual(['scan', 'photo']);
    expect(inWords(problem).advice).toContain('"scan", "photo"');
  });

  it('gives Extend exactly what the item says', () => {
    const checked = check(
      draft({
        version: 3,
        priority: '5',
        files: [{ source: 'url', url: ' https://example.com/a b.pdf ', name: 'a.pdf', password: 'geheim' }],
        metadata: { kind: 'fields', fields: [{ name: '__proto__', value: 1 }, { name: 'x', value: undefined }] },
        usageTags: 'finance, q-4',
        secrets: [{ name: 'token', value: 's3cret' }],
      }),
      workflow,
    );
    expect(JSON.parse(JSON.stringify(checked))).toEqual(
      JSON.parse(`{"itemIndex":7,"target":{"id":"workflow_a","version":"3"},"priority":5,
        "files":[{"url":"https://example.com/a b.pdf","name":"a.pdf","settings":{"password":"geheim"}}],
        "metadata":{"extend:usage_tags":["finance","q-4"],"__proto__":1,"x":null},"secrets":{"token":"s3cret"}}`),
    );
  });

  it('keeps the blanks of a text document', () => {
    expect(check(draft({ files: [{ source: 'text', text: '  a\n' }] }), workflow)).toMatchObject({ files: [{ text: '  a\n' }] });
  });

  it('counts metadata in bytes of UTF-8, correlation included', () => {
    const sizes = [10_240, 10_239, 9_000].map((length) => {
      const metadata = { a: 'ü'.repeat(Math.floor((length - 8) / 2)) };
      return Array.isArray(check(draft({ metadata: { kind: 'json', json: metadata } }), workflow, origin));
    });
    expect(sizes).toEqual([true, true, false]);
    expect(Array.isArray(check(draft({ metadata: { kind: 'json', json: { a: 'x'.repeat(10_232) } } }), workflow))).toBe(false);
    expect(Array.isArray(check(draft({ metadata: { kind: 'json', json: { a: 'x'.repeat(10_233) } } }), workflow))).toBe(true);
  });

  it('says of a circular object that it cannot be written', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const problems = problemsOf(draft({ metadata: { kind: 'json', json: circular } }));
    expect(problems).toMatchObject([{ field: 'metadata', code: 'is-not-serialisable' }]);
    expect(problems.map(inWords)).toMatchObject([{ field: 'Metadata', reason: 'cannot be written as JSON' }]);
  });

  it('ends every draft as an input or as problems, whatever the parameters give', () => {
    const anyFile = fc.oneof(
      fc.record({ source: fc.constant('url' as const), url: fc.anything(), name: fc.anything() }),
      fc.record({ source: fc.constant('text' as const), text: fc.anything() }),
      fc.record({ source: fc.constant('fileId' as const), id: fc.anything() }),
      fc.record({ source: fc.constant('binary' as const), property: fc.anything(), available: fc.constant([]) }),
      fc.record({ source: fc.constant('unknown' as const), given: fc.anything() }),
    );
    fc.assert(
      fc.property(
        fc.record({
          target: fc.oneof(fc.string(), fc.anything()),
          version: fc.anything(),
          priority: fc.anything(),
          files: fc.tuple(anyFile),
          metadata: fc.record({ kind: fc.constant('json' as const), json: fc.anything() }),
          usageTags: fc.anything(),
        }),
        (given) => {
          const result = check({ itemIndex: 0, ...given } as Draft, workflow, origin);
          if (Array.isArray(result)) expect(result.length).toBeGreaterThan(0);
          else expect(typeof result.target.id === 'string' && result.target.id !== '').toBe(true);
        },
      ),
    );
  });
});

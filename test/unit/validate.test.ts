import fc from 'fast-check';
import type { Draft, Problem } from '../../extend/intake/draft';
import { validate } from '../../extend/intake/check';

const draft = (more: Partial<Draft> = {}): Draft => ({
  itemIndex: 7,
  workflowId: 'workflow_a',
  file: { source: 'url', url: 'https://example.com/a.pdf' },
  ...more,
});

const origin = { executionId: '42', nodeName: 'Extend' };

const problemsOf = (given: Draft): Problem[] => {
  const result = validate(given, origin);
  return Array.isArray(result) ? result : [];
};

describe('validate', () => {
  it.each<[string, Partial<Draft>, string, RegExp]>([
    ['no workflow', { workflowId: '' }, 'Workflow', /empty/],
    ['a workflow that is no text', { workflowId: { id: 1 } }, 'Workflow', /not a text/],
    ['no URL', { file: { source: 'url', url: undefined } }, 'File URL', /empty/],
    ['half a URL', { file: { source: 'url', url: 'example.com/a.pdf' } }, 'File URL', /not a web address/],
    ['an ftp URL', { file: { source: 'url', url: 'ftp://example.com/a.pdf' } }, 'File URL', /not an http/],
    ['a file URL', { file: { source: 'url', url: 'file:///etc/passwd' } }, 'File URL', /not an http/],
    ['a blank text', { file: { source: 'text', text: ' \n ' } }, 'Text', /empty/],
    ['a text that is an object', { file: { source: 'text', text: { a: 1 } } }, 'Text', /not a text/],
    ['no file id', { file: { source: 'fileId', id: null } }, 'Extend File ID', /empty/],
    [
      'a missing binary',
      { file: { source: 'binary', property: 'data', available: ['scan'] } },
      'Input Binary Field',
      /does not have/,
    ],
    ['an unknown source', { file: { source: 'unknown', given: 'ftp' } }, 'File Source', /none of/],
    ['metadata that is a list', { metadata: { kind: 'json', json: '[1]' } }, 'Metadata', /not an object/],
    ['metadata that is broken JSON', { metadata: { kind: 'json', json: '{"a":' } }, 'Metadata', /not valid JSON/],
    ['metadata that is too large', { metadata: { kind: 'json', json: { a: 'x'.repeat(10_240) } } }, 'Metadata', /too large/],
    ['a metadata name used twice', { metadata: { kind: 'fields', fields: [{ name: 'a', value: 1 }, { name: 'a', value: 2 }] } }, 'Metadata', /twice/],
    ['a secret without a name', { secrets: [{ name: '', value: 'x' }] }, 'Secrets', /without a name/],
    ['a usage tag with a blank', { usageTags: 'finance, a b' }, 'Usage Tags', /drops/],
    ['priority 0', { priority: 0 }, 'Priority', /from 1 to 100/],
    ['priority 1.5', { priority: 1.5 }, 'Priority', /from 1 to 100/],
    ['version "latest one"', { version: 'latest one' }, 'Workflow Version', /not a version/],
  ])('refuses %s and says where, what and what to do', (_, more, field, reason) => {
    const [problem, ...others] = problemsOf(draft(more));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ itemIndex: 7, field, reason: expect.stringMatching(reason) });
    expect(problem?.advice).toMatch(/\w+.*\.$/);
  });

  it('names every problem of an item at once', () => {
    const bad = draft({ workflowId: '', priority: 200, file: { source: 'url', url: 'x' } });
    expect(problemsOf(bad).map(({ field }) => field)).toEqual(['Workflow', 'Priority', 'File URL']);
  });

  it('lists the files an item does have', () => {
    const [problem] = problemsOf(draft({ file: { source: 'binary', property: 'data', available: ['scan', 'photo'] } }));
    expect(problem?.advice).toContain('"scan", "photo"');
  });

  it('gives Extend exactly what the item says', () => {
    const checked = validate(
      draft({
        version: 3,
        priority: '5',
        file: { source: 'url', url: ' https://example.com/a b.pdf ', name: 'a.pdf', password: 'geheim' },
        metadata: { kind: 'fields', fields: [{ name: '__proto__', value: 1 }, { name: 'x', value: undefined }] },
        usageTags: 'finance, q-4',
        secrets: [{ name: 'token', value: 's3cret' }],
      }),
    );
    expect(JSON.parse(JSON.stringify(checked))).toEqual(
      JSON.parse(`{"itemIndex":7,"workflow":{"id":"workflow_a","version":"3"},"priority":5,
        "file":{"url":"https://example.com/a b.pdf","name":"a.pdf","settings":{"password":"geheim"}},
        "metadata":{"extend:usage_tags":["finance","q-4"],"__proto__":1,"x":null},"secrets":{"token":"s3cret"}}`),
    );
  });

  it('keeps the blanks of a text document', () => {
    expect(validate(draft({ file: { source: 'text', text: '  a\n' } }))).toMatchObject({ file: { text: '  a\n' } });
  });

  it('counts metadata in bytes of UTF-8, correlation included', () => {
    const sizes = [10_240, 10_239, 9_000].map((length) => {
      const metadata = { a: 'ü'.repeat(Math.floor((length - 8) / 2)) };
      return Array.isArray(validate(draft({ metadata: { kind: 'json', json: metadata } }), origin));
    });
    expect(sizes).toEqual([true, true, false]);
    expect(Array.isArray(validate(draft({ metadata: { kind: 'json', json: { a: 'x'.repeat(10_232) } } })))).toBe(false);
    expect(Array.isArray(validate(draft({ metadata: { kind: 'json', json: { a: 'x'.repeat(10_233) } } })))).toBe(true);
  });

  it('says of a circular object that it cannot be written', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(problemsOf(draft({ metadata: { kind: 'json', json: circular } }))).toMatchObject([
      { field: 'Metadata', reason: 'cannot be written as JSON' },
    ]);
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
          workflowId: fc.oneof(fc.string(), fc.anything()),
          version: fc.anything(),
          priority: fc.anything(),
          file: anyFile,
          metadata: fc.record({ kind: fc.constant('json' as const), json: fc.anything() }),
          usageTags: fc.anything(),
        }),
        (given) => {
          const result = validate({ itemIndex: 0, ...given } as Draft, origin);
          if (Array.isArray(result)) expect(result.length).toBeGreaterThan(0);
          else expect(typeof result.workflow.id === 'string' && result.workflow.id !== '').toBe(true);
        },
      ),
    );
  });
});

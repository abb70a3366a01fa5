/** Several faults at once, at random. `FAULT_SEED=<number>` repeats a run. */
import fc from 'fast-check';
import { batchRunUnder, SAFE } from './support/batchRun';
import { FAULT_NAMES, ruleOf } from './support/faultKinds';

const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
console.log(`Random faults of seed ${seed}; FAULT_SEED=${seed} npm run test:faults repeats them`);

const anyRule = fc.record({
  call: fc.constantFrom('upload', 'batch POST', 'list', 'get'),
  fault: fc.constantFrom(...FAULT_NAMES),
  nth: fc.integer({ min: 1, max: 6 }),
  times: fc.integer({ min: 1, max: 2 }),
});

const anyCase = fc.record({
  inputs: fc.oneof({ weight: 7, arbitrary: fc.integer({ min: 1, max: 40 }) }, { weight: 1, arbitrary: fc.constantFrom(999, 1000, 1001) }),
  inputsPerBatch: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 3, max: 20 }) }, { weight: 1, arbitrary: fc.constant(1000) }),
  rules: fc.array(anyRule, { minLength: 1, maxLength: 4 }),
  wait: fc.boolean(),
  listDelayMs: fc.constantFrom(0, 0, 300),
});

const cases = fc.sample(anyCase, { seed, numRuns: 40 }).map((given, i) => [i, given] as const);

it.concurrent.each(cases)(`seed ${seed}, case %i`, async (_, { inputs, rules, inputsPerBatch, wait, listDelayMs }) => {
  const { tally } = await batchRunUnder({
    group: 'at random',
    inputs,
    // Hundreds of requests for one case would only take long.
    inputsPerBatch: inputs > 100 ? Math.max(100, inputsPerBatch) : inputsPerBatch,
    rules: rules.map(({ call, fault, ...more }) => ruleOf(call, fault, more)),
    uploads: 2,
    wait,
    sandbox: { listDelayMs },
  });
  expect(tally).toMatchObject(SAFE);
});

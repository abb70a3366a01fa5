/**
 * n8n's default expression engine, which runs expressions in an isolate. `Expression.initExpressionEngine` starts it by
 * a dynamic import, which jest cannot do; this does the same by hand.
 */
import { createRequire } from 'node:module';
import { Expression } from 'n8n-workflow';

const requireOfN8n = createRequire(require.resolve('n8n-workflow'));

interface Evaluator {
  initialize(): Promise<void>;
  dispose(): Promise<void>;
}
interface Runtime {
  ExpressionEvaluator: new (options: object) => Evaluator;
  IsolatedVmBridge: new (options: object) => object;
}

/** Evaluates expressions by the default engine until the function that is returned is called. */
export async function useVmEngine(): Promise<() => Promise<void>> {
  const { ExpressionEvaluator, IsolatedVmBridge } = requireOfN8n('@n8n/expression-runtime') as Runtime;
  const { expressionSandboxHooks: hooks } = requireOfN8n('./expression-sandboxing') as { expressionSandboxHooks: object };
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const createBridge = () => new IsolatedVmBridge({ timeout: 5000, memoryLimit: 128, logger });
  const evaluator = new ExpressionEvaluator({ createBridge, maxCodeCacheSize: 1000, poolSize: 1, hooks, logger });
  await evaluator.initialize();
  const engine = Expression as unknown as { vmEvaluator?: Evaluator };
  engine.vmEvaluator = evaluator;
  Expression.setExpressionEngine('vm');
  return async () => {
    Expression.setExpressionEngine('legacy');
    engine.vmEvaluator = undefined;
    await evaluator.dispose();
  };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model says next: a text for the user, or tools to call. */
export type Answer = string | Array<{ tool: string; input: Record<string, unknown> }>;

interface ModelRequest {
  messages: Array<{ role: string; content: unknown }>;
  tools?: Array<{ function: { name: string; description: string; parameters: unknown } }>;
}

/** A chat model on the loopback interface that speaks as OpenAI does and says what a test tells it to. */
export interface FakeModel {
  /** Base URL for the credential. */
  url: string;
  /** All requests since the model was last told what to say. */
  requests: ModelRequest[];
  willSay(...answers: Answer[]): void;
  close(): void;
}

export async function startModel(): Promise<FakeModel> {
  let answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    model.requests.push(JSON.parse(body) as ModelRequest);
    const answer = answers.shift() ?? 'I have nothing more to say.';
    response.setHeader('content-type', 'application/json').end(JSON.stringify(completion(answer, model.requests.length)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const model: FakeModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: [],
    willSay: (...next) => {
      answers = next;
      model.requests.length = 0;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return model;
}

function completion(answer: Answer, turn: number) {
  const calls = typeof answer === 'string' ? undefined : answer;
  const message = {
    role: 'assistant',
    content: calls ? null : answer,
    ...(calls && { tool_calls: calls.map(({ tool, input }, i) => ({ id: `call_${turn}_${i}`, type: 'function', function: { name: tool, arguments: JSON.stringify(input) } })) }),
  };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  return { id: `chatcmpl-${turn}`, object: 'chat.completion', created: 0, model: 'fake', choices: [{ index: 0, message, finish_reason: calls ? 'tool_calls' : 'stop' }], usage };
}

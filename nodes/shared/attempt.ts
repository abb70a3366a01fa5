/** What a task gives, or the error that it throws. n8n's own errors can then go on as they are, with all that the editor shows of them. */
export function attempt<T>(task: () => T): { value: T } | { error: unknown } {
  try {
    return { value: task() };
  } catch (error) {
    return { error };
  }
}

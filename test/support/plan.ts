import { type Bounds, type Chunk, type Plannable, Planner } from '../../extend/submission/plan';

/** The plan of all inputs at once. */
export function plan<T extends Plannable>(inputs: T[], bounds?: Bounds): Array<Chunk<T>> {
  const planner = new Planner<T>(bounds);
  for (const input of inputs) planner.add(input);
  return planner.chunks;
}

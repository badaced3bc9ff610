/** Whether anything has changed, told by a few numbers: for whoever watches the store. */
import type { ProjectId } from '../model/ids.ts';

/** Every mark is a text that is equal as long as nothing of its kind has changed, and costs next to nothing. */
export interface ChangesPort {
  /** Of the whole store: moves with every write of this process or of another one, whatever it is about. */
  any(): Promise<string>;
  /** Of memories, skills, receipts and projects, and of what is erased. Not of feedback, counters or leases. */
  memory(): Promise<string>;
  /** Of sessions, turns and messages, and of what is erased. */
  history(): Promise<string>;
  /** Of what is in force of these projects and of the owner: reads each of these records. */
  inForce(projects: readonly ProjectId[]): Promise<string>;
}

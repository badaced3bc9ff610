/** What is known of a request by and by; its line of the access log is made of it. */
import { calledTool, rpcMethod } from './message.ts';

export class Note {
  rpc: string | null = null;
  tool: string | null = null;
  token: string | null = null;
  client: string | null = null;
  era: 'legacy' | 'modern' | null = null;
  /** The body of the request, once it has been read. */
  message: unknown;

  read(message: unknown): void {
    this.message = message;
    this.rpc = rpcMethod(message);
    this.tool = calledTool(message);
  }
}

/** The clients that setup knows, in the order in which it speaks of them. */
import type { ClientWiring } from '../types.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { cursor } from './cursor.ts';
import { gemini } from './gemini-cli.ts';
import { opencode } from './opencode.ts';
import { vscode } from './vscode.ts';

export const WIRINGS: readonly ClientWiring[] = [codex, claudeCode, cursor, opencode, gemini, vscode];

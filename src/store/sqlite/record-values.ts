/** How the JSON columns of memories and skills are read. */
import type { Evidence, SourcePath } from '../../model/memory.ts';

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function pathsOf(value: unknown): SourcePath[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) =>
    typeof item === 'object' && item !== null && 'path' in item && typeof item.path === 'string'
      ? [
          {
            path: item.path,
            sha256: 'sha256' in item && typeof item.sha256 === 'string' ? item.sha256 : null,
          },
        ]
      : [],
  );
}

export function evidenceOf(value: unknown): Evidence {
  if (typeof value !== 'object' || value === null) return { proven: false, why: '', refs: [] };
  return {
    proven: 'proven' in value && value.proven === true,
    why: 'why' in value && typeof value.why === 'string' ? value.why : '',
    refs: 'refs' in value ? strings(value.refs) : [],
  };
}

/** Lets a compile keep the folders of skills as it keeps the files of memory: hand edits in, changes out. */
import type { ProjectionDesk } from '../compile/index.ts';
import type { SkillsService } from '../skills/index.ts';

export function withSkills(files: ProjectionDesk, skills: () => Promise<SkillsService>): ProjectionDesk {
  return {
    due: async (caller) => (await files.due(caller)) || (await (await skills()).due()),
    absorb: (caller, lease) => files.absorb(caller, lease),
    render: async (caller, lease) => {
      const told = await files.render(caller, lease);
      // A plan of its own, which names the versions that it read: it needs no lease.
      const { notices, places } = await (await skills()).sync(caller);
      const stuck = places.filter(({ status }) => status === 'kept' || status === 'refused');
      return [
        ...told,
        ...notices.map(({ words }) => words),
        ...stuck.map(({ path, why }) => `${path} is not touched: ${why ?? 'it is not ours'}`),
      ];
    },
  };
}

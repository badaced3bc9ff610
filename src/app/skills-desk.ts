/** Lets a compile keep the folders of skills as it keeps the files of memory: hand edits in, changes out. */
import { FileTrouble, type ProjectionDesk } from '../compile/index.ts';
import type { SkillsService } from '../skills/index.ts';

export function withSkills(files: ProjectionDesk, skills: () => Promise<SkillsService>): ProjectionDesk {
  return {
    due: async (caller) => (await files.due(caller)) ?? ((await (await skills()).due()) ? 'skills' : null),
    absorb: (caller, lease) => files.absorb(caller, lease),
    render: async (caller, lease) => {
      const troubles: string[] = [];
      const told = await files.render(caller, lease).catch((error: unknown) => {
        if (!(error instanceof FileTrouble)) throw error;
        troubles.push(error.message);
        return error.told;
      });
      // A plan of its own, which names the versions that it read: it needs no lease.
      const { notices, places } = await (await skills()).sync(caller);
      const stuck = places.filter(({ status }) => status === 'kept' || status === 'refused');
      const all = [
        ...told,
        ...notices.map(({ words }) => words),
        ...stuck.map(({ path, why }) => `${path} is not touched: ${why ?? 'it is not ours'}`),
      ];
      // What became of the skills is told all the same.
      if (troubles.length > 0) throw new FileTrouble(troubles.join(' '), all);
      return all;
    },
  };
}

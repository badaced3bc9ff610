/** `remember` and `recall` over stdio with many records. */
import { bin, connect, median, ms, quantile, residentMB, withHome } from './program.mjs';
import { words } from './words.mjs';

const RECORDS = Number(process.env.BENCH_N ?? 10_000);
const QUERIES = 300;

export function callSpeed() {
  return withHome(async (place) => {
    const { server } = await connect(process.execPath, [bin, 'mcp'], place);
    const draw = words(7);
    const call = async (name, args) => {
      const at = performance.now();
      const { result } = await server.request('tools/call', { name, arguments: args });
      if (result.isError === true) throw new Error(result.content[0].text);
      return performance.now() - at;
    };
    const facts = [];
    const writes = [];
    for (let n = 0; n < RECORDS; n += 1) {
      const fact = `${draw(25).join(' ')} number ${n}`;
      facts.push(fact);
      writes.push(await call('remember', { content: fact }));
    }
    const reads = [];
    const history = [];
    for (let n = 0; n < QUERIES; n += 1) {
      const fact = facts[(n * 7919) % facts.length].split(' ');
      const query = [fact[1], fact[5], fact[9], fact[13], fact[17]].join(' ');
      reads.push(await call('recall', { query }));
      history.push(await call('recall_history', { query }));
    }
    const memory = residentMB(server.pid);
    await server.close();
    const early = writes.slice(0, Math.ceil(RECORDS / 10));
    const late = writes.slice(-Math.ceil(RECORDS / 10));
    return [
      [
        `remember, ${RECORDS} records, durable: p50 / p95`,
        `${ms(median(writes))} / ${ms(quantile(writes, 0.95))}`,
      ],
      ['  its p50 in the first tenth / in the last', `${ms(median(early))} / ${ms(median(late))}`],
      ['recall: p50 / p95', `${ms(median(reads))} / ${ms(quantile(reads, 0.95))}`],
      [
        'recall_history on an empty history: p50 / p95',
        `${ms(median(history))} / ${ms(quantile(history, 0.95))}`,
      ],
      ['memory of the server afterwards', `${memory} MB`],
    ];
  });
}

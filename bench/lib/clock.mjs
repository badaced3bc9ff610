/**
 * Loaded into the server before anything else (`node --import`): its clock starts at BENCH_NOW, so that a question
 * with "last week" in it is asked on the day it was written for.
 */
const RealDate = Date;
const ahead = RealDate.parse(process.env.BENCH_NOW) - RealDate.now();

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + ahead);
    else super(...given);
  }

  static now() {
    return RealDate.now() + ahead;
  }
};

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { TaskId } from "@poco-marketplace/sdk/index.js";
import { RevealStore } from "@poco-marketplace/services/worker/revealStore.js";

const DAY = 86_400;
const DIGEST = `0x${"11".repeat(32)}` as const;
const taskOf = (number: number) => `0x${`${number}`.padStart(64, "0")}` as TaskId;

describe("What a worker keeps for its reveals", () => {
  let folder: string;
  let now: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reveals-"));
    now = 1_000 * DAY;
  });
  afterEach(() => rm(folder, { recursive: true }));

  function open(): RevealStore {
    return new RevealStore(folder, () => now * 1000);
  }

  async function tasksThere(): Promise<number[]> {
    return (await readdir(folder)).map((name) => Number(name.replace(".json", ""))).toSorted((a, b) => a - b);
  }

  it("is there after a restart", async () => {
    await open().write(taskOf(1), { digest: DIGEST, until: now + DAY });

    expect(await open().read(taskOf(1))).to.deep.equal({ digest: DIGEST, until: now + DAY });
    expect(await open().read(taskOf(2))).to.equal(undefined);
  });

  it("is deleted when its time is over, once a day", async () => {
    const store = open();
    await store.write(taskOf(1), { digest: DIGEST, until: now + 1 });
    now += 1;
    await store.write(taskOf(2), { digest: DIGEST, until: now + DAY });
    expect(await tasksThere()).to.deep.equal([1, 2]);

    now += DAY - 1;
    await store.write(taskOf(3), { digest: DIGEST, until: now + DAY });
    expect(await tasksThere()).to.deep.equal([2, 3]);
  });

  it("is deleted at the first write after a restart, but for what is no result", async () => {
    await open().write(taskOf(1), { digest: DIGEST, until: now + 1 });
    await writeFile(join(folder, "7.json"), "{");
    now += 1;
    await open().write(taskOf(2), { digest: DIGEST, until: now + DAY });

    expect(await tasksThere()).to.deep.equal([2, 7]);
  });
});

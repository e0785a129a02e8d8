import type { Write } from "../floor.js";
import { added, changed, type Scenario, type Stage } from "../scenario.js";
import { DESCRIPTIONS } from "../scene.js";
import { Workerpool__factory } from "../../../../typechain-types/index.js";

const { multiaddr, checksum, enclave } = DESCRIPTIONS;
const length = (hex: string) => (hex.length - 2) / 2;

/** A minimal proxy (EIP-1167) to the asset's code. */
const PROXY = 45;
const CHECKSUM = 32;
/** The lengths of fields without a fixed length. */
const LENGTHS = 6;

/** An asset whose description has this many bytes. */
function asset(bytes: number): Write {
  return { fact: "the asset", bytes: PROXY + bytes };
}

/** The facts about its owner and its place in the two lists that ERC-721 requires. */
function token(isFirst: boolean): Write[] {
  return [
    added("its owner, and its places"),
    added("its place in the list of all"),
    added("its place in its owner's list"),
    changed("length of the list of all"),
    ...(isFirst ? [] : [changed("length of its owner's list")]),
  ];
}

const APP = ["weather", "DOCKER", multiaddr, checksum, "0x"] as const;
const TEE_APP = ["weather", "DOCKER", multiaddr, checksum, enclave] as const;
const DATASET = ["rainfall", multiaddr, checksum] as const;
const POOL = "a workerpool by the sea";

const APP_BYTES = LENGTHS + "weatherDOCKER".length + length(multiaddr) + CHECKSUM;

const createApp =
  (fields: typeof APP | typeof TEE_APP, owner: "newcomer" | "appOwner") =>
  ({ market: { call, accounts, system } }: Stage) =>
    call(system.apps.connect(accounts[owner]).createApp(accounts[owner], ...fields));

/** Assets as tokens. The registries have one asset each. */
export const REGISTRIES: readonly Scenario[] = [
  {
    name: "createApp",
    setting: "its owner's first; 27 bytes of multiaddress and a checksum",
    bar: 0.33,
    needs: { writes: [asset(APP_BYTES), ...token(true)] },
    play: createApp(APP, "newcomer"),
  },
  {
    name: "createApp, TEE, owner's second",
    setting: `with ${length(enclave)} bytes about its enclave`,
    bar: 0.33,
    needs: { writes: [asset(APP_BYTES + length(enclave)), ...token(false)] },
    play: createApp(TEE_APP, "appOwner"),
  },
  {
    name: "createDataset",
    setting: "its owner's first; 27 bytes of multiaddress and a checksum",
    bar: 0.33,
    needs: { writes: [asset(LENGTHS + "rainfall".length + length(multiaddr) + CHECKSUM), ...token(true)] },
    play: ({ market: { call, accounts, system } }) =>
      call(system.datasets.connect(accounts.newcomer).createDataset(accounts.newcomer, ...DATASET)),
  },
  {
    name: "createWorkerpool",
    setting: "its owner's first",
    bar: 0.33,
    needs: { writes: [asset(POOL.length), ...token(true)] },
    play: ({ market: { call, accounts, system } }) =>
      call(system.workerpools.connect(accounts.newcomer).createWorkerpool(accounts.newcomer, POOL)),
  },
  {
    name: "changePolicy",
    setting: "the workerpool had the default policy",
    needs: { writes: [changed("the policy")] },
    play: ({ market: { call, accounts, assets } }) =>
      call(Workerpool__factory.connect(assets.workerpool, accounts.scheduler).changePolicy(35n, 5n)),
  },
  {
    name: "changePolicy, again",
    setting: "the workerpool had another policy that it had set before",
    needs: { writes: [changed("the policy")] },
    play: async ({ market: { call, accounts, assets } }) => {
      const pool = Workerpool__factory.connect(assets.workerpool, accounts.scheduler);
      await pool.changePolicy(40n, 6n);
      return call(pool.changePolicy(35n, 5n));
    },
  },
  {
    name: "transfer of an app",
    setting: "its owner's only one, to somebody without any",
    needs: {
      writes: [
        changed("its owner"),
        { fact: "its place in the old owner's list", slot: "cleared" },
        added("its place in the new owner's list"),
      ],
    },
    play: ({ market: { call, accounts, system, assets } }) =>
      call(
        system.apps.connect(accounts.appOwner).transferFrom(accounts.appOwner, accounts.newcomer, BigInt(assets.app)),
      ),
  },
  {
    name: "setBaseURI",
    setting: "24 bytes, where there was nothing",
    needs: { writes: [added("the URI")] },
    play: ({ market: { call, system } }) => call(system.apps.setBaseURI("https://explorer.example")),
  },
];

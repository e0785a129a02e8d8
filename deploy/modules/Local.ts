import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** What a chain without RLC lacks: a token for development, free for everyone. */
export default buildModule("Local", (m) => ({ rlc: m.contract("Rlc") }));

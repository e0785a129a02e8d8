import { pocoWith } from "./Poco.js";

/** The hub for a chain whose own coin is RLC. */
export default pocoWith("native");

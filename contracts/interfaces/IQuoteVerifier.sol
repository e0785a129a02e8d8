// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Evidence} from "../types/Attestation.sol";
import {IPlatformRegistry} from "./IPlatformRegistry.sol";

/// @title IQuoteVerifier
/// @notice Verifies a quote in one call, with the chain of certificates that is in it: nothing has to be registered
/// before. Root, revocations and minimums are those of a registry.
interface IQuoteVerifier {
    /// @notice Reverts unless the quote is genuine, of an enclave or a trust domain that its host can neither look into
    /// nor export, started as docs/reference/quotes.md says.
    function verify(bytes calldata quote) external view returns (Evidence memory);

    /// @notice Reverts unless the quote is genuine. Its host may look into what it is about: in debug mode, or as its
    /// attributes and service domains let it.
    function verifyEvenDebug(bytes calldata quote) external view returns (Evidence memory);

    /// @notice Whose root, revocations and minimums count.
    function registry() external view returns (IPlatformRegistry);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Evidence} from "../types/Attestation.sol";
import {IPlatformRegistry} from "./IPlatformRegistry.sol";

/// @title IQuoteVerifier
/// @notice Verifies a quote in one call, with the chain of certificates that is in it: nothing has to be registered
/// before. Root, revocations and minimums are those of a registry.
interface IQuoteVerifier {
    /// @notice Reverts unless the quote is genuine, of an enclave that nobody can look into.
    function verify(bytes calldata quote) external view returns (Evidence memory);

    /// @notice Like {verify}, but the enclave's owner may look into it.
    function verifyEvenDebug(bytes calldata quote) external view returns (Evidence memory);

    /// @notice Whose root, revocations and minimums count.
    function registry() external view returns (IPlatformRegistry);
}

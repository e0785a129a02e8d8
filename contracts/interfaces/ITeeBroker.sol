// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {PckName, PublicKey} from "../types/Attestation.sol";
import {DealId} from "../types/Ids.sol";
import {IPlatformRegistry} from "./IPlatformRegistry.sol";
import {IPoco} from "./IPoco.sol";

/// @notice What an enclave brings as `authorizationSign`, in the ABI encoding of this one tuple.
/// @param ownerSign The workerpool owner's signature, as it would be without a broker.
/// @param deal The deal, and which of its tasks.
/// @param platform The certificate of the platform's key.
/// @param key The attestation key, registered for that certificate.
/// @param quoteSign The quote's signature (r, s) by the attestation key.
/// @param statement What it signs: the quote's header and body.
/// @param request Empty, unless it is a boost deal, which does not remember its app: then the request order, as the 15
/// words of its EIP-712 encoding without the type.
/// @param consumedBefore What of the request order's volume was consumed before the deal. For boost deals only.
struct Attestation {
    bytes ownerSign;
    address worker;
    address enclave;
    DealId deal;
    uint256 index;
    PckName platform;
    PublicKey key;
    bytes32[2] quoteSign;
    bytes statement;
    bytes request;
    uint256 consumedBefore;
}

/// @title ITeeBroker
/// @notice A TEE broker that trusts no service: it believes the pool owner and a quote together, or neither (ERC-1271).
/// A quote's report data begins with keccak256(worker ‖ task id ‖ enclave), which is also what is authorised, and ends
/// with the keccak256 hash of the enclave's encryption key. The app's `m_appMREnclave` is the 32 bytes of MRENCLAVE, or
/// the 240 bytes of MRTD and RTMR0 to RTMR3; where it is empty, the app's `m_appChecksum` is MRENCLAVE.
interface ITeeBroker {
    /// @notice Emitted when the owner said whether enclaves will do that their owner may look into.
    event DebugEnclavesSet(bool areAccepted);

    /// @notice Emitted when the owner said whether trust domains must have SEPT_VE_DISABLE.
    event SeptVeDisableSet(bool isRequired);

    /// @notice The evidence is about another worker, task or enclave than is to be authorised.
    /// @custom:fix Pass the evidence of this worker, for this task and this enclave.
    error WrongPermission(bytes32 expected, bytes32 actual);

    /// @notice There is no such deal, or it is a boost deal and its request order is missing.
    /// @custom:fix Pass the id of the deal, and for a boost deal its request order.
    error UnknownAttestedDeal(DealId deal);

    /// @notice This is not the request order of the deal.
    /// @custom:fix Pass the request order that was matched, and what of its volume was consumed before.
    error WrongRequest(DealId expected, DealId actual);

    /// @notice The workerpool's owner at deal time did not sign.
    /// @custom:fix Ask `owner` for a signature of keccak256(worker ‖ task id ‖ enclave), as an Ethereum message.
    error NotAuthorizedByOwner(DealId deal, address owner);

    /// @notice The enclave vouches for another worker, task or address.
    /// @custom:fix Ask the enclave for a quote about this one.
    error WrongReportData(bytes32 expected, bytes32 reported);

    /// @notice The enclave names no encryption key.
    /// @custom:fix Put the keccak256 hash of its key into the second half of its report data.
    error MissingEncryptionKey();

    /// @notice The host gave the enclave a configuration that its measurement does not cover.
    /// @custom:fix Run it without one.
    error ConfiguredEnclave();

    /// @notice The enclave is not the app of the deal.
    /// @custom:fix Run the app whose measurement is published.
    error WrongMeasurement(address app, bytes32 expectedHash, bytes32 actualHash);

    /// @notice Says whether enclaves will do that their owner may look into. For the owner.
    function setDebugEnclaves(bool areAccepted) external;

    /// @notice Whether enclaves will do that their owner may look into.
    function areDebugEnclavesAccepted() external view returns (bool);

    /// @notice Says whether trust domains must have SEPT_VE_DISABLE (attribute bit 28), as they must unless this said
    /// otherwise. Without it a host can take pages away from one, and have its exception handler run wherever it likes.
    /// For the owner.
    function setSeptVeDisable(bool isRequired) external;

    /// @notice Whether trust domains must have SEPT_VE_DISABLE.
    function isSeptVeDisableRequired() external view returns (bool);

    /// @notice Reverts with the reason unless the evidence authorises what `hash` stands for: the Ethereum message of
    /// keccak256(worker ‖ task id ‖ enclave).
    function check(bytes32 hash, Attestation calldata attestation) external view;

    /// @notice The hub whose deals count.
    function hub() external view returns (IPoco);

    /// @notice Whose platforms count.
    function registry() external view returns (IPlatformRegistry);
}

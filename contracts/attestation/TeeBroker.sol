// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {Signatures} from "../core/Signatures.sol";
import {IAttestation} from "../interfaces/IAttestation.sol";
import {IPlatformRegistry} from "../interfaces/IPlatformRegistry.sol";
import {IPoco} from "../interfaces/IPoco.sol";
import {Attestation, ITeeBroker} from "../interfaces/ITeeBroker.sol";
import {PublicKey} from "../types/Attestation.sol";
import {domainSeparator} from "../types/Domain.sol";
import {DealId, dealIdOf} from "../types/Ids.sol";
import {REQUEST_ORDER_TYPEHASH} from "../types/OrderHash.sol";
import {AppMeasurement} from "./AppMeasurement.sol";
import {Cursor, CursorLib} from "./Cursor.sol";
import {DealParties} from "./DealParties.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {ImageRule} from "./ImageRule.sol";
import {Isolation} from "./Isolation.sol";
import {Quote, Statement} from "./Quote.sol";
import {Statements} from "./Statements.sol";

/// @title TeeBroker
/// @dev Stores no evidence: a quote names its worker, task and enclave, and the hub accepts each once.
/// Calls {IPlatformRegistry}, which is set at deployment, and through {Signatures} the owner of the workerpool, with
/// staticcall: they can change nothing.
contract TeeBroker is ITeeBroker, IERC1271, Ownable {
    using EnumerableSet for EnumerableSet.Bytes32Set;
    using ImageRule for Statement;
    using Statements for Statement;

    uint256 private constant REQUEST_LENGTH = 480;

    IPoco private immutable HUB;
    IPlatformRegistry private immutable REGISTRY;

    bool private _acceptsDebug;
    bool private _acceptsSeptVe;
    EnumerableSet.Bytes32Set private _runtimes;

    constructor(address initialOwner, IPoco hub_, IPlatformRegistry registry_) Ownable(initialOwner) {
        (HUB, REGISTRY) = (hub_, registry_);
    }

    /// @inheritdoc ITeeBroker
    function setDebugEnclaves(bool areAccepted) external onlyOwner {
        _acceptsDebug = areAccepted;
        emit DebugEnclavesSet(areAccepted);
    }

    /// @inheritdoc ITeeBroker
    function setSeptVeDisable(bool isRequired) external onlyOwner {
        _acceptsSeptVe = !isRequired;
        emit SeptVeDisableSet(isRequired);
    }

    /// @inheritdoc ITeeBroker
    function approveRuntime(bytes32 runtime) external onlyOwner {
        require(_runtimes.add(runtime), RuntimeAlreadyApproved(runtime));
        emit RuntimeApproved(runtime);
    }

    /// @inheritdoc ITeeBroker
    function withdrawRuntime(bytes32 runtime) external onlyOwner {
        require(_runtimes.remove(runtime), UnapprovedRuntime(runtime));
        emit RuntimeWithdrawn(runtime);
    }

    /// @inheritdoc ITeeBroker
    function isApprovedRuntime(bytes32 runtime) external view returns (bool) {
        return _runtimes.contains(runtime);
    }

    /// @inheritdoc ITeeBroker
    function approvedRuntimes() external view returns (bytes32[] memory) {
        return _runtimes.values();
    }

    /// @inheritdoc ITeeBroker
    function isSeptVeDisableRequired() external view returns (bool) {
        return !_acceptsSeptVe;
    }

    /// @inheritdoc ITeeBroker
    function areDebugEnclavesAccepted() external view returns (bool) {
        return _acceptsDebug;
    }

    /// @inheritdoc ITeeBroker
    function check(bytes32 hash, Attestation calldata attestation) external view {
        _check(hash, attestation);
    }

    /// @inheritdoc ITeeBroker
    function hub() external view returns (IPoco) {
        return HUB;
    }

    /// @inheritdoc ITeeBroker
    function registry() external view returns (IPlatformRegistry) {
        return REGISTRY;
    }

    /// @inheritdoc IERC1271
    /// @dev Reverts with a reason; callers count a revert as an invalid signature.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        Attestation calldata attestation;
        // Safe: a tuple with a dynamic member begins with its offset. Every access to a dynamic member is checked
        // against the end of the calldata.
        assembly ("memory-safe") {
            attestation := add(signature.offset, calldataload(signature.offset))
        }
        _check(hash, attestation);
        return IERC1271.isValidSignature.selector;
    }

    function _check(bytes32 hash, Attestation calldata attestation) private view {
        bytes32 permission = keccak256(
            abi.encodePacked(attestation.worker, attestation.deal.taskAt(attestation.index), attestation.enclave)
        );
        bytes32 actual = MessageHashUtils.toEthSignedMessageHash(permission);
        require(hash == actual, WrongPermission(hash, actual));

        (address owner_, address app) = _partiesOf(attestation);
        bool isAuthorized = Signatures.isValid(owner_, hash, attestation.ownerSign);
        require(isAuthorized, NotAuthorizedByOwner(attestation.deal, owner_));
        _checkStatement(attestation, permission, app);
    }

    /// @dev Reverts unless a genuine platform made the quote, and it is about this permission and this app.
    function _checkStatement(Attestation calldata attestation, bytes32 permission, address app) private view {
        bytes memory signed = attestation.statement;
        Cursor memory cursor = CursorLib.over(signed);
        Statement memory statement = Quote.readStatement(cursor);
        require(cursor.place == cursor.end, IAttestation.WrongLength(0, signed.length, statement.length));
        (bytes32 reported, bytes32 encryptionKeyHash) = statement.reportData();
        require(reported == permission, WrongReportData(permission, reported));
        require(encryptionKeyHash != 0, MissingEncryptionKey());
        require(statement.isUnconfigured(), ConfiguredEnclave());
        bool isImage = statement.applies();
        if (statement.isDebug()) {
            if (isImage || !_acceptsDebug) statement.checkNoDebug();
        } else {
            // The settings are read only where they matter, since reading a slot is expensive.
            Isolation.check(statement, Isolation.lacksSeptVeDisable(statement) && _acceptsSeptVe);
        }

        if (isImage) _checkImage(statement, app);
        else _checkMeasurement(statement, app);
        REGISTRY.checkAttestationKey(attestation.platform, statement.tee, attestation.key, statement.teeTcbSvn());
        PublicKey memory key = attestation.key;
        Ecdsa.Signature memory signature = Ecdsa.Signature(attestation.quoteSign[0], attestation.quoteSign[1]);
        Ecdsa.checkRange(signature);
        statement.checkSignature(signature, key);
    }

    /// @dev Reverts unless the app is the image that the trust domain was started for, by an approved runtime.
    function _checkImage(Statement memory statement, address app) private view {
        (bool isImage, bytes32 expected) = AppMeasurement.imageOf(app);
        require(isImage, ConfiguredEnclave());
        bytes32 digest = statement.digestOf();
        require(digest == expected, WrongImage(app, expected, digest));
        bytes32 runtime = statement.runtimeOf();
        require(_runtimes.contains(runtime), UnapprovedRuntime(runtime));
    }

    /// @dev Reverts unless the enclave or trust domain has the published measurement of the app.
    function _checkMeasurement(Statement memory statement, address app) private view {
        bytes32 expected = AppMeasurement.hashOf(app);
        bytes32 measured = statement.measurementHash();
        require(measured == expected, WrongMeasurement(app, expected, measured));
    }

    /// @dev Returns the owner of the workerpool at deal time, and the app.
    function _partiesOf(Attestation calldata attestation) private view returns (address owner_, address app) {
        DealId id = attestation.deal;
        bytes calldata request = attestation.request;
        bool isBoost;
        (owner_, app, isBoost) = DealParties.of_(id, address(HUB));
        require(owner_ != address(0) && isBoost == (request.length != 0), UnknownAttestedDeal(id));
        if (isBoost) app = _appOf(request, attestation.consumedBefore, id);
    }

    /// @dev Returns the app of a boost deal: the first word of its request order, which is checked to be that of the
    /// deal.
    function _appOf(bytes calldata request, uint256 consumedBefore, DealId id) private view returns (address) {
        bytes32 structHash = keccak256(abi.encodePacked(REQUEST_ORDER_TYPEHASH, request));
        bytes32 orderHash = MessageHashUtils.toTypedDataHash(domainSeparator(address(HUB)), structHash);
        DealId actual = dealIdOf(orderHash, consumedBefore);
        bool isTheDeals = request.length == REQUEST_LENGTH && DealId.unwrap(actual) == DealId.unwrap(id);
        require(isTheDeals, WrongRequest(id, actual));
        return address(uint160(uint256(bytes32(request[:32]))));
    }
}

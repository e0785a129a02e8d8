// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IAttestation} from "../interfaces/IAttestation.sol";
import {IPlatformRegistry} from "../interfaces/IPlatformRegistry.sol";
import {
    AttestationKey,
    Authority,
    AuthorityId,
    AuthorityKey,
    CertificateRole,
    PckFacts,
    PckName,
    Platform,
    PublicKey,
    TcbMinimum,
    Tee,
    commitmentTo,
    recordOf
} from "../types/Attestation.sol";
import {Certificate, CertificateReader} from "./Certificate.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {Memory} from "./Memory.sol";
import {PckChain} from "./PckChain.sol";
import {QuotingEnclave} from "./QuotingEnclave.sol";
import {StoredMinimum, TcbPolicy} from "./Tcb.sol";

/// @title PlatformRegistry
/// @dev Records are keyed by PCK certificate, never by attestation key alone: a machine has one attestation key for all
/// TCB levels, and a PCK certificate for each.
contract PlatformRegistry is IPlatformRegistry, Ownable {
    using PckChain for Certificate;

    /// @dev The x-coordinate of the key of "Intel SGX Root CA". Only the negated point shares this x-coordinate, and
    /// nobody but the holder of Intel's key holds its private key.
    bytes32 private constant INTEL_ROOT_X = 0x0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5;
    bytes32 private constant INTEL_ROOT_Y = 0x67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394;

    bytes32 private immutable ROOT_X;
    bytes32 private immutable ROOT_Y;
    bytes32 private immutable ROOT_NAME;
    bytes20 private immutable ROOT_KEY_ID;
    uint40 private immutable ROOT_NOT_AFTER;

    TcbPolicy private _policy;
    mapping(AuthorityId id => Authority known) private _authorities;
    mapping(bytes32 record => Platform known) private _platforms;
    mapping(bytes32 record => AttestationKey known) private _attestationKeys;

    /// @param root The root certificate, in DER: Intel's, or that of a simulation.
    constructor(address initialOwner, bytes memory root) Ownable(initialOwner) {
        Certificate memory certificate = CertificateReader.read(Memory.start(root), root.length, CertificateRole.ROOT);
        certificate.checkAuthority(1);
        certificate.checkLinkToItself();
        certificate.checkValidity();
        certificate.checkSignature(certificate.key);

        ROOT_X = certificate.key.x;
        ROOT_Y = certificate.key.y;
        ROOT_NAME = certificate.subjectHash;
        ROOT_KEY_ID = certificate.extensions.subjectKeyId;
        ROOT_NOT_AFTER = certificate.notAfter;
    }

    /// @inheritdoc IPlatformRegistry
    function registerChain(bytes calldata pck, bytes calldata intermediate) external returns (PckName memory name) {
        Certificate memory platform_ = _read(pck, CertificateRole.PCK);
        Certificate memory ca = _read(intermediate, CertificateRole.INTERMEDIATE);
        AuthorityKey memory root = _root();
        AuthorityKey memory key = CertificateReader.authorityKey(ca);

        ca.checkAuthority(0);
        platform_.checkPlatform();
        ca.checkLink(root);
        platform_.checkLink(key);
        _checkRootValidity();
        ca.checkValidity();
        ca.checkSignature(root.key);

        _registerAuthority(key, ca);
        return _registerPlatform(platform_, key);
    }

    /// @inheritdoc IPlatformRegistry
    function registerPlatform(
        bytes calldata pck,
        AuthorityKey calldata authority_
    ) external returns (PckName memory name) {
        Certificate memory platform_ = _read(pck, CertificateRole.PCK);
        AuthorityKey memory key = authority_;
        platform_.checkPlatform();
        platform_.checkLink(key);
        _checkAuthority(key.idOf());
        return _registerPlatform(platform_, key);
    }

    /// @inheritdoc IPlatformRegistry
    function registerAttestationKey(
        PckName calldata name,
        PublicKey calldata pckKey,
        bytes16 components,
        Tee tee,
        PublicKey calldata key,
        bytes calldata qeReport,
        bytes32[2] calldata qeSignature,
        bytes calldata authenticationData
    ) external {
        uint16 qeSvn = QuotingEnclave.checkReport(qeReport, tee, key, authenticationData);
        _checkAuthority(name.authority);
        Platform storage known = _platforms[recordOf(name)];
        _checkPlatform(known, name);
        require(known.commitment == commitmentTo(pckKey, components), WrongPckKey(name.authority, name.serial));
        bytes32 record = recordOf(name, tee, key);
        AttestationKey memory before = _attestationKeys[record];
        require(!before.isRegistered || qeSvn < before.qeSvn, AlreadyRegistered(record));

        bytes memory report = qeReport;
        Ecdsa.Signature memory signature = Ecdsa.Signature(qeSignature[0], qeSignature[1]);
        Ecdsa.checkRange(signature);
        QuotingEnclave.checkSignature(Memory.start(report), signature, pckKey);

        _attestationKeys[record] = AttestationKey(true, qeSvn, components);
        emit AttestationKeyRegistered(name.authority, name.serial, tee, key, qeSvn);
    }

    /// @inheritdoc IPlatformRegistry
    function revokePlatform(PckName calldata name) external onlyOwner {
        _platforms[recordOf(name)].isRevoked = true;
        emit PlatformRevoked(name.authority, name.serial);
    }

    /// @inheritdoc IPlatformRegistry
    function revokeAuthority(AuthorityId authority_) external onlyOwner {
        _authorities[authority_].isRevoked = true;
        emit AuthorityRevoked(authority_);
    }

    /// @inheritdoc IPlatformRegistry
    function setTcbMinimum(bytes6 fmspc, TcbMinimum calldata minimum) external onlyOwner {
        _policy.setMinimum(fmspc, minimum);
        emit TcbMinimumSet(fmspc, minimum);
    }

    /// @inheritdoc IPlatformRegistry
    function setOtherPlatforms(bool areRefused) external onlyOwner {
        _policy.areOthersRefused = areRefused;
        emit OtherPlatformsSet(areRefused);
    }

    /// @inheritdoc IPlatformRegistry
    function setMinimumQeSvn(Tee tee, uint16 svn) external onlyOwner {
        if (tee == Tee.SGX) _policy.minimumSgxQe = svn;
        else _policy.minimumTdxQe = svn;
        emit MinimumQeSvnSet(tee, svn);
    }

    /// @inheritdoc IPlatformRegistry
    function rootKey() external view returns (PublicKey memory) {
        return PublicKey(ROOT_X, ROOT_Y);
    }

    /// @inheritdoc IPlatformRegistry
    function isSimulated() external view returns (bool) {
        return ROOT_X != INTEL_ROOT_X || ROOT_Y != INTEL_ROOT_Y;
    }

    /// @inheritdoc IPlatformRegistry
    function platform(PckName calldata name) external view returns (Platform memory) {
        return _platforms[recordOf(name)];
    }

    /// @inheritdoc IPlatformRegistry
    function authority(AuthorityId id) external view returns (Authority memory) {
        return _authorities[id];
    }

    /// @inheritdoc IPlatformRegistry
    function attestationKey(
        PckName calldata name,
        Tee tee,
        PublicKey calldata key
    ) external view returns (AttestationKey memory) {
        return _attestationKeys[recordOf(name, tee, key)];
    }

    /// @inheritdoc IPlatformRegistry
    function tcbMinimum(bytes6 fmspc) external view returns (bool isSet, TcbMinimum memory minimum) {
        StoredMinimum memory stored = _policy.minimums[fmspc];
        return (stored.isSet, TcbMinimum(stored.components, stored.pceSvn, stored.tdxComponents));
    }

    /// @inheritdoc IPlatformRegistry
    function areOtherPlatformsRefused() external view returns (bool) {
        return _policy.areOthersRefused;
    }

    /// @inheritdoc IPlatformRegistry
    function minimumQeSvn(Tee tee) external view returns (uint256) {
        return _policy.minimumQe(tee);
    }

    /// @inheritdoc IPlatformRegistry
    function checkAttestationKey(
        PckName calldata name,
        Tee tee,
        PublicKey calldata key,
        bytes16 teeTcbSvn
    ) external view {
        _checkAuthority(name.authority);
        Platform storage known = _platforms[recordOf(name)];
        _checkPlatform(known, name);
        AttestationKey memory registered = _attestationKeys[recordOf(name, tee, key)];
        require(registered.isRegistered, UnknownAttestationKey(name.authority, name.serial, tee, key.x));

        PckFacts memory facts = PckFacts(known.fmspc, registered.components, known.pceSvn);
        _policy.check(facts, tee, registered.qeSvn, teeTcbSvn);
    }

    /// @inheritdoc IPlatformRegistry
    function checkNotRevoked(PckName calldata name) external view {
        _checkNotRevoked(_authorities[name.authority].isRevoked, CertificateRole.INTERMEDIATE, 0);
        _checkNotRevoked(_platforms[recordOf(name)].isRevoked, CertificateRole.PCK, name.serial);
    }

    /// @inheritdoc IPlatformRegistry
    function checkTcb(PckFacts calldata facts, Tee tee, uint16 qeSvn, bytes16 teeTcbSvn) external view {
        _policy.check(facts, tee, qeSvn, teeTcbSvn);
    }

    function _registerAuthority(AuthorityKey memory key, Certificate memory certificate) private {
        AuthorityId id = key.idOf();
        Authority storage known = _authorities[id];
        _checkNotRevoked(known.isRevoked, CertificateRole.INTERMEDIATE, certificate.serial);
        if (certificate.notAfter <= known.notAfter) return;

        known.notAfter = certificate.notAfter;
        emit AuthorityRegistered(id, key, certificate.notAfter);
    }

    /// @dev Reverts unless the certificate is one of a platform that names its issuer.
    function _registerPlatform(
        Certificate memory certificate,
        AuthorityKey memory issuer
    ) private returns (PckName memory name) {
        certificate.checkValidity();
        certificate.checkSignature(issuer.key);
        certificate.checkFacts();
        name = PckName(issuer.idOf(), certificate.serial);
        bytes32 record = recordOf(name);
        Platform storage known = _platforms[record];
        _checkNotRevoked(known.isRevoked, CertificateRole.PCK, name.serial);
        require(known.notAfter == 0, AlreadyRegistered(record));

        PckFacts memory facts = certificate.extensions.pckFacts;
        _platforms[record] = Platform(
            commitmentTo(certificate.key, facts.components),
            facts.fmspc,
            facts.pceSvn,
            certificate.notAfter,
            false
        );
        emit PlatformRegistered(name.authority, name.serial, certificate.key, facts);
    }

    function _root() private view returns (AuthorityKey memory) {
        return AuthorityKey(PublicKey(ROOT_X, ROOT_Y), ROOT_NAME, ROOT_KEY_ID);
    }

    function _checkRootValidity() private view {
        require(block.timestamp <= ROOT_NOT_AFTER, IAttestation.Expired(CertificateRole.ROOT, ROOT_NOT_AFTER));
    }

    /// @dev Reverts if the CA is not registered, is revoked, or its certificate has expired.
    function _checkAuthority(AuthorityId id) private view {
        Authority memory known = _authorities[id];
        _checkNotRevoked(known.isRevoked, CertificateRole.INTERMEDIATE, 0);
        require(known.notAfter != 0, UnknownAuthority(id));
        _checkRootValidity();
        require(block.timestamp <= known.notAfter, IAttestation.Expired(CertificateRole.INTERMEDIATE, known.notAfter));
    }

    /// @dev Reverts if the platform is not registered, is revoked, or its certificate has expired.
    function _checkPlatform(Platform storage known, PckName calldata name) private view {
        (uint40 notAfter, bool isRevoked) = (known.notAfter, known.isRevoked);
        _checkNotRevoked(isRevoked, CertificateRole.PCK, name.serial);
        require(notAfter != 0, UnknownPlatform(name.authority, name.serial));
        require(block.timestamp <= notAfter, IAttestation.Expired(CertificateRole.PCK, notAfter));
    }

    function _read(bytes memory der, CertificateRole role) private view returns (Certificate memory) {
        return CertificateReader.read(Memory.start(der), der.length, role);
    }

    function _checkNotRevoked(bool isRevoked, CertificateRole role, uint256 serial) private pure {
        require(!isRevoked, IAttestation.CertificateRevoked(role, serial));
    }
}

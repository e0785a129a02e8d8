// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {IPlatformRegistry} from "../interfaces/IPlatformRegistry.sol";
import {IQuoteVerifier} from "../interfaces/IQuoteVerifier.sol";
import {AuthorityKey, CertificateRole, Evidence, PckName, PublicKey} from "../types/Attestation.sol";
import {Certificate, CertificateReader} from "./Certificate.sol";
import {Cursor, CursorLib} from "./Cursor.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {Isolation} from "./Isolation.sol";
import {Memory} from "./Memory.sol";
import {PckChain} from "./PckChain.sol";
import {Pem, PemReader} from "./Pem.sol";
import {Quote, SignatureData, Statement} from "./Quote.sol";
import {QuotingEnclave} from "./QuotingEnclave.sol";
import {Statements} from "./Statements.sol";

/// @title QuoteVerifier
/// @dev Verification by the steps of docs/reference/quotes.md, in their order. Calls {IPlatformRegistry}, which is set
/// at deployment, with staticcall: it can change nothing.
contract QuoteVerifier is IQuoteVerifier {
    using PckChain for Certificate;
    using Statements for Statement;

    IPlatformRegistry private immutable REGISTRY;
    bytes32 private immutable ROOT_X;
    bytes32 private immutable ROOT_Y;

    /// @dev The facts of the root certificate, which is verified at deployment: its text in PEM, and the fields that
    /// are compared.
    bytes32 private immutable ROOT_TEXT;
    uint256 private immutable ROOT_TEXT_LENGTH;
    bytes32 private immutable ROOT_NAME;
    bytes20 private immutable ROOT_KEY_ID;
    uint40 private immutable ROOT_NOT_BEFORE;
    uint40 private immutable ROOT_NOT_AFTER;

    /// @dev The certificates of a chain. A root that is known by its text was verified at deployment.
    struct Chain {
        Certificate pck;
        Certificate intermediate;
        Certificate root;
        bool isRootKnown;
    }

    /// @param root The root certificate of the registry, in PEM without the end of its last line. Where a chain ends in
    /// the same text, the root is not parsed again.
    constructor(IPlatformRegistry registry_, bytes memory root) {
        PublicKey memory key = registry_.rootKey();
        REGISTRY = registry_;
        (ROOT_X, ROOT_Y) = (key.x, key.y);

        PemReader memory pem = Pem.over(Memory.start(root), root.length);
        (uint256 der, uint256 length) = Pem.next(pem, true);
        // Nothing may follow, not even the end of the last line, which a chain may have or not.
        require(root[root.length - 1] == "-", IAttestation.MalformedPem(root.length - 1));
        Certificate memory certificate = CertificateReader.read(der, length, CertificateRole.ROOT);
        bool isTrusted = certificate.key.x == key.x && certificate.key.y == key.y;
        require(isTrusted, IAttestation.UntrustedRoot(certificate.key.x, certificate.key.y));
        certificate.checkAuthority(1);
        certificate.checkLinkToItself();
        certificate.checkSignature(key);

        ROOT_TEXT = keccak256(root);
        ROOT_TEXT_LENGTH = root.length;
        ROOT_NAME = certificate.subjectHash;
        ROOT_KEY_ID = certificate.extensions.subjectKeyId;
        (ROOT_NOT_BEFORE, ROOT_NOT_AFTER) = (certificate.notBefore, certificate.notAfter);
    }

    /// @inheritdoc IQuoteVerifier
    function verify(bytes calldata quote) external view returns (Evidence memory evidence) {
        _verify(quote, false, evidence);
    }

    /// @inheritdoc IQuoteVerifier
    function verifyEvenDebug(bytes calldata quote) external view returns (Evidence memory evidence) {
        _verify(quote, true, evidence);
    }

    /// @inheritdoc IQuoteVerifier
    function registry() external view returns (IPlatformRegistry) {
        return REGISTRY;
    }

    function _verify(bytes memory quote, bool acceptsDebug, Evidence memory evidence) private view {
        Cursor memory cursor = CursorLib.over(quote);
        Statement memory statement = Quote.readStatement(cursor);
        SignatureData memory data = Quote.readSignatureData(cursor, statement.version);
        Chain memory chain = _readChain(data);

        QuotingEnclave.check(data.qeReport, statement.tee);
        Ecdsa.checkPoint(data.key);
        Ecdsa.checkRange(data.signature);
        Ecdsa.checkRange(data.qeSignature);
        QuotingEnclave.checkBinding(data.qeReport, data.key, data.authenticationData, data.authenticationLength);
        _checkChain(chain, evidence.platform);

        REGISTRY.checkNotRevoked(evidence.platform);
        QuotingEnclave.checkSignature(data.qeReport, data.qeSignature, chain.pck.key);
        statement.checkSignature(data.signature, data.key);
        if (!acceptsDebug) {
            statement.checkNoDebug();
            Isolation.check(statement, false);
        }
        REGISTRY.checkTcb(
            chain.pck.extensions.pckFacts,
            statement.tee,
            QuotingEnclave.svnOf(data.qeReport),
            statement.teeTcbSvn()
        );
        _fillIn(evidence, statement, chain.pck);
    }

    /// @dev Reverts unless each certificate of the chain fits its place. Returns the name of the platform.
    function _checkChain(Chain memory chain, PckName memory name) private view {
        (Certificate memory pck, Certificate memory ca, Certificate memory root) = (
            chain.pck,
            chain.intermediate,
            chain.root
        );
        bool isTrusted = root.key.x == ROOT_X && root.key.y == ROOT_Y;
        require(isTrusted, IAttestation.UntrustedRoot(root.key.x, root.key.y));
        if (!chain.isRootKnown) root.checkAuthority(1);
        ca.checkAuthority(0);
        pck.checkPlatform();
        AuthorityKey memory issuer = CertificateReader.authorityKey(ca);
        if (!chain.isRootKnown) root.checkLinkToItself();
        ca.checkLink(CertificateReader.authorityKey(root));
        pck.checkLink(issuer);
        root.checkValidity();
        ca.checkValidity();
        pck.checkValidity();
        if (!chain.isRootKnown) root.checkSignature(root.key);
        ca.checkSignature(root.key);
        pck.checkSignature(issuer.key);
        pck.checkFacts();
        (name.authority, name.serial) = (issuer.idOf(), pck.serial);
    }

    function _readChain(SignatureData memory data) private view returns (Chain memory chain) {
        PemReader memory pem = Pem.over(data.pem, data.pemLength);
        (uint256 pck, uint256 pckLength) = Pem.next(pem, false);
        (uint256 ca, uint256 caLength) = Pem.next(pem, false);
        chain.isRootKnown = Pem.skipKnown(pem, ROOT_TEXT, ROOT_TEXT_LENGTH);
        (uint256 root, uint256 rootLength) = chain.isRootKnown ? (0, 0) : Pem.next(pem, true);
        Pem.finish(pem);
        CertificateReader.readInto(chain.pck, pck, pckLength, CertificateRole.PCK);
        CertificateReader.readInto(chain.intermediate, ca, caLength, CertificateRole.INTERMEDIATE);
        if (chain.isRootKnown) _recall(chain.root);
        else CertificateReader.readInto(chain.root, root, rootLength, CertificateRole.ROOT);
    }

    /// @dev The fields of the root, which was verified at deployment, that are compared.
    function _recall(Certificate memory root) private view {
        root.role = CertificateRole.ROOT;
        (root.notBefore, root.notAfter) = (ROOT_NOT_BEFORE, ROOT_NOT_AFTER);
        (root.key.x, root.key.y) = (ROOT_X, ROOT_Y);
        root.subjectHash = ROOT_NAME;
        root.extensions.subjectKeyId = ROOT_KEY_ID;
    }

    /// @dev The facts of a quote that is verified.
    function _fillIn(Evidence memory evidence, Statement memory statement, Certificate memory pck) private pure {
        (bytes32 first, bytes32 second) = statement.reportData();
        (evidence.version, evidence.tee) = (uint16(statement.version), statement.tee);
        evidence.isDebug = statement.isDebug();
        evidence.measurement = statement.measurement();
        evidence.reportData = bytes.concat(first, second);
        (evidence.facts, evidence.notAfter) = (pck.extensions.pckFacts, pck.notAfter);
    }
}

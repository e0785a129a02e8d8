// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {IPlatformRegistry} from "../interfaces/IPlatformRegistry.sol";
import {IQuoteVerifier} from "../interfaces/IQuoteVerifier.sol";
import {AuthorityKey, CertificateRole, Evidence, PckName, PublicKey} from "../types/Attestation.sol";
import {Certificate, CertificateReader} from "./Certificate.sol";
import {Cursor, CursorLib} from "./Cursor.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {PckChain} from "./PckChain.sol";
import {Pem, PemReader} from "./Pem.sol";
import {Quote, SignatureData, Statement} from "./Quote.sol";
import {QuotingEnclave} from "./QuotingEnclave.sol";
import {Statements} from "./Statements.sol";

/// @title QuoteVerifier
/// @dev The steps of docs/attestation.md, in their order.
/// Calls {IPlatformRegistry}, the one that it was made for, with staticcall: it can change nothing.
contract QuoteVerifier is IQuoteVerifier {
    using PckChain for Certificate;
    using Statements for Statement;

    IPlatformRegistry private immutable REGISTRY;
    bytes32 private immutable ROOT_X;
    bytes32 private immutable ROOT_Y;

    /// @dev The certificates of a chain.
    struct Chain {
        Certificate pck;
        Certificate intermediate;
        Certificate root;
    }

    constructor(IPlatformRegistry registry_) {
        PublicKey memory root = registry_.rootKey();
        REGISTRY = registry_;
        (ROOT_X, ROOT_Y) = (root.x, root.y);
    }

    /// @inheritdoc IQuoteVerifier
    function verify(bytes calldata quote) external view returns (Evidence memory) {
        return _verify(quote, false);
    }

    /// @inheritdoc IQuoteVerifier
    function verifyEvenDebug(bytes calldata quote) external view returns (Evidence memory) {
        return _verify(quote, true);
    }

    /// @inheritdoc IQuoteVerifier
    function registry() external view returns (IPlatformRegistry) {
        return REGISTRY;
    }

    function _verify(bytes memory quote, bool acceptsDebug) private view returns (Evidence memory) {
        Cursor memory cursor = CursorLib.over(quote);
        Statement memory statement = Quote.readStatement(cursor);
        SignatureData memory data = Quote.readSignatureData(cursor, statement.version);
        Chain memory chain = _readChain(data);

        QuotingEnclave.check(data.qeReport, statement.tee);
        Ecdsa.checkPoint(data.key);
        Ecdsa.checkRange(data.signature);
        Ecdsa.checkRange(data.qeSignature);
        QuotingEnclave.checkBinding(data.qeReport, data.key, data.authenticationData, data.authenticationLength);
        PckName memory name = _checkChain(chain);

        REGISTRY.checkNotRevoked(name);
        QuotingEnclave.checkSignature(data.qeReport, data.qeSignature, chain.pck.key);
        statement.checkSignature(data.signature, data.key);
        if (!acceptsDebug) statement.checkNoDebug();
        REGISTRY.checkTcb(
            chain.pck.extensions.pckFacts,
            statement.tee,
            QuotingEnclave.svnOf(data.qeReport),
            statement.teeTcbSvn()
        );
        return _evidence(statement, chain.pck, name);
    }

    function _checkChain(Chain memory chain) private view returns (PckName memory) {
        (Certificate memory pck, Certificate memory ca, Certificate memory root) = (
            chain.pck,
            chain.intermediate,
            chain.root
        );
        bool isTrusted = root.key.x == ROOT_X && root.key.y == ROOT_Y;
        require(isTrusted, IAttestation.UntrustedRoot(root.key.x, root.key.y));
        root.checkAuthority(1);
        ca.checkAuthority(0);
        pck.checkPlatform();
        AuthorityKey memory issuer = CertificateReader.authorityKey(ca);
        root.checkLinkToItself();
        ca.checkLink(CertificateReader.authorityKey(root));
        pck.checkLink(issuer);
        root.checkValidity();
        ca.checkValidity();
        pck.checkValidity();
        root.checkSignature(root.key);
        ca.checkSignature(root.key);
        pck.checkSignature(issuer.key);
        pck.checkFacts();
        return PckName(issuer.idOf(), pck.serial);
    }

    function _readChain(SignatureData memory data) private view returns (Chain memory chain) {
        PemReader memory pem = PemReader(data.pem, data.pem + data.pemLength, data.pem);
        (uint256 pck, uint256 pckLength) = Pem.next(pem, false);
        (uint256 ca, uint256 caLength) = Pem.next(pem, false);
        (uint256 root, uint256 rootLength) = Pem.next(pem, true);
        Pem.finish(pem);
        chain.pck = CertificateReader.read(pck, pckLength, CertificateRole.PCK);
        chain.intermediate = CertificateReader.read(ca, caLength, CertificateRole.INTERMEDIATE);
        chain.root = CertificateReader.read(root, rootLength, CertificateRole.ROOT);
    }

    function _evidence(
        Statement memory statement,
        Certificate memory pck,
        PckName memory name
    ) private pure returns (Evidence memory) {
        (bytes32 first, bytes32 second) = statement.reportData();
        return
            Evidence(
                uint16(statement.version),
                statement.tee,
                statement.isDebug(),
                statement.measurement(),
                bytes.concat(first, second),
                name,
                pck.extensions.pckFacts,
                pck.notAfter
            );
    }
}

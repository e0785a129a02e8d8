// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {AuthorityKey, Extension, PublicKey} from "../types/Attestation.sol";
import {Certificate} from "./Certificate.sol";
import {Ecdsa} from "./Ecdsa.sol";

/// @title PckChain
/// @dev The requirements on each certificate of a chain, and on the links between them.
library PckChain {
    uint256 private constant DIGITAL_SIGNATURE = 0x80;
    uint256 private constant CERTIFICATE_SIGNING = 0x04;
    uint256 private constant REVOCATION_LIST_SIGNING = 0x02;

    /// @dev Reverts unless the certificate is that of a CA that may sign certificates and have `below` CAs below it.
    function checkAuthority(Certificate memory self, uint256 below) internal pure {
        _require(self, self.extensions.hasBasicConstraints, Extension.BASIC_CONSTRAINTS);
        bool hasRoom = !self.extensions.hasPathLength || self.extensions.pathLength >= below;
        _checkConstraints(self, self.extensions.isCa && hasRoom);
        _checkUsage(self, CERTIFICATE_SIGNING | DIGITAL_SIGNATURE, CERTIFICATE_SIGNING);
    }

    /// @dev Reverts unless the certificate is that of a platform: not a CA, with a key for signatures but not for
    /// signing certificates.
    function checkPlatform(Certificate memory self) internal pure {
        _require(self, self.extensions.hasBasicConstraints, Extension.BASIC_CONSTRAINTS);
        _checkConstraints(self, !self.extensions.isCa && !self.extensions.hasPathLength);
        _checkUsage(self, DIGITAL_SIGNATURE | CERTIFICATE_SIGNING | REVOCATION_LIST_SIGNING, DIGITAL_SIGNATURE);
    }

    /// @dev Reverts unless `parent` issued the certificate, by its name and by its key identifier.
    function checkLink(Certificate memory self, AuthorityKey memory parent) internal pure {
        _checkIssuer(self, parent.nameHash);
        _require(self, self.extensions.hasSubjectKeyId, Extension.SUBJECT_KEY_ID);
        _checkAuthorityKeyId(self, parent.keyId);
    }

    /// @dev Reverts unless the root issued itself. A root may omit the authority key identifier.
    function checkLinkToItself(Certificate memory self) internal pure {
        _checkIssuer(self, self.subjectHash);
        _require(self, self.extensions.hasSubjectKeyId, Extension.SUBJECT_KEY_ID);
        if (self.extensions.hasAuthorityKeyId) _checkAuthorityKeyId(self, self.extensions.subjectKeyId);
    }

    /// @dev Reverts unless the certificate is valid now.
    function checkValidity(Certificate memory self) internal view {
        require(block.timestamp >= self.notBefore, IAttestation.NotYetValid(self.role, self.notBefore));
        require(block.timestamp <= self.notAfter, IAttestation.Expired(self.role, self.notAfter));
    }

    /// @dev Reverts unless `key` signed it.
    function checkSignature(Certificate memory self, PublicKey memory key) internal view {
        require(
            Ecdsa.isSignedBy(self.digest, self.signature, key),
            IAttestation.CertificateSignatureInvalid(self.role, key.x)
        );
    }

    /// @dev Reverts if the PCK certificate has no facts of its platform.
    function checkFacts(Certificate memory self) internal pure {
        _require(self, self.extensions.hasPckFacts, Extension.SGX);
    }

    function _checkIssuer(Certificate memory self, bytes32 parentHash) private pure {
        require(self.issuerHash == parentHash, IAttestation.IssuerMismatch(self.role, self.issuerHash, parentHash));
    }

    function _checkAuthorityKeyId(Certificate memory self, bytes20 parent) private pure {
        _require(self, self.extensions.hasAuthorityKeyId, Extension.AUTHORITY_KEY_ID);
        bytes20 authority = self.extensions.authorityKeyId;
        require(authority == parent, IAttestation.KeyIdentifierMismatch(self.role, authority, parent));
    }

    function _checkConstraints(Certificate memory self, bool isFit) private pure {
        require(
            isFit,
            IAttestation.WrongBasicConstraints(
                self.role,
                self.extensions.isCa,
                self.extensions.hasPathLength,
                self.extensions.pathLength
            )
        );
    }

    function _checkUsage(Certificate memory self, uint256 mask, uint256 expected) private pure {
        _require(self, self.extensions.hasKeyUsage, Extension.KEY_USAGE);
        uint256 usage = self.extensions.keyUsage;
        require(usage & mask == expected, IAttestation.WrongKeyUsage(self.role, usage));
    }

    function _require(Certificate memory self, bool isThere, Extension extension) private pure {
        require(isThere, IAttestation.MissingExtension(self.role, extension));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CertificateRole, Extension, Report, Tee} from "../types/Attestation.sol";

/// @title IAttestation
/// @notice Everything that can be wrong with a quote and with the certificates that vouch for it, by the names that
/// docs/reference/quotes.md explains. Offsets are in bytes, from the beginning of what was given, and moments in unix
/// seconds.
interface IAttestation {
    /// @notice The quote ends too early: `needed` bytes from `offset` on, and there are only `available`.
    /// @custom:fix Pass the whole quote.
    error Truncated(uint256 offset, uint256 needed, uint256 available);

    /// @notice What lies at `offset` says that it is `stated` bytes long, but it has `actual`.
    /// @custom:fix Pass the quote as the quoting enclave made it.
    error WrongLength(uint256 offset, uint256 stated, uint256 actual);

    /// @notice The field at `offset` is reserved and must be zero.
    /// @custom:fix Pass the quote as the quoting enclave made it.
    error NonZeroReserved(uint256 offset);

    /// @notice After its end a quote may be padded with zeros only.
    /// @custom:fix Cut off what is after the end at `offset`.
    error NonZeroPadding(uint256 offset);

    /// @notice Only quotes of version 3 (SGX), 4 and 5 (TDX) are supported.
    /// @custom:fix Ask the platform for a quote of one of these versions.
    error UnsupportedVersion(uint256 version);

    /// @notice Only attestation keys of type 2, ECDSA with P-256, are supported.
    /// @custom:fix Ask the platform for a quote by such a key.
    error UnsupportedKeyType(uint256 keyType);

    /// @notice Version 3 is for SGX (0), 4 and 5 are for TDX (129).
    /// @custom:fix Ask the platform for a quote of a version that is for its TEE.
    error UnsupportedTee(uint256 version, uint256 tee);

    /// @notice Only bodies of type 2 (TD report 1.0) and 3 (TD report 1.5) are supported.
    /// @custom:fix Ask the platform for a quote about a trust domain.
    error UnsupportedBodyType(uint256 bodyType);

    /// @notice The quoting enclave is not Intel's.
    /// @custom:fix Use Intel's quoting enclave.
    error UnknownVendor(bytes16 vendor);

    /// @notice There should be certification data of another type.
    /// @custom:fix Ask the platform for a quote with its PCK chain in it, type 5.
    error UnsupportedCertification(uint256 expected, uint256 actual);

    /// @notice The enclave was never initialised.
    /// @custom:fix Pass the quote of an enclave that runs.
    error EnclaveNotInitialised(Report report, uint64 attributes);

    /// @notice Nobody knows what some of the attributes mean.
    /// @custom:fix Run the enclave without the attributes in `unknown`.
    error UnknownAttributes(Report report, uint64 attributes, uint64 unknown);

    /// @notice The enclave runs in debug mode, where its owner reads all of its memory.
    /// @custom:fix Run it in production mode.
    error DebugEnclave(Report report, uint64 attributes);

    /// @notice The trust domain is MIGRATABLE (bit 29): its host can export its memory.
    /// @custom:fix Start it without MIGRATABLE.
    error MigratableTrustDomain(uint64 attributes);

    /// @notice The host bound a service domain to the trust domain, which can read and export its memory: MRSERVICETD,
    /// 48 bytes in two parts, is not zero.
    /// @custom:fix Start the trust domain without a service domain, such as a migration domain.
    error ServiceTrustDomain(bytes32 measurement, bytes16 rest);

    /// @notice The trust domain lacks SEPT_VE_DISABLE (bit 28): its host can take pages away and so have its exception
    /// handler run wherever it likes.
    /// @custom:fix Start it with SEPT_VE_DISABLE, as QEMU does by `sept-ve-disable=on`.
    error SeptVeNotDisabled(uint64 attributes);

    /// @notice The host chose attributes that no measurement covers: some of `required` are missing, or there are
    /// others than `allowed`.
    /// @custom:fix Start it with the attributes in `required` and with none but those in `allowed`.
    error UnexpectedAttributes(Report report, uint64 attributes, uint64 required, uint64 allowed);

    /// @notice The host chose processor features (XFRM, XFAM) that no measurement covers: some of `required` are
    /// missing, or there are others than `allowed`.
    /// @custom:fix Start it with the features in `required` and with none but those in `allowed`.
    error UnexpectedFeatures(Report report, uint64 features, uint64 required, uint64 allowed);

    /// @notice The host chose a miscellaneous selection of the enclave beyond `allowed`.
    /// @custom:fix Start the enclave with no bit of MISCSELECT but those in `allowed`.
    error UnexpectedMiscSelect(uint256 miscSelect, uint256 allowed);

    /// @notice The TDX module was signed by somebody else than Intel.
    /// @custom:fix Run Intel's TDX module.
    error SeamNotIntel();

    /// @notice The TDX module has attributes; a production module has none.
    /// @custom:fix Run a production TDX module.
    error SeamAttributes(uint64 attributes);

    /// @notice The quoting enclave is not Intel's for this TEE.
    /// @custom:fix Use Intel's quoting enclave for this TEE.
    error UnknownQuotingEnclave(bytes32 signer, uint256 product);

    /// @notice The attributes or the miscellaneous selection are not those of Intel's quoting enclaves.
    /// @custom:fix Use Intel's quoting enclave.
    error QuotingEnclaveAttributes(uint64 attributes, uint256 miscSelect);

    /// @notice The quoting enclave has too low a security version.
    /// @custom:fix Update the platform's software, and register its new attestation key.
    error QuotingEnclaveTooOld(Tee tee, uint256 svn, uint256 minimum);

    /// @notice The quoting enclave vouches for something else than this attestation key and its data.
    /// @custom:fix Pass the attestation key and the authentication data of the same quote as the report.
    error AttestationKeyNotBound(bytes32 expected, bytes32 reported);

    /// @notice This is no point of the curve P-256.
    /// @custom:fix Pass a key of that curve.
    error KeyNotOnCurve(bytes32 x, bytes32 y);

    /// @notice Half of the signature is zero or not below the order of P-256.
    /// @custom:fix Pass the signature as it was made.
    error SignatureOutOfRange(bytes32 r, bytes32 s);

    /// @notice The attestation key did not sign this quote.
    /// @custom:fix Pass the quote as the quoting enclave made it.
    error QuoteSignatureInvalid(bytes32 attestationKeyX);

    /// @notice The key of the PCK certificate did not sign the report of the quoting enclave.
    /// @custom:fix Pass the PCK certificate of the same quote as the report.
    error QeReportSignatureInvalid(bytes32 pckKeyX);

    /// @notice The certificate was not signed by the key above it.
    /// @custom:fix Pass the certificates of one chain.
    error CertificateSignatureInvalid(CertificateRole certificate, bytes32 signerKeyX);

    /// @notice The chain of certificates is no well-formed PEM from `offset` on.
    /// @custom:fix Pass three certificates in PEM, with lines of 64 characters.
    error MalformedPem(uint256 offset);

    /// @notice The certificate is no well-formed DER at `offset`.
    /// @custom:fix Pass the certificate as its CA issued it.
    error MalformedDer(CertificateRole certificate, uint256 offset);

    /// @notice Only ECDSA with SHA-256 over P-256 is supported.
    /// @custom:fix Use a certificate with such a key and such a signature.
    error UnsupportedAlgorithm(CertificateRole certificate);

    /// @notice An extension is missing that the certificate must have in its place.
    /// @custom:fix Pass the certificates in their order: PCK, intermediate, root.
    error MissingExtension(CertificateRole certificate, Extension extension);

    /// @notice The certificate has the extension twice.
    /// @custom:fix Pass the certificate as its CA issued it.
    error RepeatedExtension(CertificateRole certificate, Extension extension);

    /// @notice The extension is critical and must not be, or the other way round.
    /// @custom:fix Ask the CA for a certificate that follows RFC 5280.
    error WrongCriticality(CertificateRole certificate, Extension extension, bool critical);

    /// @notice The certificate has a critical extension that is not understood.
    /// @custom:fix Use a certificate without it.
    error UnknownCriticalExtension(CertificateRole certificate);

    /// @notice Being a CA's or not, with that path length, does not fit the certificate's place in the chain.
    /// @custom:fix Pass the certificates in their order: PCK, intermediate, root.
    error WrongBasicConstraints(CertificateRole certificate, bool ca, bool hasPathLength, uint256 pathLength);

    /// @notice The key usage does not fit the certificate's place in the chain.
    /// @custom:fix Pass the certificates in their order: PCK, intermediate, root.
    error WrongKeyUsage(CertificateRole certificate, uint256 usage);

    /// @notice The certificate was issued by another name than the certificate above it has.
    /// @custom:fix Pass the certificates of one chain.
    error IssuerMismatch(CertificateRole certificate, bytes32 issuerHash, bytes32 parentHash);

    /// @notice The certificate was issued by another key than that of the certificate above it.
    /// @custom:fix Pass the certificates of one chain.
    error KeyIdentifierMismatch(CertificateRole certificate, bytes20 authority, bytes20 parent);

    /// @notice The certificate is not valid yet.
    /// @custom:fix Wait until `notBefore`.
    error NotYetValid(CertificateRole certificate, uint256 notBefore);

    /// @notice The certificate was valid until `notAfter` only.
    /// @custom:fix Ask the CA for a new certificate, and register it.
    error Expired(CertificateRole certificate, uint256 notAfter);

    /// @notice The chain ends in another root key than the one that is trusted.
    /// @custom:fix Use a platform under the root of this registry, or a registry with the root of this platform.
    error UntrustedRoot(bytes32 x, bytes32 y);

    /// @notice The certificate was revoked.
    /// @custom:fix Use another platform.
    error CertificateRevoked(CertificateRole certificate, uint256 serial);

    /// @notice The policy says nothing about platforms of this model.
    /// @custom:fix Use a platform of a model for which the registry's owner set a minimum.
    error UnknownPlatformModel(bytes6 fmspc);

    /// @notice The platform's security versions `actual` do not reach the `minimum` for its model.
    /// @custom:fix Update the platform, and register the PCK certificate of its new level.
    error TcbTooOld(bytes6 fmspc, bytes32 actual, bytes32 minimum);
}

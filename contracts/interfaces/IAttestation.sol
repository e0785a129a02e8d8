// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {CertificateRole, Extension, Report, Tee} from "../types/Attestation.sol";

/// @title IAttestation
/// @notice Errors of quotes and of the certificates that vouch for them; docs/reference/quotes.md explains the terms.
/// Offsets are in bytes from the start of the input, and times are in unix seconds.
interface IAttestation {
    /// @notice The quote is truncated: it needs `needed` bytes at `offset`, and only `available` are left.
    /// @custom:fix Pass the whole quote.
    error Truncated(uint256 offset, uint256 needed, uint256 available);

    /// @notice The field at `offset` states a length of `stated` bytes, but its data has `actual`.
    /// @custom:fix Pass the quote as the quoting enclave made it.
    error WrongLength(uint256 offset, uint256 stated, uint256 actual);

    /// @notice The field at `offset` is reserved and must be zero.
    /// @custom:fix Pass the quote as the quoting enclave made it.
    error NonZeroReserved(uint256 offset);

    /// @notice The bytes after the end of the quote are not all zero.
    /// @custom:fix Remove the bytes after the end, at `offset`.
    error NonZeroPadding(uint256 offset);

    /// @notice The version of the quote is not supported: only 3 (SGX), 4 and 5 (TDX) are.
    /// @custom:fix Ask the platform for a quote of one of these versions.
    error UnsupportedVersion(uint256 version);

    /// @notice The type of the attestation key is not supported: only type 2, ECDSA with P-256, is.
    /// @custom:fix Ask the platform for a quote with a key of type 2.
    error UnsupportedKeyType(uint256 keyType);

    /// @notice The version of the quote does not support its TEE: version 3 is for SGX (0), and versions 4 and 5 are
    /// for TDX (129).
    /// @custom:fix Ask the platform for a quote of a version that supports its TEE.
    error UnsupportedTee(uint256 version, uint256 tee);

    /// @notice The type of the body is not supported: only types 2 (TD report 1.0) and 3 (TD report 1.5) are.
    /// @custom:fix Ask the platform for a quote about a trust domain.
    error UnsupportedBodyType(uint256 bodyType);

    /// @notice The quoting enclave is not Intel's.
    /// @custom:fix Use Intel's quoting enclave.
    error UnknownVendor(bytes16 vendor);

    /// @notice The certification data is not of the `expected` type.
    /// @custom:fix Ask the platform for a quote with its PCK chain in it, type 5.
    error UnsupportedCertification(uint256 expected, uint256 actual);

    /// @notice The enclave is not initialized.
    /// @custom:fix Pass the quote of a running enclave.
    error EnclaveNotInitialised(Report report, uint64 attributes);

    /// @notice Some attributes of the report are unknown.
    /// @custom:fix Run the enclave without the attributes in `unknown`.
    error UnknownAttributes(Report report, uint64 attributes, uint64 unknown);

    /// @notice The enclave or trust domain runs in debug mode, in which its host can read all of its memory.
    /// @custom:fix Run it in production mode.
    error DebugEnclave(Report report, uint64 attributes);

    /// @notice The trust domain is MIGRATABLE (bit 29): its host can export its memory.
    /// @custom:fix Start it without MIGRATABLE.
    error MigratableTrustDomain(uint64 attributes);

    /// @notice The host bound a service domain to the trust domain, which can read and export its memory: MRSERVICETD,
    /// 48 bytes passed in two parts, is not zero.
    /// @custom:fix Start the trust domain without a service domain, such as a migration domain.
    error ServiceTrustDomain(bytes32 measurement, bytes16 rest);

    /// @notice The trust domain lacks SEPT_VE_DISABLE (bit 28): its host can remove pages and so invoke its exception
    /// handler at any instruction.
    /// @custom:fix Start it with SEPT_VE_DISABLE (`sept-ve-disable=on` in QEMU).
    error SeptVeNotDisabled(uint64 attributes);

    /// @notice The host chose attributes, which no measurement covers, that lack some of `required` or have some that
    /// are not in `allowed`.
    /// @custom:fix Start it with all attributes of `required`, and with none that are not in `allowed`.
    error UnexpectedAttributes(Report report, uint64 attributes, uint64 required, uint64 allowed);

    /// @notice The host chose processor features (XFRM, XFAM), which no measurement covers, that lack some of
    /// `required` or have some that are not in `allowed`.
    /// @custom:fix Start it with all features of `required`, and with none that are not in `allowed`.
    error UnexpectedFeatures(Report report, uint64 features, uint64 required, uint64 allowed);

    /// @notice The host chose bits of MISCSELECT that are not in `allowed`.
    /// @custom:fix Start the enclave with bits of MISCSELECT in `allowed` only.
    error UnexpectedMiscSelect(uint256 miscSelect, uint256 allowed);

    /// @notice The TDX module is not signed by Intel.
    /// @custom:fix Run Intel's TDX module.
    error SeamNotIntel();

    /// @notice The TDX module has attributes, which a production module does not.
    /// @custom:fix Run a production TDX module.
    error SeamAttributes(uint64 attributes);

    /// @notice The quoting enclave is not Intel's for this TEE.
    /// @custom:fix Use Intel's quoting enclave for this TEE.
    error UnknownQuotingEnclave(bytes32 signer, uint256 product);

    /// @notice The attributes or MISCSELECT are not those of Intel's quoting enclaves.
    /// @custom:fix Use Intel's quoting enclave.
    error QuotingEnclaveAttributes(uint64 attributes, uint256 miscSelect);

    /// @notice The security version of the quoting enclave is below the minimum.
    /// @custom:fix Update the platform's software, and register its new attestation key.
    error QuotingEnclaveTooOld(Tee tee, uint256 svn, uint256 minimum);

    /// @notice The report of the quoting enclave vouches for another attestation key or other authentication data.
    /// @custom:fix Pass the attestation key and the authentication data of the same quote as the report.
    error AttestationKeyNotBound(bytes32 expected, bytes32 reported);

    /// @notice The key is not a point of the curve P-256.
    /// @custom:fix Pass a key of the curve P-256.
    error KeyNotOnCurve(bytes32 x, bytes32 y);

    /// @notice `r` or `s` of the signature is zero, or not below the order of P-256.
    /// @custom:fix Pass the signature as the signer made it.
    error SignatureOutOfRange(bytes32 r, bytes32 s);

    /// @notice The attestation key did not sign this quote.
    /// @custom:fix Pass the quote as the quoting enclave made it.
    error QuoteSignatureInvalid(bytes32 attestationKeyX);

    /// @notice The key of the PCK certificate did not sign the report of the quoting enclave.
    /// @custom:fix Pass the PCK certificate of the same quote as the report.
    error QeReportSignatureInvalid(bytes32 pckKeyX);

    /// @notice The certificate is not signed by the key of the certificate above it.
    /// @custom:fix Pass the certificates of one chain.
    error CertificateSignatureInvalid(CertificateRole certificate, bytes32 signerKeyX);

    /// @notice The certificate chain is not well-formed PEM at `offset`.
    /// @custom:fix Pass three certificates in PEM, with lines of 64 characters.
    error MalformedPem(uint256 offset);

    /// @notice The certificate is not well-formed DER at `offset`.
    /// @custom:fix Pass the certificate as its CA issued it.
    error MalformedDer(CertificateRole certificate, uint256 offset);

    /// @notice The algorithm of the certificate is not supported: only ECDSA with SHA-256 over P-256 is.
    /// @custom:fix Use a certificate with such a key and such a signature.
    error UnsupportedAlgorithm(CertificateRole certificate);

    /// @notice The certificate lacks an extension that its place in the chain requires.
    /// @custom:fix Pass the certificates in their order: PCK, intermediate, root.
    error MissingExtension(CertificateRole certificate, Extension extension);

    /// @notice The certificate has the extension twice.
    /// @custom:fix Pass the certificate as its CA issued it.
    error RepeatedExtension(CertificateRole certificate, Extension extension);

    /// @notice The extension is critical and must not be, or is not critical and must be.
    /// @custom:fix Ask the CA for a certificate that follows RFC 5280.
    error WrongCriticality(CertificateRole certificate, Extension extension, bool critical);

    /// @notice The certificate has a critical extension that is not understood.
    /// @custom:fix Use a certificate without it.
    error UnknownCriticalExtension(CertificateRole certificate);

    /// @notice The basic constraints (`ca` and path length) do not fit the place of the certificate in the chain.
    /// @custom:fix Pass the certificates in their order: PCK, intermediate, root.
    error WrongBasicConstraints(CertificateRole certificate, bool ca, bool hasPathLength, uint256 pathLength);

    /// @notice The key usage does not fit the place of the certificate in the chain.
    /// @custom:fix Pass the certificates in their order: PCK, intermediate, root.
    error WrongKeyUsage(CertificateRole certificate, uint256 usage);

    /// @notice The issuer of the certificate is not the subject of the certificate above it.
    /// @custom:fix Pass the certificates of one chain.
    error IssuerMismatch(CertificateRole certificate, bytes32 issuerHash, bytes32 parentHash);

    /// @notice The authority key identifier is not the key identifier of the certificate above it.
    /// @custom:fix Pass the certificates of one chain.
    error KeyIdentifierMismatch(CertificateRole certificate, bytes20 authority, bytes20 parent);

    /// @notice The certificate is not valid yet.
    /// @custom:fix Wait until `notBefore`.
    error NotYetValid(CertificateRole certificate, uint256 notBefore);

    /// @notice The certificate expired at `notAfter`.
    /// @custom:fix Ask the CA for a new certificate, and register it.
    error Expired(CertificateRole certificate, uint256 notAfter);

    /// @notice The chain ends in another root key than the trusted one.
    /// @custom:fix Use a platform under the root of this registry, or a registry with the root of this platform.
    error UntrustedRoot(bytes32 x, bytes32 y);

    /// @notice The certificate was revoked.
    /// @custom:fix Use another platform.
    error CertificateRevoked(CertificateRole certificate, uint256 serial);

    /// @notice The policy refuses platforms of models without a minimum, and this model has none.
    /// @custom:fix Use a platform of a model for which the registry's owner set a minimum.
    error UnknownPlatformModel(bytes6 fmspc);

    /// @notice The platform's security versions `actual` do not reach the `minimum` for its model.
    /// @custom:fix Update the platform, and register the PCK certificate of its new level.
    error TcbTooOld(bytes6 fmspc, bytes32 actual, bytes32 minimum);
}

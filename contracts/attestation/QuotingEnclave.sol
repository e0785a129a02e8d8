// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {PublicKey, Report, Tee} from "../types/Attestation.sol";
import {Cursor, CursorLib} from "./Cursor.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {Memory} from "./Memory.sol";
import {Reports} from "./Reports.sol";

/// @title QuotingEnclave
/// @dev Checks of Intel's quoting enclaves. That for TDX has another signer than that for SGX. A report is passed as
/// its position in memory.
library QuotingEnclave {
    bytes32 private constant SGX_SIGNER = 0x8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff;
    bytes32 private constant TDX_SIGNER = 0xdc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5;
    uint256 private constant SGX_PRODUCT = 1;
    uint256 private constant TDX_PRODUCT = 2;
    /// @dev Initialized, with access to the provisioning key.
    uint64 private constant ATTRIBUTES = 0x11;
    /// @dev All attributes but 64-bit mode are compared.
    uint64 private constant ATTRIBUTES_LEFT_OPEN = 0x04;

    /// @dev Reverts unless the report is that of Intel's quoting enclave for the TEE and vouches for the key.
    function checkReport(
        bytes memory report,
        Tee tee,
        PublicKey memory key,
        bytes memory authenticationData
    ) internal pure returns (uint16 svn) {
        Cursor memory cursor = CursorLib.over(report);
        uint256 place = Reports.readSgx(cursor, Report.QUOTING_ENCLAVE);
        require(cursor.place == cursor.end, IAttestation.WrongLength(0, report.length, Reports.SGX_LENGTH));
        check(place, tee);
        Ecdsa.checkPoint(key);
        checkBinding(place, key, Memory.start(authenticationData), authenticationData.length);
        return svnOf(place);
    }

    /// @dev Reverts unless the quoting enclave is Intel's for the TEE, in production mode.
    function check(uint256 report, Tee tee) internal pure {
        uint64 flags = Reports.sgxFlags(report);
        require(!Reports.isSgxDebug(report), IAttestation.DebugEnclave(Report.QUOTING_ENCLAVE, flags));
        (bytes32 signer, uint256 product, uint256 miscSelect) = _identityOf(report);
        bool isKnown =
            tee == Tee.SGX
                ? signer == SGX_SIGNER && product == SGX_PRODUCT
                : signer == TDX_SIGNER && product == TDX_PRODUCT;
        require(isKnown, IAttestation.UnknownQuotingEnclave(signer, product));
        require(
            flags & ~ATTRIBUTES_LEFT_OPEN == ATTRIBUTES && miscSelect == 0,
            IAttestation.QuotingEnclaveAttributes(flags, miscSelect)
        );
    }

    /// @dev Reverts unless the report vouches for the attestation key: its report data is the hash of the key and of
    /// the authentication data, followed by zeros.
    function checkBinding(
        uint256 report,
        PublicKey memory key,
        uint256 authenticationData,
        uint256 length
    ) internal pure {
        bytes memory bound = bytes.concat(key.x, key.y, Memory.copy(authenticationData, length));
        bytes32 expected = sha256(bound);
        unchecked {
            // Safe: the position is within the report.
            uint256 reportData = report + Reports.SGX_REPORT_DATA;
            bytes32 reported = Memory.word(reportData);
            require(reported == expected, IAttestation.AttestationKeyNotBound(expected, reported));
            bool isRestZero = Memory.word(reportData + 32) == 0;
            require(isRestZero, IAttestation.NonZeroReserved(Reports.SGX_REPORT_DATA + 32));
        }
    }

    /// @dev Reverts unless the key of the PCK certificate signed the report.
    function checkSignature(uint256 report, Ecdsa.Signature memory signature, PublicKey memory pckKey) internal view {
        bytes32 digest = Memory.sha(report, Reports.SGX_LENGTH);
        require(Ecdsa.isSignedBy(digest, signature, pckKey), IAttestation.QeReportSignatureInvalid(pckKey.x));
    }

    /// @dev Returns the security version of the quoting enclave.
    function svnOf(uint256 report) internal pure returns (uint16) {
        unchecked {
            // Safe: the position is within the report.
            return uint16(Memory.uint16At(report + Reports.SGX_SVN));
        }
    }

    function _identityOf(uint256 report) private pure returns (bytes32 signer, uint256 product, uint256 miscSelect) {
        unchecked {
            // Safe: the position is within the report.
            signer = Memory.word(report + Reports.SGX_SIGNER);
            product = Memory.uint16At(report + Reports.SGX_PRODUCT_ID);
            miscSelect = Memory.uint32At(report + Reports.SGX_MISC_SELECT);
        }
    }
}

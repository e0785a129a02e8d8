// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {PublicKey, Report, Tee} from "../types/Attestation.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {Memory} from "./Memory.sol";
import {Statement} from "./Quote.sol";
import {Reports} from "./Reports.sol";

/// @title Statements
/// @dev The statement of a quote about its enclave or trust domain.
library Statements {
    uint256 private constant MR_ENCLAVE_LENGTH = 32;
    uint256 private constant MR_TD_LENGTH = 48;
    /// @dev The length of the four registers.
    uint256 private constant REGISTERS_LENGTH = 192;
    /// @dev The length of MROWNER and MROWNERCONFIG.
    uint256 private constant OWNER_LENGTH = 96;

    /// @dev Reverts unless `key` signed it.
    function checkSignature(
        Statement memory self,
        Ecdsa.Signature memory signature,
        PublicKey memory key
    ) internal view {
        bytes32 digest = Memory.sha(self.place, self.length);
        require(Ecdsa.isSignedBy(digest, signature, key), IAttestation.QuoteSignatureInvalid(key.x));
    }

    /// @dev Returns whether it runs in debug mode, in which its host can read its memory.
    function isDebug(Statement memory self) internal pure returns (bool) {
        return self.tee == Tee.SGX ? Reports.isSgxDebug(self.report) : Reports.isTdDebug(self.report);
    }

    /// @dev Reverts if it runs in debug mode.
    function checkNoDebug(Statement memory self) internal pure {
        bool isSgx = self.tee == Tee.SGX;
        uint64 flags = isSgx ? Reports.sgxFlags(self.report) : Reports.tdFlags(self.report);
        require(!isDebug(self), IAttestation.DebugEnclave(isSgx ? Report.ENCLAVE : Report.TRUST_DOMAIN, flags));
    }

    /// @dev Returns the measurement: MRENCLAVE of an enclave, or MRTD and RTMR0 to RTMR3 of a trust domain.
    function measurement(Statement memory self) internal pure returns (bytes memory) {
        uint256 report = self.report;
        unchecked {
            // Safe here and below: the positions are within the report.
            if (self.tee == Tee.SGX) return Memory.copy(report + Reports.SGX_MEASUREMENT, MR_ENCLAVE_LENGTH);
            return
                bytes.concat(
                    Memory.copy(report + Reports.TD_MEASUREMENT, MR_TD_LENGTH),
                    Memory.copy(report + Reports.TD_REGISTERS, REGISTERS_LENGTH)
                );
        }
    }

    /// @dev Returns the keccak256 hash of the measurement.
    function measurementHash(Statement memory self) internal pure returns (bytes32) {
        uint256 report = self.report;
        unchecked {
            if (self.tee == Tee.SGX) return Memory.keccak(report + Reports.SGX_MEASUREMENT, MR_ENCLAVE_LENGTH);
            (uint256 mrTd, uint256 registers) = (report + Reports.TD_MEASUREMENT, report + Reports.TD_REGISTERS);
            return Memory.keccak(mrTd, MR_TD_LENGTH, registers, REGISTERS_LENGTH);
        }
    }

    /// @dev Returns the two halves of the report data, which the enclave chose.
    function reportData(Statement memory self) internal pure returns (bytes32 first, bytes32 second) {
        unchecked {
            uint256 place = self.report + (self.tee == Tee.SGX ? Reports.SGX_REPORT_DATA : Reports.TD_REPORT_DATA);
            return (Memory.word(place), Memory.word(place + 32));
        }
    }

    /// @dev Returns whether the enclave has no configuration of its host but MRCONFIGID, which {ImageRule} judges. A
    /// host may start the same code with a configuration, which the measurement does not cover.
    function isUnconfigured(Statement memory self) internal pure returns (bool) {
        uint256 report = self.report;
        unchecked {
            if (self.tee == Tee.TDX) return Memory.isZero(report + Reports.TD_OWNER, OWNER_LENGTH);
            bool hasNoVersion = Memory.uint16At(report + Reports.SGX_CONFIG_SVN) == 0;
            return hasNoVersion && Memory.isZero(report + Reports.SGX_CONFIG_ID, 64);
        }
    }

    /// @dev Returns the security versions of the TDX module and its loader; zeros for an enclave.
    function teeTcbSvn(Statement memory self) internal pure returns (bytes16) {
        return self.tee == Tee.SGX ? bytes16(0) : bytes16(Memory.word(self.report));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Report} from "../types/Attestation.sol";
import {Cursor} from "./Cursor.sol";
import {Memory} from "./Memory.sol";

/// @title Reports
/// @dev Reports of processors about enclaves and trust domains. A report is passed as its position in memory.
library Reports {
    uint256 internal constant SGX_LENGTH = 384;
    uint256 internal constant TD_10_LENGTH = 584;
    uint256 internal constant TD_15_LENGTH = 648;

    uint256 internal constant SGX_MISC_SELECT = 16;
    uint256 internal constant SGX_ATTRIBUTES = 48;
    uint256 internal constant SGX_FEATURES = 56;
    uint256 internal constant SGX_MEASUREMENT = 64;
    uint256 internal constant SGX_SIGNER = 128;
    uint256 internal constant SGX_CONFIG_ID = 192;
    uint256 internal constant SGX_PRODUCT_ID = 256;
    uint256 internal constant SGX_SVN = 258;
    uint256 internal constant SGX_CONFIG_SVN = 260;
    uint256 internal constant SGX_REPORT_DATA = 320;

    uint256 internal constant TD_SEAM_SIGNER = 64;
    uint256 internal constant TD_SEAM_ATTRIBUTES = 112;
    uint256 internal constant TD_ATTRIBUTES = 120;
    uint256 internal constant TD_FEATURES = 128;
    uint256 internal constant TD_MEASUREMENT = 136;
    uint256 internal constant TD_CONFIG = 184;
    uint256 internal constant TD_OWNER = 232;
    uint256 internal constant TD_REGISTERS = 328;
    uint256 internal constant TD_REPORT_DATA = 520;
    uint256 internal constant TD_SERVICE_MEASUREMENT = 600;

    uint64 private constant INITIALIZED = 1;
    uint64 private constant DEBUG = 2;
    /// @dev The other attributes that processors define: 64-bit mode, provision key, launch token key, CET, KSS and AEX
    /// notify.
    uint64 private constant SGX_KNOWN = 0x04f4;
    /// @dev The lowest eight bits, each of which opens the trust domain to its host.
    uint64 private constant TD_OPEN = 0xff;
    /// @dev The other attributes that the TDX module defines: ICSSD, LASS, SEPT_VE_DISABLE, MIGRATABLE, PKS, key
    /// locker, TPA and PERFMON.
    uint64 private constant TD_KNOWN = 0xc0000000f8010000;

    /// @dev Reads the report of an enclave. Reverts if no processor would write such a report.
    function readSgx(Cursor memory cursor, Report what) internal pure returns (uint256 place) {
        place = cursor.place;
        cursor.take(20);
        cursor.zeros(12);
        cursor.take(64);
        cursor.zeros(32);
        cursor.take(32);
        cursor.zeros(32);
        cursor.take(70);
        cursor.zeros(42);
        cursor.take(80);
        uint64 flags = sgxFlags(place);
        require(flags & INITIALIZED != 0, IAttestation.EnclaveNotInitialised(what, flags));
        uint64 unknown = flags & ~(INITIALIZED | DEBUG | SGX_KNOWN);
        require(unknown == 0, IAttestation.UnknownAttributes(what, flags, unknown));
    }

    /// @dev Reads the report of a trust domain. Reverts if Intel's TDX module would not write such a report.
    function readTd(Cursor memory cursor, uint256 length) internal pure returns (uint256 place) {
        place = cursor.take(length);
        unchecked {
            // Safe: a report is longer than that.
            require(Memory.isZero(place + TD_SEAM_SIGNER, 48), IAttestation.SeamNotIntel());
            uint64 seam = Memory.uint64At(place + TD_SEAM_ATTRIBUTES);
            require(seam == 0, IAttestation.SeamAttributes(seam));
        }
        uint64 flags = tdFlags(place);
        uint64 unknown = flags & ~(TD_OPEN | TD_KNOWN);
        require(unknown == 0, IAttestation.UnknownAttributes(Report.TRUST_DOMAIN, flags, unknown));
    }

    /// @dev Returns the attributes of an enclave.
    function sgxFlags(uint256 place) internal pure returns (uint64) {
        unchecked {
            // Safe: the position is within the report.
            return Memory.uint64At(place + SGX_ATTRIBUTES);
        }
    }

    /// @dev Returns the attributes of a trust domain.
    function tdFlags(uint256 place) internal pure returns (uint64) {
        unchecked {
            // Safe: the position is within the report.
            return Memory.uint64At(place + TD_ATTRIBUTES);
        }
    }

    /// @dev Returns whether the enclave runs in debug mode.
    function isSgxDebug(uint256 place) internal pure returns (bool) {
        return sgxFlags(place) & DEBUG != 0;
    }

    /// @dev Returns whether the trust domain runs in debug mode.
    function isTdDebug(uint256 place) internal pure returns (bool) {
        return tdFlags(place) & TD_OPEN != 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Report, Tee} from "../types/Attestation.sol";
import {Memory} from "./Memory.sol";
import {Statement} from "./Quote.sol";
import {Reports} from "./Reports.sol";

/// @title Isolation
/// @dev What a host chooses when it starts an enclave or a trust domain, and no measurement covers. Each is pinned here
/// to what keeps the host out: docs/reference/quotes.md has the table.
library Isolation {
    uint64 private constant SEPT_VE_DISABLE = 0x10000000;
    uint64 private constant MIGRATABLE = 0x20000000;
    /// @dev ICSSD, LASS, SEPT_VE_DISABLE, PKS and PERFMON: what a trust domain may have besides.
    uint64 private constant TD_ALLOWED = 0x8000000058010000;
    /// @dev x87 and SSE, without which no code of today runs.
    uint64 private constant FEATURES_REQUIRED = 0x03;
    /// @dev And AVX, AVX-512, PKRU, CET, user interrupts and AMX: all that XFAM knows but PT and LBR, which record
    /// where code went.
    uint64 private constant TD_FEATURES_ALLOWED = 0x65ae7;
    /// @dev Initialised, and in 64-bit mode: the same bytes mean something else in 32-bit mode.
    uint64 private constant SGX_REQUIRED = 0x05;
    /// @dev And CET, KSS (whose configuration must be zero) and AEX notify; neither the provision key nor the launch
    /// key.
    uint64 private constant SGX_ALLOWED = 0x04c5;
    /// @dev x87, SSE, AVX, MPX, AVX-512, PKRU, CET and AMX.
    uint64 private constant SGX_FEATURES_ALLOWED = 0x61aff;
    /// @dev EXINFO and CPINFO: what the processor writes into the enclave about its own faults.
    uint256 private constant MISC_ALLOWED = 0x03;

    /// @dev Refuses what a host can look into, export or steer. Debug mode is looked at apart.
    function check(Statement memory self, bool isSeptVeAllowed) internal pure {
        if (self.tee == Tee.SGX) _checkEnclave(self.report);
        else _checkTrustDomain(self, isSeptVeAllowed);
    }

    /// @dev Whether it is a trust domain whose host can take pages away from it.
    function lacksSeptVeDisable(Statement memory self) internal pure returns (bool) {
        return self.tee == Tee.TDX && Reports.tdFlags(self.report) & SEPT_VE_DISABLE == 0;
    }

    function _checkTrustDomain(Statement memory self, bool isSeptVeAllowed) private pure {
        uint256 report = self.report;
        uint64 flags = Reports.tdFlags(report);
        require(flags & MIGRATABLE == 0, IAttestation.MigratableTrustDomain(flags));
        unchecked {
            // Safe here and below: within the report, which is as long as its layout says.
            if (self.place + self.length - report == Reports.TD_15_LENGTH) {
                uint256 service = report + Reports.TD_SERVICE_MEASUREMENT;
                require(
                    Memory.isZero(service, 48),
                    IAttestation.ServiceTrustDomain(Memory.word(service), bytes16(Memory.word(service + 32)))
                );
            }
            require(isSeptVeAllowed || flags & SEPT_VE_DISABLE != 0, IAttestation.SeptVeNotDisabled(flags));
            _checkMask(flags, 0, TD_ALLOWED, Report.TRUST_DOMAIN);
            _checkFeatures(Memory.uint64At(report + Reports.TD_FEATURES), TD_FEATURES_ALLOWED, Report.TRUST_DOMAIN);
        }
    }

    function _checkEnclave(uint256 report) private pure {
        _checkMask(Reports.sgxFlags(report), SGX_REQUIRED, SGX_ALLOWED, Report.ENCLAVE);
        unchecked {
            // Safe here: within the report.
            _checkFeatures(Memory.uint64At(report + Reports.SGX_FEATURES), SGX_FEATURES_ALLOWED, Report.ENCLAVE);
            uint256 misc = Memory.uint32At(report + Reports.SGX_MISC_SELECT);
            require(misc & ~MISC_ALLOWED == 0, IAttestation.UnexpectedMiscSelect(misc, MISC_ALLOWED));
        }
    }

    function _checkMask(uint64 flags, uint64 required, uint64 allowed, Report what) private pure {
        bool isExpected = flags & required == required && flags & ~allowed == 0;
        require(isExpected, IAttestation.UnexpectedAttributes(what, flags, required, allowed));
    }

    function _checkFeatures(uint64 features, uint64 allowed, Report what) private pure {
        bool isExpected = features & FEATURES_REQUIRED == FEATURES_REQUIRED && features & ~allowed == 0;
        require(isExpected, IAttestation.UnexpectedFeatures(what, features, FEATURES_REQUIRED, allowed));
    }
}
